// Networks that live on the device beside the one that is asked for.
#pragma once

#include "config/map.hpp"
#include "scenario/library.hpp"

namespace edgecut::scenario {

/// Reads the key `beside`: networks, `memory` of anything else, and `policy`.
///
/// resident: their weights and the largest of their peaks of live activations stay in memory, so that the head has what
/// is left. (They run one after the other, so that one set of activations is alive at a time.)
/// swapped: they take turns in memory, so that only `memory` is taken; and before each inference the weights of the
/// head's layers are read from storage, at the device's `storage.read`, while the processor is busy.
///
/// Throws config::Error where the networks do not fit in memory at all, and for swapped ones without a `storage.read`.
void read_beside(config::Map& scenario, Library& library, world::World& world);

}  // namespace edgecut::scenario
