#include "units/pattern.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "units/unit_table.hpp"

namespace edgecut::units {
namespace {

constexpr std::string_view any_digits = "(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)";
constexpr std::string_view exponent = "[eE][+-]?[0-9]+";
constexpr std::string_view any_fraction = "(?:\\.[0-9]*)?";

std::string any_of(const std::vector<std::string>& alternatives) {
  return fmt::format("(?:{})", fmt::join(alternatives, "|"));
}

// The digits of a number before and behind the point, without zeros that say nothing.
struct Decimal {
  std::string whole;
  std::string fraction;
};

Decimal decimal_of(double number) {
  auto text = fmt::format("{:.9f}", number);
  const auto point = text.find('.');
  auto fraction = text.substr(point + 1);
  fraction.erase(fraction.find_last_not_of('0') + 1);
  auto whole = text.substr(0, point);
  whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size()));
  return {std::move(whole), std::move(fraction)};
}

// Texts that begin as `digits_of` does and then have a lesser digit: "1[0-2]..." of 13.
void add_lesser(const std::string& digits_of, const std::string& before, auto rest_of,
                std::vector<std::string>& alternatives) {
  for (std::size_t k = 0; k < digits_of.size(); ++k) {
    if (digits_of[k] == '0') continue;
    const char most = static_cast<char>(digits_of[k] - 1);
    alternatives.push_back(fmt::format("{}{}[0-{}]{}", before, digits_of.substr(0, k), most, rest_of(k)));
  }
}

// Plain decimals from 0 below `bound`, or up to it; leading zeros are allowed.
std::string below(double bound, bool or_equal) {
  const auto [whole, fraction] = decimal_of(bound);
  std::vector<std::string> alternatives;
  if (!whole.empty()) alternatives.push_back(fmt::format("0*[0-9]{{0,{}}}{}", whole.size() - 1, any_fraction));
  add_lesser(
      whole, "0*", [&](std::size_t k) { return fmt::format("[0-9]{{{}}}{}", whole.size() - k - 1, any_fraction); },
      alternatives);
  const auto same = "0*" + whole;
  add_lesser(
      fraction, same + "\\.", [](std::size_t) { return "[0-9]*"; }, alternatives);
  for (std::size_t k = 0; k < fraction.size(); ++k) {
    alternatives.push_back(k == 0 ? same + "\\.?" : fmt::format("{}\\.{}", same, fraction.substr(0, k)));
  }
  if (or_equal)
    alternatives.push_back(fraction.empty() ? same + "(?:\\.0*)?" : fmt::format("{}\\.{}0*", same, fraction));
  return any_of(alternatives);
}

// Behind a number: the end of the text or what is no part of it.
constexpr std::string_view behind = "(?![0-9.eE])";

std::string sign_pattern(Sign sign) {
  switch (sign) {
    case Sign::any:
      return "[+-]?";
    case Sign::not_negative:
      return "(?:\\+|-(?=0*\\.?0*(?![0-9.])))?";
    case Sign::positive:
      break;
  }
  return "\\+?(?!0*\\.?0*(?![0-9.]))";
}

std::string prefixes_of(const Unit& unit) {
  std::vector<std::string> symbols;
  for (const auto& prefix : prefix_table) {
    if (!prefix.symbol.empty() && may_carry(unit, prefix)) symbols.emplace_back(prefix.symbol);
  }
  return symbols.empty() ? "" : any_of(symbols) + "?";
}

// Units of a dimension that are not composed of others; empty where there are none.
std::string simple_units(const Dimension& dimension) {
  std::map<std::string, std::vector<std::string>> by_prefixes;
  for (const auto& unit : unit_table) {
    if (unit.dimension == dimension) by_prefixes[prefixes_of(unit)].emplace_back(unit.symbol);
  }
  std::vector<std::string> groups;
  for (const auto& [prefixes, symbols] : by_prefixes) groups.push_back(prefixes + any_of(symbols));
  return groups.empty() ? "" : any_of(groups);
}

std::vector<Dimension> dimensions() {
  std::vector<Dimension> all;
  for (const auto& unit : unit_table) {
    if (std::ranges::find(all, unit.dimension) == all.end()) all.push_back(unit.dimension);
  }
  return all;
}

}  // namespace

std::string number_pattern(Sign sign) {
  return fmt::format("{}{}(?:{})?", sign_pattern(sign), any_digits, exponent);
}

std::string decimals_pattern(double low, double high, bool low_is_open) {
  std::vector<std::string> alternatives;
  const auto most = std::isfinite(high) && high < 1e15 ? below(high, true) : std::string(any_digits);
  const bool may_be_negative = low < 0.0;
  const auto least =
      may_be_negative || (low == 0.0 && !low_is_open) ? "" : fmt::format("(?!{}{})", below(low, low_is_open), behind);
  alternatives.push_back(fmt::format("\\+?(?=\\.?[0-9]){}{}{}", least, most, behind));
  if (may_be_negative) {
    const auto down_to = std::isfinite(low) && low > -1e15 ? below(-low, !low_is_open) : std::string(any_digits);
    alternatives.push_back(fmt::format("-(?=\\.?[0-9]){}{}", down_to, behind));
  }
  alternatives.push_back(fmt::format("[+-]?{}{}", any_digits, exponent));
  return any_of(alternatives);
}

std::string unit_pattern(const Dimension& dimension) {
  std::vector<std::string> alternatives;
  if (auto simple = simple_units(dimension); !simple.empty()) alternatives.push_back(std::move(simple));
  for (const auto& below_slash : dimensions()) {
    const auto denominator = " */ *" + simple_units(below_slash);
    if (quotient({}, below_slash) == dimension) alternatives.push_back(denominator);
    for (const auto& above : dimensions()) {
      if (quotient(above, below_slash) == dimension) alternatives.push_back(simple_units(above) + denominator);
    }
  }
  return any_of(alternatives);
}

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (std::string_view("\\^$.|?*+()[]{}/").find(c) != std::string_view::npos) result += '\\';
    result += c;
  }
  return result;
}

}  // namespace edgecut::units
