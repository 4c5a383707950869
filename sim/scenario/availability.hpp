// The key `sees` of a method: what its device's operating system tells it, and what that makes of what it knows.
#pragma once

#include <optional>

#include "belief/reported.hpp"
#include "config/map.hpp"
#include "platform/platform.hpp"

namespace edgecut::scenario {

/// Reads `sees: nothing | availability | {availability: {age: 0 s, window: 1 s, error: 0 %}}`; none if it is not given.
std::optional<belief::Availability> read_sees(config::Map& method);

/// A clock as it is reported, over that of the device's file, with the error that its sensor has in that replication.
double reported_clock(const platform::Device& device, const platform::Processor& processor,
                      const belief::Availability& reading, std::uint64_t seed);

}  // namespace edgecut::scenario
