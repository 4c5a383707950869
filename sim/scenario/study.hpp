// A scenario file: one question, its axes and replications, and the runs they amount to.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "events/events.hpp"
#include "scenario/axes.hpp"
#include "scenario/experiment.hpp"
#include "scenario/overrides.hpp"
#include "scenario/parameters.hpp"

namespace edgecut::scenario {

/// What is compared with what.
struct Comparison {
  std::vector<std::string> baselines;  // names of partitioners; the first is the main one
};

/// Replications until a mean is known well enough.
struct Until {
  std::string column;       // of the rows
  double half_width = 0.0;  // of the 95 % interval, relative to the mean
  std::int64_t max = 0;
};

/// One simulation.
struct Run {
  std::size_t point = 0;
  std::size_t method = 0;
  std::int64_t replication = 0;
  std::optional<std::size_t> cut;  // of best_fixed: which of the feasible cuts
};

/// A study of more is refused: their list alone would take gigabytes.
inline constexpr std::size_t most_runs = 10'000'000;

class Study {
 public:
  /// Reads the file and every point of its sweep, so that all mistakes show before anything runs.
  /// `with_sweep` false: the base point alone. Throws config::Error.
  Study(const std::filesystem::path& file, Library& library, const std::vector<Override>& overrides, bool with_sweep);
  /// The same of a document that was read from `file` (or is called so) and perhaps changed.
  Study(config::Value scenario, const std::filesystem::path& file, Library& library,
        const std::vector<Override>& overrides, bool with_sweep);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::string& question() const { return question_; }
  /// Of every point; with until(), of every point at least.
  [[nodiscard]] std::int64_t replications() const { return replications_; }
  [[nodiscard]] const std::optional<Until>& until() const { return until_; }
  [[nodiscard]] const std::vector<Axis>& axes() const { return axes_.axes; }
  /// Files that the values of axes were read from.
  [[nodiscard]] const std::vector<std::filesystem::path>& axis_files() const { return axes_.files; }
  /// Of the scenario with its settings, before a point of the sweep changes it.
  [[nodiscard]] const std::vector<Parameter>& parameters() const { return parameters_; }
  [[nodiscard]] const Comparison& comparison() const { return comparison_; }
  [[nodiscard]] const std::vector<std::unique_ptr<const Experiment>>& points() const { return points_; }
  /// Each partitioner of any point once, by its name, in the order of the points: an axis may set the list.
  [[nodiscard]] std::vector<const Method*> methods() const;
  /// The value of each axis at a point.
  [[nodiscard]] const Coordinates& coordinates(std::size_t point) const { return axes_.points[point]; }

  /// Every run of replications(), in the order of the rows: by point, then method, then replication; best_fixed once for
  /// each cut.
  [[nodiscard]] std::vector<Run> runs() const;
  /// Those of one point and the replications from `first` up to, but without, `end`.
  [[nodiscard]] std::vector<Run> runs(std::size_t point, std::int64_t first, std::int64_t end) const;
  /// What each column of a row means; swept keys come between the first and the second.
  static std::vector<metrics::Column> columns();
  /// Plays one run: a row of those columns. `also`, where there is one, is told all that happens.
  [[nodiscard]] metrics::Row play(const Run& run, events::Observer* also = nullptr) const;
  /// The column that the objective of a point makes small.
  [[nodiscard]] std::string objective_column(std::size_t point) const;
  /// Of the runs of best_fixed that differ in their cut keeps the best by the objective; the others stay as they are.
  [[nodiscard]] std::vector<metrics::Row> reduce(const std::vector<Run>& runs, std::vector<metrics::Row> rows) const;

  /// Distinct figures whose source is an assumption, with where they are stated: those that have a part in the results of
  /// any point.
  [[nodiscard]] std::vector<config::Source> assumptions() const;
  /// One line for each processor and network whose int8 layers are timed with figures of another precision.
  [[nodiscard]] std::vector<std::string> foreign_figures() const;
  /// What is to be told of traces and arrivals: that a clock's times begin at 0.
  [[nodiscard]] std::vector<std::string> file_notes() const;

 private:
  [[nodiscard]] bool uses(const Experiment& point, const config::Source& figure) const;
  void read_replications(const config::Value& scenario);
  void read_comparison(const config::Value& scenario);
  void limit_runs(const config::Value& scenario, std::size_t methods) const;

  std::string name_;
  std::string question_;
  std::int64_t replications_ = 1;
  std::optional<Until> until_;
  std::vector<Parameter> parameters_;
  Axes axes_;
  Comparison comparison_;
  std::vector<std::unique_ptr<const Experiment>> points_;
};

}  // namespace edgecut::scenario
