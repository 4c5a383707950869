#include "engine/topology.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "engine/motion.hpp"
#include "world/part.hpp"

namespace edgecut::engine {
namespace {

// The cell and the backhaul behind it are one link.
void join(const platform::Cell& cell, kernel::Topology& topology) {
  const kernel::Topology::Backhaul own{cell.uplink, cell.downlink};
  const auto behind = topology.backhaul.value_or(own);
  topology.backhaul = kernel::Topology::Backhaul{std::min(own.up, behind.up), std::min(own.down, behind.down)};
  topology.cells.clear();
  for (auto& access : topology.accesses) access.cell.reset();
}

// All its hosts together. One whose number of hosts moves draws nothing here: its processor is all that there may be.
kernel::Processor server_of(const platform::Cloud& server, const std::string& name) {
  const double hosts = server.serving.autoscaling ? 0.0 : server.hosts;
  const auto power = server.power.value_or(platform::HostPower{});
  return {name, server.most_slots(), power.idle * hosts, power.active * hosts, Watts(), Watts()};
}

void add_device(kernel::Topology& topology, const Client& client) {
  const auto& device = *client.device;
  for (std::size_t i = 0; i < device.processors.size(); ++i) {
    const auto& processor = device.processors[i];
    // The board's own draw is booked on its first processor; what it adds while anything computes on each, so that the
    // kernel's account counts it twice where two processors of a board compute at once.
    const Watts idle = i == 0 ? device.idle : Watts();
    const Watts busy = idle + device.busy + device.slot(processor) * static_cast<double>(processor.slots);
    topology.processors.push_back(
        {device.name, processor.slots, idle, busy, i == 0 ? device.off : Watts(), device.busy});
  }
  topology.accesses.push_back(
      {device.name, client.link.uplink, client.link.downlink, true, client.cell, client.weight});
}

}  // namespace

std::optional<std::uint32_t> only_cell(const System& system) {
  std::vector<std::optional<std::uint32_t>> cells;
  for (const auto& client : system.clients) {
    if (!client.joins) cells.push_back(client.cell);
  }
  return cells.empty() || world::is_tree(system.cells, cells) ? std::nullopt : cells.front();
}

kernel::Topology topology_of(const System& system, bool is_metered) {
  kernel::Topology topology;
  topology.is_metered = is_metered;
  for (const auto& client : system.clients) {
    if (client.joins) continue;
    for (std::size_t k = 0; k < client.devices; ++k) add_device(topology, client);
  }
  topology.processors.push_back(server_of(*system.cloud, system.cloud->name));
  for (const auto& client : system.clients) {
    if (client.joins || !client.direct) continue;
    const kernel::Access direct{client.device->name + " direct", client.direct->uplink, client.direct->downlink, false};
    topology.accesses.insert(topology.accesses.end(), client.devices, direct);
  }
  if (system.edge) {
    const auto& server = *system.edge->server;
    const auto& link = system.edge->link;
    topology.processors.push_back(server_of(server, server.name + " edge"));
    topology.accesses.push_back({server.name + " relay", link.uplink, link.downlink, false});
  }
  for (const auto& cell : system.cells) topology.cells.push_back({cell.uplink, cell.downlink, cell.in});
  if (system.backhaul) {
    topology.backhaul = kernel::Topology::Backhaul{system.backhaul->uplink, system.backhaul->downlink};
  }
  topology.bandwidths_vary = bandwidths_move(system);
  if (const auto cell = only_cell(system)) join(system.cells.at(*cell), topology);
  return topology;
}

}  // namespace edgecut::engine
