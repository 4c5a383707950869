#include "scenario/residency.hpp"

#include <fmt/format.h>

#include "scenario/keys.hpp"
#include "units/limit.hpp"
#include "units/text.hpp"

namespace edgecut::scenario {
void read_beside(config::Map& scenario, Library& library, world::World& world) {
  const auto* value = scenario.find_child("beside");
  if (value == nullptr) return;
  scenario.read("beside", [&](config::Map& map) {
    std::vector<const dnn::Network*> networks;
    if (const auto* list = map.find_child("networks")) {
      if (!list->is_list() || list->items.empty()) list->fail("must be a list of networks, such as [mobilenet_v2]");
      for (const auto& item : list->items) networks.push_back(&library.network(item));
    }
    auto taken = map.get<Bytes>("memory");
    if (map.choice<MemoryPolicy>("policy") == MemoryPolicy::swapped) {
      if (!world.device.storage_read) {
        map.child("policy").fail("the device's file has no `storage.read`, the rate at which weights are loaded");
      }
      world.load_rate = world.device.storage_read;
    } else {
      taken += world::memory_of(networks);
    }
    if (exceeds(taken, world.device.available_memory())) {
      value->fail(fmt::format("takes {}, more than the {} that the device has available", units::format(taken),
                              units::format(world.device.available_memory())));
    }
    world.device.beside = taken;
  });
}

}  // namespace edgecut::scenario
