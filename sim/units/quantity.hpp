// Physical quantities as types. A Quantity carries its dimension as integer exponents of byte, FLOP, second and joule,
// so that `Bytes / Bandwidth` is `Seconds` and `Bytes + Seconds` does not compile. Values are held in base units.
#pragma once

#include <compare>

namespace edgecut {

template <int Byte, int Flop, int Second, int Joule>
class Quantity;

namespace detail {
template <int B, int F, int S, int J>
struct Product {
  using type = Quantity<B, F, S, J>;
};
template <>
struct Product<0, 0, 0, 0> {
  using type = double;
};
}  // namespace detail

/// The type of a product or quotient of quantities: a plain `double` where every dimension cancels.
template <int B, int F, int S, int J>
using QuantityOrDouble = typename detail::Product<B, F, S, J>::type;

template <int Byte, int Flop, int Second, int Joule>
class Quantity {
 public:
  static constexpr int byte = Byte;
  static constexpr int flop = Flop;
  static constexpr int second = Second;
  static constexpr int joule = Joule;

  constexpr Quantity() = default;
  /// `value` is in base units: bytes, FLOP, seconds, joules and their products.
  constexpr explicit Quantity(double value) : value_(value) {}

  [[nodiscard]] constexpr double value() const { return value_; }

  constexpr Quantity& operator+=(Quantity other) {
    value_ += other.value_;
    return *this;
  }
  constexpr Quantity& operator-=(Quantity other) {
    value_ -= other.value_;
    return *this;
  }
  constexpr Quantity& operator*=(double factor) {
    value_ *= factor;
    return *this;
  }
  friend constexpr Quantity operator+(Quantity a, Quantity b) { return Quantity(a.value_ + b.value_); }
  friend constexpr Quantity operator-(Quantity a, Quantity b) { return Quantity(a.value_ - b.value_); }
  friend constexpr Quantity operator-(Quantity a) { return Quantity(-a.value_); }
  friend constexpr Quantity operator*(Quantity a, double factor) { return Quantity(a.value_ * factor); }
  friend constexpr Quantity operator*(double factor, Quantity a) { return Quantity(a.value_ * factor); }
  friend constexpr Quantity operator/(Quantity a, double divisor) { return Quantity(a.value_ / divisor); }
  friend constexpr auto operator<=>(Quantity a, Quantity b) = default;

 private:
  double value_ = 0.0;
};

template <int B1, int F1, int S1, int J1, int B2, int F2, int S2, int J2>
constexpr auto operator*(Quantity<B1, F1, S1, J1> a, Quantity<B2, F2, S2, J2> b) {
  return QuantityOrDouble<B1 + B2, F1 + F2, S1 + S2, J1 + J2>(a.value() * b.value());
}

template <int B1, int F1, int S1, int J1, int B2, int F2, int S2, int J2>
constexpr auto operator/(Quantity<B1, F1, S1, J1> a, Quantity<B2, F2, S2, J2> b) {
  return QuantityOrDouble<B1 - B2, F1 - F2, S1 - S2, J1 - J2>(a.value() / b.value());
}

template <int B, int F, int S, int J>
constexpr auto operator/(double a, Quantity<B, F, S, J> b) {
  return QuantityOrDouble<-B, -F, -S, -J>(a / b.value());
}

using Bytes = Quantity<1, 0, 0, 0>;
using Flops = Quantity<0, 1, 0, 0>;  ///< an amount of work; 1 MAC = 2 FLOP everywhere
using Seconds = Quantity<0, 0, 1, 0>;
using Joules = Quantity<0, 0, 0, 1>;
using Bandwidth = Quantity<1, 0, -1, 0>;  ///< bytes per second of application goodput
using FlopRate = Quantity<0, 1, -1, 0>;   ///< FLOP per second
using Frequency = Quantity<0, 0, -1, 0>;  ///< events per second
using Watts = Quantity<0, 0, -1, 1>;
using JoulesPerByte = Quantity<-1, 0, 0, 1>;  ///< a radio's alpha: watts per byte/s

inline namespace literals {
constexpr Bytes operator""_B(long double v) {
  return Bytes(static_cast<double>(v));
}
constexpr Bytes operator""_B(unsigned long long v) {
  return Bytes(static_cast<double>(v));
}
constexpr Flops operator""_FLOP(long double v) {
  return Flops(static_cast<double>(v));
}
constexpr Flops operator""_FLOP(unsigned long long v) {
  return Flops(static_cast<double>(v));
}
constexpr Seconds operator""_s(long double v) {
  return Seconds(static_cast<double>(v));
}
constexpr Seconds operator""_s(unsigned long long v) {
  return Seconds(static_cast<double>(v));
}
constexpr Joules operator""_J(long double v) {
  return Joules(static_cast<double>(v));
}
constexpr Joules operator""_J(unsigned long long v) {
  return Joules(static_cast<double>(v));
}
constexpr Watts operator""_W(long double v) {
  return Watts(static_cast<double>(v));
}
constexpr Watts operator""_W(unsigned long long v) {
  return Watts(static_cast<double>(v));
}
/// Bytes per second.
constexpr Bandwidth operator""_Bps(long double v) {
  return Bandwidth(static_cast<double>(v));
}
constexpr Bandwidth operator""_Bps(unsigned long long v) {
  return Bandwidth(static_cast<double>(v));
}
/// Megabits per second: 1 Mbit/s = 125,000 B/s.
constexpr Bandwidth operator""_Mbps(long double v) {
  return Bandwidth(static_cast<double>(v) * 125000.0);
}
constexpr Bandwidth operator""_Mbps(unsigned long long v) {
  return Bandwidth(static_cast<double>(v) * 125000.0);
}
constexpr FlopRate operator""_GFLOPps(long double v) {
  return FlopRate(static_cast<double>(v) * 1e9);
}
constexpr FlopRate operator""_GFLOPps(unsigned long long v) {
  return FlopRate(static_cast<double>(v) * 1e9);
}
}  // namespace literals

}  // namespace edgecut
