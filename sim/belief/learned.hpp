// Layer times learned from other networks on the same hosts.
#pragma once

#include <cstdint>
#include <vector>

#include "belief/measuring.hpp"
#include "profile/profile.hpp"
#include "world/world.hpp"

namespace edgecut::belief {

/// Layer times of the world's network as a regression per type of layer predicts them (profile::TypeRegression), having
/// seen the `training` networks measured on the same hosts. Where some were measured on a host, from these alone.
profile::Profile learned(const std::vector<const dnn::Network*>& training, const world::World& world,
                         std::int64_t replication, const Measuring& how);

}  // namespace edgecut::belief
