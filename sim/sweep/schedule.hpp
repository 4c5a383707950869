// Which runs a sweep plays, and when it has enough of them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "experiment/study.hpp"
#include "store/store.hpp"

namespace edgecut::sweep {

/// A run's column of Study::until(); NaN where there is no figure or the run failed.
using Metric = std::function<double(const experiment::Run&)>;

/// Asks for runs in rounds. With a fixed number of replications there is one round; with until() each round adds, at the
/// points where some partitioner's mean is not known well enough, as many as the width seen so far calls for, at most
/// twice what there was. It looks at nothing but the figures of whole rounds, so that the same runs are played whatever
/// the order in which they end. best_fixed does not count.
class Schedule {
 public:
  /// A shard takes every n-th pair of point and replication, so that partitioners stay together; with until(), every
  /// n-th point.
  Schedule(const experiment::Study& study, store::Shard shard);

  /// The next round's runs; empty when there is enough. Those of earlier rounds have ended.
  std::vector<experiment::Run> next(const Metric& metric);

 private:
  [[nodiscard]] std::vector<experiment::Run> fixed() const;
  /// How many replications a point needs, having played `played`; that many when it needs no more.
  [[nodiscard]] std::int64_t needed(std::size_t point, std::int64_t played, const Metric& metric) const;

  const experiment::Study& study_;
  store::Shard shard_;
  bool begun_ = false;
  std::vector<std::int64_t> played_;  // with until(), of each point; negative: enough
};

/// A mean that is not known as well as Study::until() asks for, although `max` was reached or runs failed, or because
/// no run has a figure.
struct Unmet {
  std::size_t point = 0;
  std::string partitioner;
  std::size_t replications = 0;  // with a figure
  double half_width = 0.0;       // relative to the mean
};
/// Of the rows of a study with until(), in their order; neither best_fixed nor methods without a plan count.
std::vector<Unmet> widths_not_met(const experiment::Study& study, const std::vector<metrics::Row>& rows);

/// "3/oracle/0": point, partitioner and replication, and the cut of best_fixed where there is one.
std::string name_of(const experiment::Study& study, const experiment::Run& run);

/// The run of that name. Throws config::Error when the study has none.
experiment::Run run_named(const experiment::Study& study, const std::string& name);

}  // namespace edgecut::sweep
