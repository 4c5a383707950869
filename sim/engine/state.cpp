#include "engine/state.hpp"

#include <algorithm>
#include <string>

#include "units/ensure.hpp"

namespace edgecut::engine {

DeviceState::DeviceState(const Client& of, std::span<DeviceProcessor> its_processors)
    : client(&of),
      processors(its_processors),
      interferes(!of.device->interference.empty()),
      reported(of.device->idle),
      meter(of.device->idle),
      transceiver(of.link),
      link{of.link.uplink, of.link.downlink} {
  if (of.device->thermal) thermal = std::make_unique<Thermal>(*of.device->thermal);
  if (const auto& model = of.device->battery) {
    battery = std::make_unique<Battery>(model->usable_capacity(), model->charge(), model->harvest);
  }
  if (!of.direct) return;
  direct_link = {of.direct->uplink, of.direct->downlink};
  direct_transceiver = std::make_unique<Radio>(*of.direct);
}

RadioDraw DeviceState::radio_draw() const {
  auto draw = transceiver.draw();
  if (!direct_transceiver) return draw;
  const auto other = direct_transceiver->draw();
  draw.transmit += other.transmit;
  draw.receive += other.receive;
  draw.promotion += other.promotion;
  draw.tail += other.tail;
  return draw;
}

std::size_t DeviceState::waiting() const {
  std::size_t sum = preparing + uplink.waiting();
  for (const auto& processor : processors) sum += processor.station.waiting();
  return sum;
}

void DeviceState::add_radio_work(const Step& step, Bytes size) {
  const auto direction = direction_of(step);
  const Seconds work = time_on(link_of(*client, step), direction, size);
  if (step.is_direct) {
    over_direct.at(kernel::index_of(direction)).work += work;
  } else {
    radio(direction).add_work(work);
  }
}

void DeviceState::add_radio_offer(const platform::Link& over, const Step& step, Frequency rate) {
  const auto direction = direction_of(step);
  const double load = rate * time_on(over, direction, step.size);
  if (step.is_direct) {
    over_direct.at(kernel::index_of(direction)).offered += load;
  } else {
    radio(direction).add_offer(load);
  }
}

Watts DeviceState::shared_power() const {
  int busy = 0;
  for (std::size_t p = 0; p < processors.size(); ++p) busy += at_work(p);
  return busy == 0 ? Watts() : client->device->busy * (1.0 / busy);
}

Watts DeviceState::power_of(std::size_t processor) const {
  const auto& model = *client->device;
  Watts slot = model.slot(model.processors[processor]);
  if (has_shared_power()) slot += shared_power();
  return slot * at_work(processor) * processors[processor].speed.now;
}

Watts DeviceState::compute_power() const {
  Watts compute;
  for (std::size_t p = 0; p < processors.size(); ++p) compute += power_of(p);
  return compute * throttled_power();
}

void DeviceState::meter_processors(Seconds now) const {
  if (processors.size() == 1 && !has_shared_power()) return;
  for (std::size_t p = 0; p < processors.size(); ++p) {
    auto& processor = processors[p];
    const Seconds span = now - processor.metered;
    processor.energy += processor.power * span;
    processor.shared += processor.share * span;
    processor.metered = now;
    processor.power = power_of(p) * throttled_power();
    if (!has_shared_power()) continue;
    // Heads that share a slot share what falls to it.
    const auto heads = static_cast<double>(std::max<std::size_t>(1, processor.station.busy()));
    processor.share = shared_power() * (throttled_power() * processor.speed.now * at_work(p) / heads);
  }
}

Joules DeviceState::shared_energy(std::size_t processor, Seconds now) const {
  const auto& one = processors[processor];
  return one.shared + one.share * (now - one.metered);
}

Joules DeviceState::processor_energy(std::size_t processor, Seconds now) const {
  if (processors.size() == 1) return meter.read(now).compute;
  const auto& one = processors[processor];
  return one.energy + one.power * (now - one.metered);
}

// Each head beside it adds its share.
double DeviceState::interference(std::size_t processor) const {
  const auto& costs = client->device->interference[processor];
  double stretch = 1.0;
  for (std::size_t q = 0; q < processors.size(); ++q) {
    const int others = at_work(q) - (q == processor ? 1 : 0);
    stretch += costs[q] * std::max(0, others);
  }
  return stretch;
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
  reserve();
  const std::span clients(of.clients);
  for (std::size_t i = 0; i < clients.size();) {
    ensure(!clients[i].joins, "a class joins the client before it");
    std::size_t classes = 1;
    while (i + classes < clients.size() && clients[i + classes].joins) ++classes;
    for (std::size_t k = 0; k < clients[i].devices; ++k) add_device(clients.subspan(i, classes));
    i += classes;
  }
  auto next_processor = static_cast<std::uint32_t>(processors.size());
  cloud.processor = {next_processor++};
  if (of.backhaul) moving_backhaul = {of.backhaul->uplink, of.backhaul->downlink};
  for (const auto& cell : of.cells) moving_cells.push_back({cell.uplink, cell.downlink});
  auto next_access = static_cast<std::uint32_t>(devices.size());
  for (auto& device : devices) {
    if (device.client->direct) device.direct = {next_access++};
  }
  if (!of.edge) return;
  edge.emplace(*of.edge);
  edge->pool.processor = {next_processor};
  edge->access = {next_access};
}

// Devices point to their processors, which must not move.
void State::reserve() {
  std::size_t device_count = 0;
  std::size_t processor_count = 0;
  for (const auto& client : system->clients) {
    if (client.joins) continue;
    device_count += client.devices;
    processor_count += client.devices * client.device->processors.size();
  }
  devices.reserve(device_count);
  processors.reserve(processor_count);
}

void State::add_device(std::span<const Client> classes) {
  const auto i = devices.size();
  const auto first = processors.size();
  const auto& client = classes.front();
  for (const auto& processor : client.device->processors) {
    const kernel::ProcessorId id{static_cast<std::uint32_t>(processors.size())};
    processors.push_back({.station = Station(processor.slots, processor.discipline == platform::Discipline::shared),
                          .id = id,
                          .speed = {}});
  }
  auto& device = devices.emplace_back(client, std::span(processors).subspan(first));
  device.access = {static_cast<std::uint32_t>(i)};
  device.first_stream = streams.size();
  for (const auto& one : classes) streams.emplace_back(one, i, device.streams++, system->seed);
}

Seconds State::on_cell(std::uint32_t cell, kernel::Direction direction, Bytes size) const {
  const auto& medium = system->cells.at(cell);
  return size / (direction == kernel::Direction::up ? medium.uplink : medium.downlink);
}

void State::limit(const Client& client, Bandwidth& up, Bandwidth& down) const {
  const auto by = [&](const MovingLink& medium) {
    up = std::min(up, medium.up);
    down = std::min(down, medium.down);
  };
  if (system->backhaul) by(moving_backhaul);
  for (auto cell = client.cell; cell; cell = cell_behind(*cell)) by(moving_cells.at(*cell));
}

void State::add_shared_work(const Client& client, const Step& step, Bytes size) {
  const auto direction = direction_of(step);
  if (crosses_backhaul(step)) backhaul(direction).work += on_backhaul(direction, size);
  for (auto cell = first_cell(client, step); cell; cell = cell_behind(*cell)) {
    cells[*cell].at(kernel::index_of(direction)).work += on_cell(*cell, direction, size);
  }
}

void State::add_shared_offer(const Client& client, const Step& step, Frequency rate) {
  const auto direction = direction_of(step);
  if (crosses_backhaul(step)) backhaul(direction).offered += rate * on_backhaul(direction, step.size);
  for (auto cell = first_cell(client, step); cell; cell = cell_behind(*cell)) {
    cells[*cell].at(kernel::index_of(direction)).offered += rate * on_cell(*cell, direction, step.size);
  }
}

}  // namespace edgecut::engine
