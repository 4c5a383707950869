// Means with confidence, and paired savings.
#pragma once

#include <string>
#include <vector>

#include "metrics/columns.hpp"
#include "metrics/row.hpp"

namespace edgecut::sweep {

/// Mean of a sample and half the width of its 95 % confidence interval (Student's t; NaN below two values).
struct Estimate {
  double mean = 0.0;
  double half_width = 0.0;
  std::size_t count = 0;
};
Estimate estimate(const std::vector<double>& sample);

/// The mean over replications of each numeric column, per point and partitioner, in the order of the rows.
struct Summary {
  std::size_t point = 0;
  std::string partitioner;
  std::vector<const metrics::Row*> rows;  // one a replication
  [[nodiscard]] Estimate mean(std::string_view column) const;
  /// The most frequent value of a text column, and in how many replications where they differ: "device only (6/10)".
  [[nodiscard]] std::string common(std::string_view column) const;
};
std::vector<Summary> summarise(const std::vector<metrics::Row>& rows);

/// Savings against each baseline: per point, partitioner and metric, the mean of (baseline - x) / baseline, paired by
/// replication, with its 95 % interval; of latencies also baseline / x, the speed-up. A pair is sound where both are feasible and unsaturated, drop nothing, let as many
/// requests fail and break no limit in truth. The means of all methods are over the same replications: those in which
/// every method with any sound pair has one. Also in how many replications the method found a plan, how many of these
/// plans kept and broke the true limits, how many pairs were left out, and why.
std::vector<metrics::Row> savings(const std::vector<std::string>& baselines, const std::vector<metrics::Row>& rows);
/// Those columns of it that rows of runs do not have.
std::vector<metrics::Column> saving_columns();

}  // namespace edgecut::sweep
