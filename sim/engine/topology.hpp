// The processors and links of a system as a kernel knows them.
#pragma once

#include "engine/system.hpp"
#include "kernel/kernel.hpp"

namespace edgecut::engine {

/// Processors: those of each device in turn, the cloud, the edge server. Accesses: the devices' links, the direct links
/// of those that have one, the edge server's to the cloud.
kernel::Topology topology_of(const System& system, bool is_metered);

}  // namespace edgecut::engine
