// Where a choice changes.
#pragma once

#include <optional>

namespace edgecut::partition {

/// The factor on something, from 1 in steps of `step` (above or below 1) up to `farthest`, at which `is_same(factor)`
/// ceases to hold; found by bisection, to 1 part in 10^6. None where it holds all the way.
template <class IsSame>
std::optional<double> factor_of_change(IsSame is_same, double step, double farthest) {
  double same = 1.0;
  double other = step;
  while (is_same(other)) {
    same = other;
    other *= step;
    if (step > 1.0 ? other > farthest : other < farthest) return std::nullopt;
  }
  constexpr int halvings = 20;
  for (int i = 0; i < halvings; ++i) {
    const double middle = (same + other) / 2.0;
    (is_same(middle) ? same : other) = middle;
  }
  return other;
}

/// How far explanations look: a thousandth, and a thousand times.
inline constexpr double far = 1000.0;

struct Changes {
  std::optional<double> below;
  std::optional<double> above;
};
template <class IsSame>
Changes factors_of_change(IsSame is_same) {
  return {factor_of_change(is_same, 0.5, 1.0 / far), factor_of_change(is_same, 2.0, far)};
}

}  // namespace edgecut::partition
