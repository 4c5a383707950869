// What a scenario's `sweep:` amounts to: axes, and the points where they are combined.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/value.hpp"

namespace edgecut::scenario {

/// One swept key. Where all values are numbers of one dimension, and have no labels, they have coordinates.
struct Axis {
  std::string path;                     // "link.uplink"
  std::string column;                   // "link.uplink_Mbit_per_s"
  std::vector<config::Value> settings;  // what the key is set to: "5.85 Mbit/s", or a list or a map
  std::vector<std::string> labels;      // what tables call these; empty: as they are written
  std::vector<double> numbers;          // in the unit of the column; empty for words
  config::Location key;                 // of the path
  std::optional<std::size_t> leader;    // the axis that it moves along with, of a zip or a sample

  [[nodiscard]] std::size_t size() const { return settings.size(); }
  /// A value as it is written: "5.85 Mbit/s", "{trace: up.csv}".
  [[nodiscard]] std::string written(std::size_t i) const;
  /// A value as people are told of it: its label, or as it is written.
  [[nodiscard]] std::string word(std::size_t i) const { return labels.empty() ? written(i) : labels[i]; }
};

/// Whether a key is, or lies within, the key at `outer`: link.rtt lies within link.
bool holds(std::string_view outer, std::string_view inner);

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
