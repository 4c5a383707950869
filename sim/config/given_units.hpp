// The units that a scenario gives a file's columns: `unit: ms`, `unit: Mbit/s`, or `unit: [ms, Mbit/s]`.
#pragma once

#include <optional>

#include "config/column_name.hpp"
#include "config/map.hpp"

namespace edgecut::config {

struct GivenUnits {
  std::optional<SpelledUnit> time;
  std::optional<SpelledUnit> value;
};

/// The key `unit` of a map: a unit of time is that of the times, any other that of the values, which are of `dimension`,
/// or as `or_ratio` allows shares of it. `dimension`: none where the file has only times. Throws Error on a unit of
/// something else, and on two of one column.
GivenUnits read_given_units(Map& map, const std::optional<units::Dimension>& dimension, bool or_ratio = false);

}  // namespace edgecut::config
