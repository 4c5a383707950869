#include "engine/topology.hpp"

#include "engine/motion.hpp"

namespace edgecut::engine {

kernel::Topology topology_of(const System& system) {
  kernel::Topology topology;
  for (const auto& client : system.clients) {
    const auto& device = *client.device;
    for (std::size_t i = 0; i < device.processors.size(); ++i) {
      const auto& processor = device.processors[i];
      const Watts busy = device.increment(processor, processor.slots);
      // The board's own draw is booked on its first processor.
      const Watts base = i == 0 ? device.idle : Watts();
      topology.processors.push_back({device.name, processor.slots, base, base + busy, i == 0 ? device.off : Watts()});
    }
    topology.accesses.push_back({device.name, client.link.uplink, client.link.downlink});
  }
  topology.processors.push_back({system.cloud->name, system.cloud->slots(), Watts(), Watts(), Watts()});
  for (const auto& client : system.clients) {
    if (!client.direct) continue;
    topology.accesses.push_back(
        {client.device->name + " direct", client.direct->uplink, client.direct->downlink, false});
  }
  if (system.edge) {
    const auto& server = *system.edge->server;
    const auto& link = system.edge->link;
    topology.processors.push_back({server.name + " edge", server.slots(), Watts(), Watts(), Watts()});
    topology.accesses.push_back({server.name + " relay", link.uplink, link.downlink, false});
  }
  if (system.backhaul) {
    topology.backhaul = kernel::Topology::Backhaul{system.backhaul->uplink, system.backhaul->downlink};
  }
  topology.bandwidths_vary = bandwidths_move(system);
  return topology;
}

}  // namespace edgecut::engine
