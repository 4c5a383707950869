// The units that quantities are written in, and the prefixes that these may carry.
#pragma once

#include <array>
#include <string_view>

#include "units/text.hpp"

namespace edgecut::units {

struct Unit {
  std::string_view symbol;
  double scale;
  Dimension dimension;
  bool prefixes;  // may carry k, M, G, ...
};

inline constexpr Dimension byte_dimension{1, 0, 0, 0};
inline constexpr Dimension flop_dimension{0, 1, 0, 0};
inline constexpr Dimension second_dimension{0, 0, 1, 0};
inline constexpr Dimension joule_dimension{0, 0, 0, 1};
inline constexpr Dimension watt_dimension{0, 0, -1, 1};
inline constexpr Dimension bandwidth_dimension{1, 0, -1, 0};
inline constexpr Dimension flop_rate_dimension{0, 1, -1, 0};
inline constexpr Dimension frequency_dimension{0, 0, -1, 0};
inline constexpr Dimension joules_per_byte_dimension{-1, 0, 0, 1};

inline constexpr std::array<Unit, 14> unit_table{{
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

inline constexpr std::array<Prefix, 14> prefix_table{{{"", 1.0, false},
                                                      {"Ki", 1024.0, true},
                                                      {"Mi", 1048576.0, true},
                                                      {"Gi", 1073741824.0, true},
                                                      {"k", 1e3, false},
                                                      {"M", 1e6, false},
                                                      {"G", 1e9, false},
                                                      {"T", 1e12, false},
                                                      {"P", 1e15, false},
                                                      {"m", 1e-3, false},
                                                      {"u", 1e-6, false},
                                                      {"µ", 1e-6, false},
                                                      {"n", 1e-9, false},
                                                      {"p", 1e-12, false}}};

inline bool may_carry(const Unit& unit, const Prefix& prefix) {
  if (prefix.symbol.empty()) return true;
  // There is no thousandth of a bit: "mbit" is a slip of the shift key.
  const bool is_countable = unit.dimension.byte != 0 || unit.dimension.flop != 0;
  if (prefix.scale < 1.0 && is_countable) return false;
  return unit.prefixes && (!prefix.binary || unit.dimension.byte != 0);
}

inline Dimension quotient(const Dimension& a, const Dimension& b) {
  return {a.byte - b.byte, a.flop - b.flop, a.second - b.second, a.joule - b.joule};
}

}  // namespace edgecut::units
