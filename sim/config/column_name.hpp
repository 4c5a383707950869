// What the name of a column says: "Uplink (Mbps)" is `uplink` in Mbit/s, and `time_ms` is `time` in milliseconds.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "units/text.hpp"

namespace edgecut::config {

/// Of seconds.
inline constexpr units::Dimension time_dimension{0, 0, 1, 0};

/// A unit as files spell it.
struct SpelledUnit {
  std::string symbol;   // as we write it: "ms", "Mbit/s", "%", "share"
  double factor = 1.0;  // to base units
  units::Dimension dimension;
  std::string doubt = {};  // what it may mean where that is open: "Mbit/s or MB/s"; it is no unit then
};

/// A unit by any of its usual spellings: of times (ms, millis, milliseconds), bandwidths (Mbit/s, Mbps, Mbit_per_s, MB/s),
/// powers (mW, watts), ratios (%, percent, pct, share), or as units::parse() knows it. None where it is no unit.
std::optional<SpelledUnit> spelled_unit(std::string_view text);

struct ColumnName {
  std::string base;   // the name without its unit, in lower case, with _ between words; empty where it is but a unit
  std::string whole;  // likewise with its unit
  std::string unit;   // as written, known or in brackets; else empty
};

/// The unit is in brackets at the end, or is the last words ("time ms", "up_Mbit_per_s"), or is the end of the last word
/// ("downmbps", "timeMs"), or is the whole name.
ColumnName column_name(std::string_view text);

}  // namespace edgecut::config
