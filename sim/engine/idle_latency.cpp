#include "engine/idle_latency.hpp"

namespace edgecut::engine {
namespace {

Seconds compute_time(const State& state, const DeviceState& device, const Route& route, const Step& step) {
  if (step.part == Part::tail) return step.work / state.cloud.speed.now;
  if (step.part == Part::edge) return step.work / state.edge->pool.speed.now;
  const double thermal = device.thermal ? device.thermal->speed() : 1.0;
  return step.work / (device.processors[route.processor].speed.now * thermal);
}

MovingLink link_now(const State& state, const DeviceState& device, const Step& step) {
  if (step.part == Part::relay || step.part == Part::relay_back) return state.edge->moving;
  if (step.is_direct) return device.direct_link;
  auto link = device.link;
  state.limit(*device.client, link.up, link.down);
  return link;
}

Seconds send_time(const State& state, const DeviceState& device, const Step& step) {
  if (step.size == Bytes()) return step.latency;
  return step.size / link_now(state, device, step).width(direction_of(step)) + step.latency;
}

Seconds time_of(const State& state, const DeviceState& device, const Route& route) {
  Seconds sum;
  for (const auto& step : route.steps) {
    sum += step.computes() ? compute_time(state, device, route, step) : send_time(state, device, step);
  }
  const auto& link = route.is_direct ? *device.client->direct : device.client->link;
  if (route.up + route.down > Bytes()) sum += link.promotion.delay;
  return sum;
}

}  // namespace

Seconds idle_latency(const State& state, events::DeviceIndex device, const Itinerary& itinerary) {
  Seconds mean;
  for (std::size_t exit = 0; exit < itinerary.rates.size(); ++exit) {
    const double rate = itinerary.rates[exit];
    if (rate > 0.0) mean += time_of(state, state.devices[device], itinerary.routes[exit]) * rate;
  }
  return mean;
}

}  // namespace edgecut::engine
