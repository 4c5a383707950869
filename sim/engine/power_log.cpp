#include "engine/power_log.hpp"

#include <algorithm>
#include <cmath>

namespace edgecut::engine {

namespace {

constexpr double rounding = 1e-10;  // of bytes and watts, as a share of them

}  // namespace

void PowerLog::touch(events::DeviceIndex device) {
  const auto place = std::ranges::lower_bound(live_, device);
  if (place == live_.end() || *place != device) live_.insert(place, device);
}

void PowerLog::tell(Seconds from, Seconds to, State& state, const SendingOf& sending_of, const Tell& say) {
  std::erase_if(live_, [&](events::DeviceIndex index) {
    auto& device = state.devices[index];
    Watts power = device.meter.power();
    bool sends = false;
    for (const auto direction : {kernel::Direction::up, kernel::Direction::down}) {
      auto& rate = rates_[index].at(kernel::index_of(direction));
      const auto sending = sending_of(index, direction);
      follow(rate, sending, to - from);
      if (!sending) continue;
      sends = true;
      power += sending->slope * rate.value;
    }
    if (std::abs((power - device.reported).value()) > rounding * power.value()) {
      device.reported = power;
      say({from, index, power});
    }
    return !sends;
  });
}

// The rate stays as it was while it explains the bytes but for their rounding, so that it is told once.
void PowerLog::follow(Rate& rate, const std::optional<Sending>& sending, Seconds span) {
  if (!sending || span == Seconds()) return;
  const Bytes passed = sending->sent - rate.told;
  if (std::abs((passed - rate.value * span).value()) > rounding * sending->size.value()) rate.value = passed / span;
  rate.told += rate.value * span;
}

}  // namespace edgecut::engine
