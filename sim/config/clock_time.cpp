#include "config/clock_time.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <cmath>

namespace edgecut::config {
namespace {

constexpr std::int64_t per_second = 1'000'000'000;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Reads a text from its begin, part by part.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool is_done() const { return rest_.empty(); }
  [[nodiscard]] bool begins_with_digit() const { return !rest_.empty() && is_digit(rest_.front()); }
  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool take_one_of(std::string_view characters) {
    return std::ranges::any_of(characters, [&](char c) { return take(c); });
  }
  std::optional<int> digits(std::size_t count) {
    if (rest_.size() < count || !std::ranges::all_of(rest_.substr(0, count), is_digit)) return std::nullopt;
    int number = 0;
    for (const char c : rest_.substr(0, count)) number = 10 * number + (c - '0');
    rest_.remove_prefix(count);
    return number;
  }
  // Digits after a decimal sign, in billionths.
  std::optional<std::int64_t> billionths() {
    if (!begins_with_digit()) return std::nullopt;
    std::int64_t value = 0;
    for (std::int64_t place = per_second / 10; begins_with_digit(); place /= 10) {
      value += place * (rest_.front() - '0');
      rest_.remove_prefix(1);
    }
    return value;
  }

 private:
  std::string_view rest_;
};

std::optional<std::int64_t> read_date(Scanner& text, bool& is_extended) {
  const auto year = text.digits(4);
  is_extended = text.take('-');
  const auto month = text.digits(2);
  if (!year || !month || (is_extended && !text.take('-'))) return std::nullopt;
  const auto day = text.digits(2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok() || *year < 1678 || *year > 2261) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count() * 86400 * per_second;
}

// Seconds may be left out, as may a fraction of them; 60 is a leap second's.
std::optional<std::int64_t> read_time(Scanner& text, bool is_extended) {
  const auto hour = text.digits(2);
  if (!hour || (is_extended && !text.take(':'))) return std::nullopt;
  const auto minute = text.digits(2);
  int second = 0;
  std::int64_t fraction = 0;
  if (is_extended ? text.take(':') : text.begins_with_digit()) {
    const auto given = text.digits(2);
    if (!given) return std::nullopt;
    second = *given;
    if (text.take_one_of(".,")) {
      const auto given_fraction = text.billionths();
      if (!given_fraction) return std::nullopt;
      fraction = *given_fraction;
    }
  }
  if (!minute || *hour > 23 || *minute > 59 || second > 60) return std::nullopt;
  return (*hour * 3600 + *minute * 60 + second) * per_second + fraction;
}

// What is to be taken off for UTC.
std::optional<std::int64_t> read_zone(Scanner& text) {
  if (text.take_one_of("Zz")) return 0;
  if (text.take('U')) return text.take('T') && text.take('C') ? std::optional<std::int64_t>(0) : std::nullopt;
  const bool is_west = text.take('-');
  if (!is_west && !text.take('+')) return std::nullopt;
  const auto hours = text.digits(2);
  text.take(':');
  const auto minutes = text.is_done() ? std::optional<int>(0) : text.digits(2);
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  const std::int64_t offset = (*hours * 3600 + *minutes * 60) * per_second;
  return is_west ? -offset : offset;
}

}  // namespace

std::optional<ClockTime> parse_clock_time(std::string_view text) {
  Scanner scanner(text);
  bool is_extended = false;
  const auto date = read_date(scanner, is_extended);
  if (!date) return std::nullopt;
  if (scanner.is_done()) return is_extended ? std::optional<ClockTime>({*date, false}) : std::nullopt;
  if (!scanner.take_one_of("Tt ")) return std::nullopt;
  const auto time = read_time(scanner, is_extended);
  if (!time) return std::nullopt;
  if (scanner.is_done()) return ClockTime{*date + *time, false};
  scanner.take(' ');
  const auto zone = read_zone(scanner);
  if (!zone || !scanner.is_done()) return std::nullopt;
  return ClockTime{*date + *time - *zone, true};
}

bool looks_like_clock_time(std::string_view text) {
  if (text.empty() || !is_digit(text.front())) return false;
  const auto marks = std::ranges::count_if(text, [](char c) { return c == '-' || c == '/' || c == '.'; });
  return text.find(':') != std::string_view::npos || marks >= 2;
}

bool is_clock_count(double seconds) {
  constexpr double in_2001 = 1e9;
  constexpr double in_2100 = 4102444800.0;
  return seconds >= in_2001 && seconds < in_2100;
}

std::optional<ClockUnit> clock_unit(double count) {
  constexpr std::array<ClockUnit, 4> all{{{"s", 1.0}, {"ms", 1e-3}, {"us", 1e-6}, {"ns", 1e-9}}};
  const auto* found =
      std::ranges::find_if(all, [&](const ClockUnit& unit) { return is_clock_count(count * unit.seconds); });
  return found == all.end() ? std::nullopt : std::optional(*found);
}

std::int64_t nanoseconds_of(long double count, double unit) {
  return std::llround(count * static_cast<long double>(std::llround(unit * 1e9)));
}

double seconds_between(std::int64_t begin, std::int64_t end) {
  return static_cast<double>(end - begin) / 1e9;
}

std::string format(const ClockTime& time) {
  using std::chrono::floor;
  const std::chrono::sys_time<std::chrono::nanoseconds> at{std::chrono::nanoseconds(time.nanoseconds)};
  const auto days = floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(days);
  const std::int64_t of_day = (at - days).count();
  const auto seconds = of_day / per_second;
  auto fraction = fmt::format(".{:09}", of_day % per_second);
  while (fraction.ends_with('0')) fraction.pop_back();
  if (fraction == ".") fraction.clear();
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}{}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), seconds / 3600,
                     seconds / 60 % 60, seconds % 60, fraction, time.has_zone ? "Z" : "");
}

}  // namespace edgecut::config
