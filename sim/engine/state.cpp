#include "engine/state.hpp"

#include <algorithm>
#include <string>

#include "units/ensure.hpp"

namespace edgecut::engine {

DeviceState::DeviceState(const Client& of)
    : client(&of),
      speeds(of.device->processors.size()),
      link{of.link.uplink, of.link.downlink},
      transceiver(of.link),
      meter(of.device->idle),
      reported(of.device->idle) {
  if (of.device->thermal) thermal.emplace(*of.device->thermal);
  if (const auto& model = of.device->battery) {
    battery.emplace(model->usable_capacity(), model->charge(), model->harvest);
  }
  for (const auto& processor : of.device->processors) {
    processors.emplace_back(processor.slots, processor.discipline == platform::Discipline::shared);
  }
  if (of.direct) direct_link = {of.direct->uplink, of.direct->downlink};
}

std::size_t DeviceState::waiting() const {
  std::size_t sum = preparing + uplink.waiting();
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
  return compute * throttled_power();
}

Stream::Stream(const Client& of, events::DeviceIndex on, std::uint32_t number, std::uint64_t seed)
    : client(&of), device(on), request_class(number), left(of.workload.requests) {
  if (!of.network->exits().empty()) {
    const auto name = std::to_string(on) + (number > 0 ? " class " + std::to_string(number) : "");
    exits.emplace(seed, std::initializer_list<std::string_view>{"exit", name});
  }
  if (of.workload.is_open()) arrivals.emplace(of.workload, seed, on, number);
  if (of.workload.arrivals == workload::Arrivals::closed_loop) thinks.emplace(of.workload, seed, on, number);
}

State::State(const System& of) : system(&of), cloud(*of.cloud), cells(of.cells.size()) {
  std::uint32_t next_processor = 0;
  for (StreamIndex i = 0; i < of.clients.size(); ++i) {
    const auto& client = of.clients[i];
    ensure(!client.joins || i > 0, "a class joins the client before it");
    if (client.joins) {
      streams.emplace_back(client, devices.size() - 1, devices.back().streams++, of.seed);
      continue;
    }
    auto& device = devices.emplace_back(client);
    device.first_stream = i;
    streams.emplace_back(client, devices.size() - 1, device.streams++, of.seed);
    for (std::size_t p = 0; p < client.device->processors.size(); ++p) {
      device.kernel_processors.push_back({next_processor++});
    }
    device.access = {static_cast<std::uint32_t>(devices.size() - 1)};
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

SharedLink* State::cell_of(const Client& client, const Step& step) {
  if (!client.cell || step.is_direct) return nullptr;
  return &cells.at(*client.cell).at(static_cast<std::size_t>(direction_of(step)));
}

Seconds State::on_cell(const Client& client, kernel::Direction direction, Bytes size) const {
  const auto& cell = system->cells.at(*client.cell);
  return size / (direction == kernel::Direction::up ? cell.uplink : cell.downlink);
}

void State::add_shared_work(const Client& client, const Step& step, Bytes size) {
  const auto direction = direction_of(step);
  if (crosses_backhaul(step)) backhaul(direction).work += on_backhaul(direction, size);
  if (auto* cell = cell_of(client, step)) cell->work += on_cell(client, direction, size);
}

void State::add_shared_offer(const Client& client, const Step& step, Frequency rate) {
  const auto direction = direction_of(step);
  if (crosses_backhaul(step)) backhaul(direction).offered += rate * on_backhaul(direction, step.size);
  if (auto* cell = cell_of(client, step)) cell->offered += rate * on_cell(client, direction, step.size);
}

}  // namespace edgecut::engine
