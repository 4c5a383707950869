// When two instants are one.
#pragma once

#include <limits>

namespace edgecut::kernel {

/// What is due this much later is still due at the instant `time` (seconds): the tolerance of SimGrid's own that both
/// kernels set (surf/precision), and the rounding of clocks.
inline double tie(double time) {
  return 1e-12 + 4.0 * std::numeric_limits<double>::epsilon() * time;
}

}  // namespace edgecut::kernel
