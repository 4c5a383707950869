// What a request would take if it had the system to itself.
#pragma once

#include "engine/planner.hpp"
#include "engine/state.hpp"

namespace edgecut::engine {

/// The latency of an inference that goes by `itinerary` on that device and waits for nobody, with bandwidths, speeds and
/// the device's temperature as they are now: the mean over the exits, from a radio that sleeps. On a world that does not
/// move, plan::Cost::latency of the true problem. Infinite while a link that it needs is out.
Seconds idle_latency(const State& state, events::DeviceIndex device, const Itinerary& itinerary);

}  // namespace edgecut::engine
