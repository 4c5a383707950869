// Reads where a method's nominal rates come from.
#pragma once

#include "belief/nominal.hpp"
#include "config/map.hpp"
#include "scenario/library.hpp"

namespace edgecut::scenario {

/// Reads `nominal: this_world | {this_world: NETWORK} | one_network | peak`; the first if it is not given. `reference` is
/// the world of the method's benchmark, `conditions` are its `benchmarked_at`, if it has some. The reference network is
/// ResNet-50, or MobileNetV2 where ResNet-50 is planned. Throws config::Error where a processor has no times of it.
belief::Nominal read_nominal(config::Map& method, const world::World& reference, const config::Value* conditions,
                             Library& library);

}  // namespace edgecut::scenario
