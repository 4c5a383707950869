#include "metrics/confidence.hpp"

#include <boost/math/distributions/students_t.hpp>
#include <cmath>

namespace edgecut::metrics {

double half_width(double squares, double n) {
  const double t = boost::math::quantile(boost::math::students_t(n - 1.0), 0.975);
  return t * std::sqrt(squares / (n - 1.0) / n);
}

}  // namespace edgecut::metrics
