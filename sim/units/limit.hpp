// How figures are held against limits: sums of rounded figures differ in their last digits.
#pragma once

#include <algorithm>

namespace edgecut {

/// As a share of a limit, how much more still keeps it: far more than rounding makes, far less than matters.
constexpr double limit_tolerance = 1e-9;

/// The most that still keeps a limit, which is a number or a Quantity.
template <class Figure>
constexpr Figure with_tolerance(Figure limit) {
  return limit + std::max(limit, -limit) * limit_tolerance;
}

/// Whether a figure breaks a limit. One that is equal to it does not, whatever its last digits.
template <class Figure>
constexpr bool exceeds(Figure figure, Figure limit) {
  return figure > with_tolerance(limit);
}

}  // namespace edgecut
