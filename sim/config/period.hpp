// How often something comes again.
#pragma once

#include <limits>

#include "config/map.hpp"
#include "units/clock.hpp"

namespace edgecut::config {

/// Of what comes again and again in a run.
inline constexpr Limits period{shortest_period.value(), std::numeric_limits<double>::infinity(), false};

}  // namespace edgecut::config
