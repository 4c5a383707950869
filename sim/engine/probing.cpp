#include "engine/probing.hpp"

#include <algorithm>
#include <cmath>

namespace edgecut::engine {
namespace {

Route there_and_back(Bytes size, Seconds rtt, bool is_direct) {
  Route route;
  route.is_direct = is_direct;
  route.steps.push_back({Part::upload, {}, size, rtt / 2.0, is_direct});
  route.steps.push_back({Part::download, {}, size, rtt / 2.0, is_direct});
  route.last_transfer = 1;
  route.up = route.down = size;
  return route;
}

}  // namespace

Probing::Probing(const System& system, const State& state)
    : probe_(*system.awareness.probe),
      state_(state),
      sent_(state.devices.size(), 0),
      slots_(state.devices.size(), no_slot) {
  const Bytes size(std::ceil(probe_.size.value()));
  for (const auto& client : system.clients) {
    routes_.push_back({there_and_back(size, client.link.rtt, false),
                       client.direct ? there_and_back(size, client.direct->rtt, true) : Route{}});
  }
  for (const auto& device : state.devices) {
    clients_.push_back(number_of(system, *device.client));
  }
}

Seconds Probing::next(events::DeviceIndex device) {
  return staggered(probe_.every, ++sent_[device], device, state_.devices.size());
}

const Route& Probing::route(events::DeviceIndex device, bool is_direct) const {
  const auto& routes = routes_[clients_[device]];
  return is_direct ? routes.direct : routes.link;
}

void Probing::end(const Request& probe, bool is_back, bool awaits_tail) {
  slots_[probe.device] = no_slot;
  if (is_back) ++use_.count;
  use_.energy += probe.energy.total();
  if (awaits_tail) unpaid_.push_back({probe.slot, probe.id});
}

void Probing::book(kernel::Direction direction, Bytes size, Seconds time) {
  (direction == kernel::Direction::up ? use_.up : use_.down) += size;
  use_.time += time;
}

bool Probing::pay(const Radio::Bill& bill) {
  if (std::erase(unpaid_, bill.user) == 0) return false;
  use_.energy += bill.tail;
  return true;
}

}  // namespace edgecut::engine
