// What a scenario's `sweep:` amounts to: axes, and the points where they are combined.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "config/value.hpp"
#include "metrics/row.hpp"

namespace edgecut::scenario {

/// One swept key. Values are as written ("5.85 Mbit/s"); where all are numbers of one unit they have coordinates.
struct Axis {
  std::string path;    // "link.uplink"
  std::string column;  // "link.uplink_Mbit_per_s"
  std::vector<std::string> values;
  std::vector<double> numbers;           // in the unit of the column; empty for words
  std::vector<config::Location> places;  // of the values
  config::Location key;                  // of the path
  std::optional<std::size_t> leader;     // the axis that it moves along with, of a zip or a sample

  [[nodiscard]] metrics::Cell cell(std::size_t i) const;
  /// Empty where the axis does not apply.
  [[nodiscard]] metrics::Cell cell(std::optional<std::size_t> i) const { return i ? cell(*i) : metrics::Cell(); }
};

/// Which value each axis has at a point; none where its condition does not hold.
using Coordinates = std::vector<std::optional<std::size_t>>;

struct Axes {
  std::vector<Axis> axes;
  std::vector<Coordinates> points;           // the last axis moves fastest; one point without a sweep
  std::vector<std::filesystem::path> files;  // that values were read from
};

/// Reads `sweep:`: a map from a path to its values, `zip:`, `sample:` (docs/scenarios.md). Null: no sweep.
/// Throws config::Error.
Axes read_axes(const config::Value* sweep);

}  // namespace edgecut::scenario
