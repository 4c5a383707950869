#include "engine/measuring.hpp"

#include <algorithm>
#include <cmath>

namespace edgecut::engine {
namespace {

// To nine digits, so that devices alike that measure alike believe alike, whatever the clock's last digits.
double rounded(double figure) {
  return std::round(figure * 1e9) / 1e9;
}

std::vector<Route> passes_of(const Client& client) {
  std::vector<Route> passes;
  if (client.remeasuring == nullptr) return passes;
  const auto& [device, cloud, edge, believe] = *client.remeasuring;
  const auto add = [&](Part part, Seconds work, std::size_t processor) {
    if (work <= Seconds()) return;
    auto& route = passes.emplace_back();
    route.processor = processor;
    route.steps.push_back({part, work});
  };
  for (std::size_t p = 0; p < device.size(); ++p) add(Part::head, device[p], client.processors[p]);
  add(Part::edge, edge, 0);
  add(Part::tail, cloud, 0);
  return passes;
}

}  // namespace

Measuring::Measuring(const System& system, const State& state)
    : system_(system), state_(state), devices_(state.devices.size()) {
  for (const auto& client : system.clients) passes_.push_back(passes_of(client));
  for (const auto& device : state.devices) {
    clients_.push_back(number_of(system, *device.client));
  }
}

Seconds Measuring::next(events::DeviceIndex device) {
  return staggered(system_.awareness.period, ++devices_[device].taken, device, devices_.size());
}

void Measuring::start_class(Device& device, events::DeviceIndex i) {
  device.pass = 0;
  device.is_whole = true;
  device.found = {};
  device.found.speeds.assign(system_.clients[client_of(i)].processors.size(), 1.0);
  device.energy = device.planned = Joules();
}

const Route* Measuring::current(events::DeviceIndex device) const {
  const auto& passes = passes_[client_of(device)];
  return devices_[device].pass < passes.size() ? &passes[devices_[device].pass] : nullptr;
}

const Route* Measuring::begin(events::DeviceIndex device) {
  devices_[device].request_class = 0;
  start_class(devices_[device], device);
  return current(device);
}

const Route* Measuring::go_on(events::DeviceIndex i) {
  auto& device = devices_[i];
  ++device.pass;
  if (const auto* next = current(i)) return next;
  if (++device.request_class == state_.devices[i].streams) return nullptr;
  start_class(device, i);
  return current(i);
}

events::ResourceUse::Kind Measuring::host_of(const Request& pass) {
  using Kind = events::ResourceUse::Kind;
  const auto part = pass.route->steps.front().part;
  return part == Part::head ? Kind::device_processor : part == Part::edge ? Kind::edge : Kind::cloud;
}

std::size_t Measuring::processor_of(const Request& pass) const {
  const auto& listed = system_.clients[client_of(pass.device)].processors;
  return static_cast<std::size_t>(std::ranges::find(listed, pass.route->processor) - listed.begin());
}

void Measuring::book(const Request& pass, Seconds time, bool is_whole) {
  auto& device = devices_[pass.device];
  const auto& step = pass.route->steps.front();
  const auto on = host_of(pass);
  (on == events::ResourceUse::Kind::device_processor ? use_.device : use_.servers) += time;
  use_.energy += pass.energy.compute;
  device.is_whole = device.is_whole && is_whole && time > Seconds();
  if (!device.is_whole) return;
  const double speed = rounded(step.work / time);
  if (on == events::ResourceUse::Kind::edge) device.found.edge_speed = speed;
  if (on == events::ResourceUse::Kind::cloud) device.found.cloud_speed = speed;
  if (on != events::ResourceUse::Kind::device_processor) return;
  const auto& board = *state_.devices[pass.device].client->device;
  device.found.speeds[processor_of(pass)] = speed;
  device.energy += pass.energy.compute;
  device.planned += board.increment(board.processors[pass.route->processor]) * step.work;
  if (device.planned > Joules()) device.found.heat = rounded(device.energy / device.planned);
}

bool Measuring::is_known(events::DeviceIndex device) const {
  const auto& own = devices_[device];
  return own.is_whole && own.pass + 1 == passes_[client_of(device)].size();
}

}  // namespace edgecut::engine
