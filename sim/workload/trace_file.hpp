// Arrival times from a table.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "config/clock_time.hpp"
#include "config/column_name.hpp"
#include "units/quantity.hpp"

namespace edgecut::workload {

struct ArrivalFile {
  std::vector<Seconds> times;
  std::optional<config::ClockTime> clock_begin;  // of a clock's times, whose first is 0 here
  std::string note;                              // what is to be told of it; else empty
};

/// Reads a column of times, in order, of a table (docs/tables.md). `unit`: as the scenario gives it, where the column's
/// name has none. Throws config::Error with file and lines when there is no such column, a row has other than the first
/// line's number of cells, or a time is none, negative, absurd or earlier than the one before; or when there is no
/// arrival at all.
ArrivalFile read_arrivals(const std::filesystem::path& path, const std::string& column,
                          const std::optional<config::SpelledUnit>& unit = {});

}  // namespace edgecut::workload
