#include "engine/state.hpp"

#include <algorithm>
#include <string>

namespace edgecut::engine {

DeviceState::DeviceState(const Client& of)
    : client(&of),
      speeds(of.device->processors.size()),
      link{of.link.uplink, of.link.downlink},
      meter(of.device->idle),
      reported(of.device->idle),
      left(of.workload.requests) {
  for (const auto& processor : of.device->processors) {
    processors.emplace_back(processor.slots, processor.discipline == platform::Discipline::shared);
  }
  if (of.direct) direct_link = {of.direct->uplink, of.direct->downlink};
}

std::size_t DeviceState::waiting() const {
  std::size_t sum = uplink.waiting();
  for (const auto& processor : processors) sum += processor.waiting();
  return sum;
}

Watts DeviceState::compute_power() const {
  const auto& model = *client->device;
  Watts compute;
  for (std::size_t p = 0; p < processors.size(); ++p) {
    const auto busy = std::min(static_cast<int>(processors[p].busy()), processors[p].slots());
    compute += model.increment(model.processors[p], busy) * speeds[p].now;
  }
  return compute;
}

Watts DeviceState::radio_power() const {
  Watts radio;
  if (sending) radio += client->link.transmit.base;
  if (receiving) radio += client->link.receive.base;
  return radio;
}

State::State(const System& of) : system(&of), cloud(*of.cloud) {
  std::uint32_t next_processor = 0;
  for (events::DeviceIndex i = 0; i < of.clients.size(); ++i) {
    const auto& client = of.clients[i];
    auto& device = devices.emplace_back(client);
    for (std::size_t p = 0; p < client.device->processors.size(); ++p) {
      device.kernel_processors.push_back({next_processor++});
    }
    device.access = {static_cast<std::uint32_t>(i)};
    if (!client.network->exits().empty()) {
      device.exits.emplace(of.seed, std::initializer_list<std::string_view>{"exit", std::to_string(i)});
    }
    if (client.workload.is_open()) device.arrivals.emplace(client.workload, of.seed, i);
  }
  cloud.processor = {next_processor++};
  if (of.backhaul) moving_backhaul = {of.backhaul->uplink, of.backhaul->downlink};
  auto next_access = static_cast<std::uint32_t>(devices.size());
  for (auto& device : devices) {
    if (device.client->direct) device.direct = {next_access++};
  }
  if (!of.edge) return;
  edge.emplace(*of.edge);
  edge->pool.processor = {next_processor};
  edge->access = {next_access};
}

}  // namespace edgecut::engine
