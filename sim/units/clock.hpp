// What the clock of a run keeps apart.
#pragma once

#include "units/quantity.hpp"

namespace edgecut {

/// No run goes on for longer: up to here, 97 days, two neighbouring times are less than a nanosecond apart. 2^23 s, for a
/// double has 53 bits.
inline constexpr Seconds longest_run(8388608.0);

/// What comes again and again in a run comes no faster. Shorter periods mean a slip of the unit, and a run without end.
inline constexpr Seconds shortest_period(1e-6);

}  // namespace edgecut
