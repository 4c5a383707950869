// What quantities look like, as regular expressions (ECMA 262, as JSON Schema has them).
#pragma once

#include <string>
#include <string_view>

#include "units/text.hpp"

namespace edgecut::units {

/// Which numbers a pattern lets through.
enum class Sign { any, not_negative, positive };

/// A number as it is read: "5", "-0.5", "1e3".
std::string number_pattern(Sign sign);

/// Plain decimals and percentages from `low` to `high`, of which the first may be left out (`low_is_open`); numbers with an
/// exponent are let through whatever they are. 0 <= low.
std::string decimals_pattern(double low, double high, bool low_is_open);

/// Every unit of the dimension: "(?:(?:k|M|G)?bit|...) ?/ ?(?:s|min|h)".
std::string unit_pattern(const Dimension& dimension);

/// A text in which nothing stands for anything else.
std::string escaped(std::string_view text);

}  // namespace edgecut::units
