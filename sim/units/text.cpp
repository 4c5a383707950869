#include "units/text.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "units/nearest.hpp"
#include "units/possible.hpp"
#include "units/shorten.hpp"
#include "units/slips.hpp"
#include "units/unit_table.hpp"

namespace edgecut::units {
namespace {

struct Scale {
  double factor;
  Dimension dimension;
};

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
  bool is_out_of_range = false;
};

std::optional<NumberAndRest> leading_number(std::string_view text) {
  double number = 0.0;
  const char* first = text.data();
  const char* last = text.data() + text.size();
  if (text.starts_with('+') && !text.starts_with("+-")) ++first;
  const auto [end, error] = std::from_chars(first, last, number);
  const bool is_out_of_range = error == std::errc::result_out_of_range;
  if ((error != std::errc() && !is_out_of_range) || !std::isfinite(number)) return std::nullopt;
  return NumberAndRest{number, trim(std::string_view(end, static_cast<std::size_t>(last - end))), is_out_of_range};
}

struct Named {
  Dimension dimension;
  std::string_view noun;
  std::string_view example;
  std::string_view base;  // base unit, for formatting with decimal prefixes
  double per_base;        // base units of the printed unit
  Possible possible;      // in base units
};

// What is offered for a unit that is not known.
constexpr std::array common_units{"bit/s", "kbit/s", "Mbit/s", "Gbit/s", "B",       "kB",      "MB",     "GB",
                                  "KiB",   "MiB",    "GiB",    "B/s",    "kB/s",    "MB/s",    "s",      "ms",
                                  "us",    "min",    "J",      "mJ",     "Wh",      "W",       "mW",     "FLOP",
                                  "/s",    "Hz",     "GMAC",   "GFLOP",  "GFLOP/s", "TFLOP/s", "mW/Mbps"};

constexpr std::array<Named, 10> named_dimensions{{
    {byte_dimension, "a size", "150 kB", "B", 1.0, {1e-3, 1e18}},
    {flop_dimension, "an amount of work", "1.2 GFLOP", "FLOP", 1.0, {1e-3, 1e24}},
    {second_dimension, "a time", "20 ms", "s", 1.0, {1e-12, 1e12}},
    {joule_dimension, "an energy", "2.5 J", "J", 1.0, {1e-15, 1e18}},
    {watt_dimension, "a power", "1.9 W", "W", 1.0, {1e-15, 1e15}},
    {bandwidth_dimension, "a bandwidth", "5.85 Mbit/s", "bit/s", 0.125, {0.125e-3, 1.25e23}},
    {flop_rate_dimension, "a compute rate", "23 GFLOP/s", "FLOP/s", 1.0, {1.0, 1e24}},
    {frequency_dimension, "a rate", "2 /s", "/s", 1.0, {1e-12, 1e9}},
    {joules_per_byte_dimension, "a power slope", "438 mW/Mbps", "J/B", 1.0, {1e-18, 1e9}},
    {Dimension{}, "a ratio", "50 %", "", 1.0, {1e-12, 1e12}},
}};
constexpr Named nameless{{}, "of another kind", "", "", 1.0, {1e-18, 1e18}};

const Named& named(const Dimension& dimension) {
  for (const auto& entry : named_dimensions) {
    if (entry.dimension == dimension) return entry;
  }
  return nameless;
}

// `meant` is what the text may have been meant to be; empty where nobody can say.
ParseError wrong(std::string_view text, const std::string& why, const Dimension& wanted, std::string meant = {}) {
  const auto hint = meant.empty() ? std::string() : fmt::format(" (did you mean '{}'?)", shortened(meant));
  return {fmt::format("'{}' {}{}; expected {}", shortened(text), why, hint, describe(wanted)), std::move(meant)};
}

bool is_unit_of(const std::string& unit, const Dimension& wanted) {
  const auto found = unit.empty() ? std::nullopt : compound_unit(unit);
  return found && found->dimension == wanted;
}

// A charge times a voltage is an energy.
ParseError is_charge(std::string_view text, const NumberAndRest& number, const BatteryCharge& charge,
                     const Dimension& wanted) {
  constexpr double cell = 3.7;  // V, the nominal voltage of a lithium-ion cell
  const auto example = fmt::format("at {} V '{}' are '{:.4g} Wh'", cell, shortened(text, 40),
                                   number.number * charge.ampere_hours * cell);
  return {
      fmt::format("'{}' is a charge, which is an energy only with the battery's voltage: write charge x voltage in Wh "
                  "({}); expected {}",
                  shortened(text), example, describe(wanted))};
}

ParseError unknown_unit(std::string_view text, const NumberAndRest& number, const Dimension& wanted) {
  const auto unit = number.rest;
  if (wanted == joule_dimension) {
    if (const auto charge = charge_of(unit)) return is_charge(text, number, *charge, wanted);
  }
  const auto why = fmt::format("has an unknown unit '{}'", shortened(unit, 40));
  constexpr std::size_t longest = 20;
  if (unit.size() > longest) return wrong(text, why, wanted);
  if (unit == "%") return wrong(text, "is a share", wanted);
  for (const auto& spelling : spellings_of(unit)) {
    if (is_unit_of(spelling, wanted)) return wrong(text, why, wanted, fmt::format("{} {}", written(text), spelling));
  }
  if (has_lone_b(unit)) {
    return wrong(text, why + " (bits are written bit, as in Mbit/s; bytes are written B, as in MB/s)", wanted);
  }
  std::vector<std::string> of_dimension;
  for (const auto* known : common_units) {
    if (is_unit_of(known, wanted)) of_dimension.emplace_back(known);
  }
  const auto close = nearest(unit, of_dimension);
  return wrong(text, why, wanted, close.empty() ? "" : fmt::format("{} {}", written(text), close));
}

// A size for a bandwidth is one a second; a time for a rate is its period.
std::string meant_of(std::string_view text, const NumberAndRest& number, const Scale& unit, const Dimension& wanted) {
  if (unit.dimension.byte == wanted.byte && unit.dimension.flop == wanted.flop &&
      unit.dimension.joule == wanted.joule && unit.dimension.second == 0 && wanted.second == -1 &&
      wanted.byte + wanted.flop > 0) {
    return fmt::format("{} {}/s", written(text), number.rest);
  }
  const bool is_period = wanted == frequency_dimension && unit.dimension == second_dimension && number.number > 0.0;
  return is_period ? fmt::format("{:.6g} /s", 1.0 / (number.number * unit.factor)) : std::string();
}

}  // namespace

std::string describe(const Dimension& dimension) {
  const auto& entry = named(dimension);
  return entry.example.empty() ? std::string(entry.noun) : fmt::format("{} such as '{}'", entry.noun, entry.example);
}

Possible possible(const Dimension& dimension) {
  return named(dimension).possible;
}

std::variant<double, ParseError> parse(std::string_view text, const Dimension& wanted) {
  const auto number = leading_number(trim(text));
  if (const auto mark = mark_in_number(text); !mark.empty()) return wrong(text, mark, wanted, without_marks(text));
  if (!number) return wrong(text, "does not start with a number", wanted);
  if (number->is_out_of_range) return wrong(text, "is out of range: too large or too small a number", wanted);
  if (number->rest.empty()) return wrong(text, "has no unit", wanted);
  const auto unit = compound_unit(number->rest);
  if (!unit) return unknown_unit(text, *number, wanted);
  if (unit->dimension != wanted) {
    return wrong(text, fmt::format("is {}", named(unit->dimension).noun), wanted,
                 meant_of(text, *number, *unit, wanted));
  }
  return number->number * unit->factor;
}

std::optional<NumberWithUnit> split_unit(std::string_view text) {
  const auto number = leading_number(trim(text));
  if (!number || number->is_out_of_range) return std::nullopt;
  return NumberWithUnit{number->number, std::string(number->rest)};
}

std::optional<double> factor_between(std::string_view from, std::string_view to) {
  if (from == to) return 1.0;
  const auto known = [](std::string_view unit) -> std::optional<Scale> {
    if (unit.empty()) return Scale{1.0, {}};
    if (unit == "%") return Scale{0.01, {}};
    return compound_unit(unit);
  };
  const auto a = known(from);
  const auto b = known(to);
  if (!a || !b || a->dimension != b->dimension) return std::nullopt;
  return a->factor / b->factor;
}

std::variant<double, ParseError> parse_number(std::string_view text) {
  const auto number = leading_number(trim(text));
  if (const auto mark = mark_in_number(text); !mark.empty())
    return ParseError{fmt::format("'{}' {}", shortened(text), mark)};
  if (number && number->rest == "%") {
    return ParseError{fmt::format("'{}' is not a number (did you mean {}?)", shortened(text), number->number / 100.0)};
  }
  if (!number || !number->rest.empty()) return ParseError{fmt::format("'{}' is not a number", shortened(text))};
  if (number->is_out_of_range) return ParseError{fmt::format("'{}' is out of range", shortened(text))};
  return number->number;
}

std::variant<double, ParseError> parse_ratio(std::string_view text) {
  const auto number = leading_number(trim(text));
  if (const auto mark = mark_in_number(text); !mark.empty())
    return ParseError{fmt::format("'{}' {}", shortened(text), mark)};
  if (number && number->rest.empty()) return number->number;
  if (number && number->rest == "%") return number->number / 100.0;
  return ParseError{
      fmt::format("'{}' is not a ratio; expected a number or a percentage such as '50 %'", shortened(text))};
}

std::string format(double value, const Dimension& dimension) {
  const auto& entry = named(dimension);
  const double printed = value / entry.per_base;
  if (entry.base.empty()) return fmt::format("{:.4g}", printed);
  constexpr std::array<std::pair<double, std::string_view>, 9> steps{
      {{1e15, "P"}, {1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}, {1.0, ""}, {1e-3, "m"}, {1e-6, "u"}, {1e-9, "n"}}};
  constexpr double rounds_up = 0.99995;  // to the next power of ten, at four digits
  if (printed != 0.0 && entry.base != "/s") {
    for (const auto& [scale, prefix] : steps) {
      if (scale < 1.0 && (dimension.byte > 0 || dimension.flop > 0)) break;  // no thousandths of a byte
      if (std::abs(printed) >= scale * rounds_up)
        return fmt::format("{:.4g} {}{}", printed / scale, prefix, entry.base);
    }
  }
  return fmt::format("{:.4g} {}", printed, entry.base);
}

}  // namespace edgecut::units
