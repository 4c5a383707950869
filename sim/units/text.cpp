#include "units/text.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>

namespace edgecut::units {
namespace {

struct Unit {
  std::string_view symbol;
  double scale;
  Dimension dimension;
  bool prefixes;  // may carry k, M, G, ...
};

constexpr Dimension byte_dimension{1, 0, 0, 0};
constexpr Dimension flop_dimension{0, 1, 0, 0};
constexpr Dimension second_dimension{0, 0, 1, 0};
constexpr Dimension joule_dimension{0, 0, 0, 1};
constexpr Dimension watt_dimension{0, 0, -1, 1};
constexpr Dimension bandwidth_dimension{1, 0, -1, 0};
constexpr Dimension flop_rate_dimension{0, 1, -1, 0};
constexpr Dimension frequency_dimension{0, 0, -1, 0};
constexpr Dimension joules_per_byte_dimension{-1, 0, 0, 1};

constexpr std::array<Unit, 14> unit_table{{
    {"B", 1.0, byte_dimension, true},
    {"bit", 0.125, byte_dimension, true},
    {"bps", 0.125, bandwidth_dimension, true},
    {"FLOP", 1.0, flop_dimension, true},
    {"MAC", 2.0, flop_dimension, true},
    {"s", 1.0, second_dimension, true},
    {"min", 60.0, second_dimension, false},
    {"h", 3600.0, second_dimension, false},
    {"d", 86400.0, second_dimension, false},
    {"J", 1.0, joule_dimension, true},
    {"Wh", 3600.0, joule_dimension, true},
    {"W", 1.0, watt_dimension, true},
    {"Hz", 1.0, frequency_dimension, true},
    {"FLOPS", 1.0, flop_rate_dimension, true},
}};

struct Prefix {
  std::string_view symbol;
  double scale;
  bool binary;
};

constexpr std::array<Prefix, 13> prefix_table{{{"", 1.0, false},
                                               {"Ki", 1024.0, true},
                                               {"Mi", 1048576.0, true},
                                               {"Gi", 1073741824.0, true},
                                               {"k", 1e3, false},
                                               {"M", 1e6, false},
                                               {"G", 1e9, false},
                                               {"T", 1e12, false},
                                               {"m", 1e-3, false},
                                               {"u", 1e-6, false},
                                               {"µ", 1e-6, false},
                                               {"n", 1e-9, false},
                                               {"p", 1e-12, false}}};

struct Scale {
  double factor;
  Dimension dimension;
};

bool may_carry(const Unit& unit, const Prefix& prefix) {
  if (prefix.symbol.empty()) return true;
  return unit.prefixes && (!prefix.binary || unit.dimension.byte != 0);
}

std::optional<Scale> one_unit(std::string_view text) {
  for (const auto& unit : unit_table) {
    if (!text.ends_with(unit.symbol)) continue;
    const auto head = text.substr(0, text.size() - unit.symbol.size());
    for (const auto& prefix : prefix_table) {
      if (head == prefix.symbol && may_carry(unit, prefix)) return Scale{prefix.scale * unit.scale, unit.dimension};
    }
  }
  return std::nullopt;
}

Dimension quotient(const Dimension& a, const Dimension& b) {
  return {a.byte - b.byte, a.flop - b.flop, a.second - b.second, a.joule - b.joule};
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// "Mbit/s", "mW/Mbps", "/s".
std::optional<Scale> compound_unit(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return one_unit(text);
  const auto above = trim(text.substr(0, slash));
  const auto numerator = above.empty() ? std::optional(Scale{1.0, {}}) : one_unit(above);
  const auto denominator = one_unit(trim(text.substr(slash + 1)));
  if (!numerator || !denominator) return std::nullopt;
  return Scale{numerator->factor / denominator->factor, quotient(numerator->dimension, denominator->dimension)};
}

struct NumberAndRest {
  double number;
  std::string_view rest;
};

std::optional<NumberAndRest> leading_number(std::string_view text) {
  double number = 0.0;
  const char* first = text.data();
  const char* last = text.data() + text.size();
  if (first != last && *first == '+') ++first;
  const auto [end, error] = std::from_chars(first, last, number);
  if (error != std::errc() || !std::isfinite(number)) return std::nullopt;
  return NumberAndRest{number, trim(std::string_view(end, static_cast<std::size_t>(last - end)))};
}

ParseError wrong(std::string_view text, std::string_view why, const Dimension& wanted) {
  return {fmt::format("'{}' {}; expected {}", text, why, describe(wanted))};
}

struct Named {
  Dimension dimension;
  std::string_view name;
  std::string_view base;  // base unit, for formatting with decimal prefixes
  double per_base;        // base units of the printed unit
};

constexpr std::array<Named, 10> named_dimensions{{
    {byte_dimension, "a size such as '150 kB'", "B", 1.0},
    {flop_dimension, "an amount of work such as '1.2 GFLOP'", "FLOP", 1.0},
    {second_dimension, "a time such as '20 ms'", "s", 1.0},
    {joule_dimension, "an energy such as '2.5 J'", "J", 1.0},
    {watt_dimension, "a power such as '1.9 W'", "W", 1.0},
    {bandwidth_dimension, "a bandwidth such as '5.85 Mbit/s'", "bit/s", 0.125},
    {flop_rate_dimension, "a compute rate such as '23 GFLOP/s'", "FLOP/s", 1.0},
    {frequency_dimension, "a rate such as '2 /s'", "/s", 1.0},
    {joules_per_byte_dimension, "a power slope such as '438 mW/Mbps'", "J/B", 1.0},
    {Dimension{}, "a ratio such as '50 %'", "", 1.0},
}};

const Named& named(const Dimension& dimension) {
  for (const auto& entry : named_dimensions) {
    if (entry.dimension == dimension) return entry;
  }
  return named_dimensions.back();
}

}  // namespace

std::string describe(const Dimension& dimension) {
  return std::string(named(dimension).name);
}

std::variant<double, ParseError> parse(std::string_view text, const Dimension& wanted) {
  const auto number = leading_number(trim(text));
  if (!number) return wrong(text, "does not start with a number", wanted);
  if (number->rest.empty()) return wrong(text, "has no unit", wanted);
  const auto unit = compound_unit(number->rest);
  if (!unit) return wrong(text, fmt::format("has an unknown unit '{}'", number->rest), wanted);
  if (unit->dimension != wanted) return wrong(text, fmt::format("is {}", describe(unit->dimension)), wanted);
  return number->number * unit->factor;
}

std::optional<NumberWithUnit> split_unit(std::string_view text) {
  const auto number = leading_number(trim(text));
  if (!number) return std::nullopt;
  return NumberWithUnit{number->number, std::string(number->rest)};
}

std::variant<double, ParseError> parse_number(std::string_view text) {
  const auto number = leading_number(trim(text));
  if (!number || !number->rest.empty()) return ParseError{fmt::format("'{}' is not a number", text)};
  return number->number;
}

std::variant<double, ParseError> parse_ratio(std::string_view text) {
  const auto number = leading_number(trim(text));
  if (number && number->rest.empty()) return number->number;
  if (number && number->rest == "%") return number->number / 100.0;
  return ParseError{fmt::format("'{}' is not a ratio; expected a number or a percentage such as '50 %'", text)};
}

std::string format(double value, const Dimension& dimension) {
  const auto& entry = named(dimension);
  const double printed = value / entry.per_base;
  constexpr std::array<std::pair<double, std::string_view>, 8> steps{
      {{1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}, {1.0, ""}, {1e-3, "m"}, {1e-6, "u"}, {1e-9, "n"}}};
  if (printed == 0.0 || entry.base.empty() || entry.base == "/s") return fmt::format("{:.4g} {}", printed, entry.base);
  for (const auto& [scale, prefix] : steps) {
    if (std::abs(printed) >= scale) return fmt::format("{:.4g} {}{}", printed / scale, prefix, entry.base);
  }
  return fmt::format("{:.4g} {}", printed, entry.base);
}

}  // namespace edgecut::units
