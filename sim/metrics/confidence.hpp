// How far a mean may be off.
#pragma once

namespace edgecut::metrics {

/// Half of the 95 % confidence interval of a mean of `n` > 1 independent values, whose squared distances from it add up to
/// `squares`: Student's t with n - 1 degrees of freedom times sqrt(squares / (n - 1) / n).
double half_width(double squares, double n);

}  // namespace edgecut::metrics
