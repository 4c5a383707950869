// A study: the runs that it amounts to, and how each is played.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/value.hpp"
#include "events/events.hpp"
#include "experiment/experiment.hpp"
#include "metrics/columns.hpp"
#include "metrics/row.hpp"
#include "scenario/study.hpp"

namespace edgecut::experiment {

/// One simulation.
struct Run {
  std::size_t point = 0;
  std::size_t method = 0;
  std::int64_t replication = 0;
  std::optional<std::size_t> plans = {};  // of best_fixed: which of the point's fixed plans
};

/// Replications until a mean is known well enough.
struct Until {
  std::string column;       // of the rows
  double half_width = 0.0;  // of the 95 % interval, relative to the mean
  std::int64_t max = 0;
};

class Study {
 public:
  /// Throws config::Error where `replications: until` names a metric that is no column.
  explicit Study(scenario::Study read);
  Study(const Study&) = delete;
  Study& operator=(const Study&) = delete;

  [[nodiscard]] const scenario::Study& given() const { return given_; }
  [[nodiscard]] const std::string& name() const { return given_.name; }
  [[nodiscard]] const std::string& question() const { return given_.question; }
  /// The replications of every point; with until(), the least of any point.
  [[nodiscard]] std::int64_t replications() const { return given_.replications; }
  [[nodiscard]] const std::optional<Until>& until() const { return until_; }
  [[nodiscard]] const std::vector<scenario::Axis>& axes() const { return given_.axes.axes; }
  [[nodiscard]] const scenario::Comparison& comparison() const { return given_.comparison; }
  [[nodiscard]] const std::vector<Experiment>& points() const { return points_; }
  /// The value of each axis at a point.
  [[nodiscard]] const scenario::Coordinates& coordinates(std::size_t point) const { return given_.axes.points[point]; }
  /// Appends a column for each axis: its value at a point, empty where it does not apply.
  void append_coordinates(std::size_t point, metrics::Row& row) const;

  /// Every run of replications(), in the order of the rows: by point, then method, then replication; best_fixed once
  /// for each combination of fixed plans.
  [[nodiscard]] std::vector<Run> runs() const;
  /// The runs of one point and the replications from `first` up to, but without, `end`.
  [[nodiscard]] std::vector<Run> runs(std::size_t point, std::int64_t first, std::int64_t end) const;
  /// What each column of a row means; swept keys come between the first and the second.
  static std::vector<metrics::Column> columns();
  /// Plays one run: a row of those columns. `also`, where there is one, is told all that happens.
  [[nodiscard]] metrics::Row play(const Run& run, events::Observer* also = nullptr) const;
  /// The column that the objective of a point makes small.
  [[nodiscard]] std::string objective_column(std::size_t point) const;
  /// Keeps the best by the objective of the runs of best_fixed that differ in their plans; other runs stay as they are.
  [[nodiscard]] std::vector<metrics::Row> reduce(const std::vector<Run>& runs, std::vector<metrics::Row> rows) const;

 private:
  scenario::Study given_;
  std::vector<Experiment> points_;
  std::optional<Until> until_;
};

/// What an axis has at its value of that number: a number in the unit of its column, or a word. Empty where the axis
/// does not apply.
metrics::Cell cell_of(const scenario::Axis& axis, std::optional<std::size_t> value);

/// The columns that say of which run a row is: point, partitioner, replication.
std::vector<metrics::Column> run_columns();
/// The column of that name, with or without its unit (latency_mean or latency_mean_s), of which there are means over
/// replications. Fails at `value` where there is none.
std::string mean_named(const config::Value& value, const std::string& name);

}  // namespace edgecut::experiment
