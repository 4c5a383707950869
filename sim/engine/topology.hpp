// The processors and links of a system as a kernel knows them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "engine/system.hpp"
#include "kernel/kernel.hpp"

namespace edgecut::engine {

/// Whether cells make a tree, of which the express kernel knows nothing: devices are in different ones, some are in one and
/// some in none, or in one that stands in another. One cell that everybody is in and the backhaul behind it are one link as
/// wide as the narrower of them. `of_clients`: which of `cells` each is in.
bool is_tree(std::span<const platform::Cell> cells, std::span<const std::optional<std::uint32_t>> of_clients);

/// The cell that everybody is in, where that is no tree.
std::optional<std::uint32_t> only_cell(const System& system);

/// Processors: those of each device in turn, the cloud, the edge server. Accesses: the devices' links, the direct links
/// of those that have one, the edge server's to the cloud.
kernel::Topology topology_of(const System& system, bool is_metered);

}  // namespace edgecut::engine
