// The processors and links of a system as a kernel knows them.
#pragma once

#include <cstdint>
#include <optional>

#include "engine/system.hpp"
#include "kernel/kernel.hpp"

namespace edgecut::engine {

/// The cell that everybody is in, where cells are no tree (world::is_tree), of which the express kernel knows nothing.
std::optional<std::uint32_t> only_cell(const System& system);

/// Processors: those of each device in turn, the cloud, the edge server. Accesses: the devices' links, the direct links
/// of those that have one, the edge server's to the cloud.
kernel::Topology topology_of(const System& system, bool is_metered);

}  // namespace edgecut::engine
