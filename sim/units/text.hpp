// Quantities as text: "5.85 Mbit/s" to a Bandwidth and back. A unit is required; k = 1000 and Ki = 1024; bit and byte
// are never mixed ("Mb" and "MB/s" where bits are meant are refused, not guessed).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "units/quantity.hpp"

namespace edgecut::units {

/// Exponents of byte, FLOP, second and joule.
struct Dimension {
  int byte = 0;
  int flop = 0;
  int second = 0;
  int joule = 0;
  friend bool operator==(const Dimension&, const Dimension&) = default;
};

/// What is wrong with a text, as one clause without the text's position.
struct ParseError {
  std::string message;
  std::string meant = {};  // the text that was most likely meant; empty where nobody can say
};

/// "a bandwidth such as '5.85 Mbit/s'": how messages name what is wanted.
std::string describe(const Dimension& dimension);

/// Reads "<number> <unit>[/<unit>]" of the wanted dimension; returns the value in base units.
std::variant<double, ParseError> parse(std::string_view text, const Dimension& wanted);

/// A number and the unit behind it as written, unchecked: "5.85 Mbit/s" is {5.85, "Mbit/s"}.
struct NumberWithUnit {
  double number = 0.0;
  std::string unit;
};
std::optional<NumberWithUnit> split_unit(std::string_view text);

/// What a number of the unit `from` is multiplied by to be one of the unit `to`: 1000 from "s" to "ms". No unit and "%" are
/// ratios. None where they are of different dimensions, or unknown and not the same.
std::optional<double> factor_between(std::string_view from, std::string_view to);

/// Reads a plain number or a percentage: "0.5" and "50 %" are both 0.5.
std::variant<double, ParseError> parse_ratio(std::string_view text);

/// Reads a plain decimal number; the whole text must be one.
std::variant<double, ParseError> parse_number(std::string_view text);

/// A short human form: 0.0213 s is "21.3 ms".
std::string format(double value, const Dimension& dimension);

template <int B, int F, int S, int J>
constexpr Dimension dimension_of(Quantity<B, F, S, J> /*unused*/ = {}) {
  return {B, F, S, J};
}

template <int B, int F, int S, int J>
std::string format(Quantity<B, F, S, J> quantity) {
  return format(quantity.value(), dimension_of(quantity));
}

}  // namespace edgecut::units
