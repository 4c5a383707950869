// Reads the world of a scenario: its keys from `network` to `truth`.
#pragma once

#include <string>
#include <vector>

#include "config/map.hpp"
#include "scenario/library.hpp"
#include "world/world.hpp"

namespace edgecut::scenario {

/// The keys of a scenario under which a benchmark may have found the world another.
const std::vector<std::string>& world_keys();

/// Reads the keys network, device, processors, cloud, link, edge, fleet, background, truth and seed of a scenario.
/// Figures go to `ledger`.
world::World read_world(config::Map& scenario, Library& library, config::Ledger& ledger);

}  // namespace edgecut::scenario
