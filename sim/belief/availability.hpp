// What the clocks that hosts report make of what a method knows.
#pragma once

#include <cstdint>

#include "belief/method.hpp"
#include "belief/reported.hpp"
#include "plan/problem.hpp"
#include "world/world.hpp"

namespace edgecut::belief {

/// A clock as it is reported, over that of the device's file, with the error that its sensor has in a run with that
/// seed.
double reported_clock(const platform::Device& device, const platform::Processor& processor, const Availability& reading,
                      std::uint64_t seed);

/// Scales the times and rates of a believed problem by the clocks of today over those at which they were taken: the
/// device's where the method reads its availability, the servers' where it gets their reports.
void see_clocks(const Method& method, const world::World& today, std::int64_t replication, plan::Problem& problem);

}  // namespace edgecut::belief
