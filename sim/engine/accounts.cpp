#include "engine/accounts.hpp"

namespace edgecut::engine {
namespace {

using events::ResourceUse;

// `mean`: what the resource was on average, over what it is usually. What it was asked for and did is counted in
// seconds of the usual one. One that was never there did nothing.
Seconds done_by(Seconds work, double mean) {
  return mean > 0.0 ? work / mean : Seconds();
}
double offered_to(double load, double mean) {
  return load > 0.0 ? load / mean : 0.0;
}

ResourceUse use_of(ResourceUse::Kind kind, events::DeviceIndex i, const Station& station, double mean, Seconds end) {
  const double span = end.value();
  return {kind,
          i,
          static_cast<double>(station.slots()),
          done_by(station.taken(), mean),
          offered_to(station.offered_load(), mean),
          span > 0.0 ? station.queue_integral(end) / span : 0.0,
          station.longest_queue()};
}

ResourceUse use_of(ResourceUse::Kind kind, const LinkUse& link, double mean, std::size_t index = 0) {
  return {kind, index, 1.0, done_by(link.work, mean), offered_to(link.offered, mean), 0.0, 0};
}

// The radio sends over one link at a time, each as wide as it was on average.
ResourceUse use_of_radio(events::DeviceIndex i, const DeviceState& device, kernel::Direction direction, Seconds end) {
  const bool up = direction == kernel::Direction::up;
  auto use = use_of(up ? ResourceUse::Kind::uplink : ResourceUse::Kind::downlink, i,
                    up ? device.uplink : device.downlink, device.link.mean(direction), end);
  const auto& direct = device.over_direct.at(kernel::index_of(direction));
  const double mean = device.direct_link.mean(direction);
  use.work += done_by(direct.work, mean);
  use.offered_load += offered_to(direct.offered, mean);
  return use;
}

void add_server(events::RunEnded& ended, ResourceUse::Kind kind, const Pool& pool, const platform::Cloud& cloud) {
  const auto end = ended.time;
  if (pool.serving) {
    auto& use = ended.resources.emplace_back(pool.serving->use(end));
    use.offered_load = offered_to(use.offered_load, pool.speed.mean);
  } else {
    ended.resources.push_back(use_of(kind, 0, pool.station, pool.speed.mean, end));
  }
  ended.servers.push_back(pool.serving ? pool.serving->account(end)
                                       : account_of(cloud, kind, pool.station.work(), end));
}

}  // namespace

void note_offer(State& state, const Stream& stream, const Route& route) {
  auto& device = state.devices[stream.device];
  const auto& client = *stream.client;
  if (!client.workload.is_open()) return;
  // Each request is one of `requests` that come at `rate`.
  const Frequency rate = client.workload.rate / static_cast<double>(client.workload.requests);
  for (const auto& step : route.steps) {
    const auto direction = direction_of(step);
    switch (step.part) {
      case Part::head:
        device.processors[route.processor].station.add_offer(rate * step.work);
        break;
      case Part::edge:
        state.edge->pool.add_offer(rate, step.work);
        break;
      case Part::tail:
        state.cloud.add_offer(rate, step.work);
        break;
      case Part::upload:
      case Part::download:
        device.add_radio_offer(link_of(client, step), step, rate);
        state.add_shared_offer(client, step, rate);
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
  events::RunEnded ended{end, {}, {}, {}};
  for (events::DeviceIndex i = 0; i < state.devices.size(); ++i) {
    const auto& device = state.devices[i];
    ended.devices.push_back(device.meter.read(end));
    if (device.battery) {
      auto battery = *device.battery;
      battery.draw(device.meter.power(), end);
      // What is harvested for a dead device is of no use.
      const Joules left = device.died ? Joules() : battery.charge();
      ended.batteries.push_back({battery.capacity(), left, battery.drawn(), device.died, i});
    }
    for (std::size_t p = 0; p < device.processors.size(); ++p) {
      const auto& processor = device.processors[p];
      auto& use =
          ended.resources.emplace_back(use_of(Kind::device_processor, i, processor.station, processor.speed.mean, end));
      use.processor = device.client->device->processors[p].name;
      use.energy = device.processor_energy(p, end);
    }
    for (const auto direction : {kernel::Direction::up, kernel::Direction::down}) {
      ended.resources.push_back(use_of_radio(i, device, direction, end));
    }
  }
  add_server(ended, Kind::cloud, state.cloud, *state.system->cloud);
  for (std::size_t i = 0; i < state.cells.size(); ++i) {
    ended.resources.push_back(use_of(Kind::cell_up, state.cells[i][0], state.moving_cells[i].up_mean, i));
    ended.resources.push_back(use_of(Kind::cell_down, state.cells[i][1], state.moving_cells[i].down_mean, i));
  }
  if (state.system->backhaul) {
    ended.resources.push_back(use_of(Kind::backhaul_up, state.backhaul_up, state.moving_backhaul.up_mean));
    ended.resources.push_back(use_of(Kind::backhaul_down, state.backhaul_down, state.moving_backhaul.down_mean));
  }
  if (state.edge) {
    const auto& edge = *state.edge;
    add_server(ended, Kind::edge, edge.pool, *state.system->edge->server);
    ended.resources.push_back(use_of(Kind::relay_up, edge.up, edge.moving.up_mean));
    ended.resources.push_back(use_of(Kind::relay_down, edge.down, edge.moving.down_mean));
  }
  return ended;
}

}  // namespace edgecut::engine
