// How people write units and numbers that are read otherwise here, and what they mean by it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace edgecut::units {

/// Units that a slip may stand for, the likeliest first: "MB/s" for "MBps", "kB" for "KB", "ms" for "msec".
std::vector<std::string> spellings_of(std::string_view unit);

/// Whether it says b, which may be bits or bytes.
bool has_lone_b(std::string_view unit);

struct BatteryCharge {
  double ampere_hours = 0.0;
};
/// What one mAh or Ah is; none of other units.
std::optional<BatteryCharge> charge_of(std::string_view unit);

/// What is wrong with a number in which a comma, a blank, a quote or an underscore stands between digits: one clause;
/// empty where none does.
std::string mark_in_number(std::string_view text);
/// The text with a point for a decimal comma; empty where a mark may part thousands as well as decimals.
std::string without_marks(std::string_view text);

/// The number of a text as it was written: "5.850" of "5.850 MBps".
std::string_view written(std::string_view text);

}  // namespace edgecut::units
