#include "engine/accounts.hpp"

namespace edgecut::engine {
namespace {

using events::ResourceUse;

ResourceUse use_of(ResourceUse::Kind kind, events::DeviceIndex i, const Station& station, Seconds end) {
  const double span = end.value();
  return {kind,
          i,
          static_cast<double>(station.slots()),
          station.work(),
          station.offered_load(),
          span > 0.0 ? station.queue_integral(end) / span : 0.0,
          station.longest_queue()};
}

ResourceUse use_of(ResourceUse::Kind kind, const SharedLink& link) {
  return {kind, 0, 1.0, link.work, link.offered, 0.0, 0};
}

}  // namespace

void note_offer(State& state, DeviceState& device, const Route& route) {
  const auto& client = *device.client;
  if (!client.workload.is_open()) return;
  // Each request is one of `requests` that come at `rate`.
  const Frequency rate = client.workload.rate / static_cast<double>(client.workload.requests);
  for (const auto& step : route.steps) {
    const auto direction = direction_of(step);
    switch (step.part) {
      case Part::head:
        device.processors[route.processor].add_offer(rate * step.work);
        break;
      case Part::edge:
        state.edge->pool.station.add_offer(rate * step.work);
        break;
      case Part::tail:
        state.cloud.station.add_offer(rate * step.work);
        break;
      case Part::upload:
      case Part::download:
        device.radio(direction).add_offer(rate * time_on(link_of(client, step), direction, step.size));
        if (state.crosses_backhaul(step)) {
          state.backhaul(direction).offered += rate * state.on_backhaul(direction, step.size);
        }
        break;
      case Part::relay:
      case Part::relay_back:
        state.edge->relay(direction).offered += rate * time_on(state.edge->link, direction, step.size);
        break;
    }
  }
}

events::RunEnded run_ended(const State& state, Seconds end) {
  using Kind = ResourceUse::Kind;
  events::RunEnded ended{end, {}, {}};
  for (events::DeviceIndex i = 0; i < state.devices.size(); ++i) {
    const auto& device = state.devices[i];
    ended.devices.push_back(device.meter.read(end));
    for (const auto& station : device.processors) {
      ended.resources.push_back(use_of(Kind::device_processor, i, station, end));
    }
    ended.resources.push_back(use_of(Kind::uplink, i, device.uplink, end));
    ended.resources.push_back(use_of(Kind::downlink, i, device.downlink, end));
  }
  ended.resources.push_back(use_of(Kind::cloud, 0, state.cloud.station, end));
  if (state.system->backhaul) {
    ended.resources.push_back(use_of(Kind::backhaul_up, state.backhaul_up));
    ended.resources.push_back(use_of(Kind::backhaul_down, state.backhaul_down));
  }
  if (state.edge) {
    ended.resources.push_back(use_of(Kind::edge, 0, state.edge->pool.station, end));
    ended.resources.push_back(use_of(Kind::relay_up, state.edge->up));
    ended.resources.push_back(use_of(Kind::relay_down, state.edge->down));
  }
  return ended;
}

}  // namespace edgecut::engine
