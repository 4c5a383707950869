// Times that a clock showed: seconds since 1970, or dates and times of ISO 8601.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace edgecut::config {

/// A point in time to the nanosecond, between the years 1678 and 2262.
struct ClockTime {
  std::int64_t nanoseconds = 0;  // since 1970-01-01T00:00:00, in UTC where `has_zone`
  bool has_zone = false;
};

/// "2024-03-01T12:00:00.5Z", "2024-03-01 13:00:00,5+01:00", "20240301T120000", "2024-03-01" (its midnight). None where the
/// text is none of ISO 8601's forms, or no such day or time.
std::optional<ClockTime> parse_clock_time(std::string_view text);

/// Whether a text that is no number was meant to be a date or a time of day.
bool looks_like_clock_time(std::string_view text);

/// Units in which clocks count from 1970, told apart by the size of the count: from 2001-09-09 to 2100.
struct ClockUnit {
  std::string_view symbol;
  double seconds;
};
std::optional<ClockUnit> clock_unit(double count);
/// Whether so many seconds are a clock's.
bool is_clock_count(double seconds);

/// Of a count in a unit of so many seconds. The unit is taken as a whole number of nanoseconds, so that it has no rounding
/// of its own; a number of 80 bits holds the count to the digit.
std::int64_t nanoseconds_of(long double count, double unit);
double seconds_between(std::int64_t begin, std::int64_t end);

/// "2024-03-01T12:00:00.5Z"; without the Z where the zone is not known.
std::string format(const ClockTime& time);

}  // namespace edgecut::config
