// A study as values: one question, its axes and replications, and its points.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "config/value.hpp"
#include "scenario/axes.hpp"
#include "scenario/library.hpp"
#include "scenario/overrides.hpp"
#include "scenario/parameters.hpp"
#include "scenario/point.hpp"

namespace edgecut::scenario {

/// What is compared with what.
struct Comparison {
  std::vector<std::string> baselines;  // names of partitioners; the first is the main one
};

/// Replications until a mean is known well enough.
struct Until {
  config::Value metric;     // names a column of the rows, with or without its unit
  double half_width = 0.0;  // of the 95 % interval, relative to the mean
  std::int64_t max = 0;
};

/// A study of more is refused: their list alone would take gigabytes.
inline constexpr std::size_t most_runs = 10'000'000;

struct Study {
  std::string name;
  std::string question;
  std::int64_t replications = 1;  // of every point; with `until`, of every point at least
  std::optional<Until> until;
  Axes axes;
  std::vector<Parameter> parameters;  // before a point of the sweep changes them
  Comparison comparison;
  std::vector<Point> points;  // in the order of axes.points
};

/// Reads a scenario and every point of its sweep, so that all mistakes show before anything runs. `document` was read
/// from `file`, or is called so. `with_sweep` false: the base point alone. Throws config::Error.
Study read_study(config::Value document, const std::filesystem::path& file, Library& library,
                 const std::vector<Override>& overrides, bool with_sweep);
/// The same of a file.
Study read_study(const std::filesystem::path& file, Library& library, const std::vector<Override>& overrides,
                 bool with_sweep);

/// The partitioners of any point, each once by its name, in the order of the points: an axis may set the list.
std::vector<const belief::Method*> methods_of(const Study& study);

/// Distinct figures whose source is an assumption, with where they are stated: those that have a part in the results of
/// any point.
std::vector<config::Source> assumptions(const Study& study);
/// One line for each processor and network whose int8 layers are timed with figures of another precision.
std::vector<std::string> foreign_figures(const Study& study);
/// What is to be told of traces and arrivals: that a clock's times begin at 0.
std::vector<std::string> file_notes(const Study& study);

}  // namespace edgecut::scenario
