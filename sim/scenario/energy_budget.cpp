#include "scenario/energy_budget.hpp"

#include <algorithm>

namespace edgecut::scenario {

std::optional<Joules> read_energy_budget(config::Map& constraints, const platform::Device& device,
                                         const workload::Workload& workload) {
  std::optional<Watts> least;
  const auto bound = [&](Watts power) { least = least ? std::min(*least, power) : power; };
  const auto need = [&](const char* key, bool needs_battery) {
    const auto& value = constraints.child(key);
    if (!workload.period()) value.fail("needs a workload with a rate: arrivals one at a time have none");
    if (needs_battery && !device.battery) value.fail("the device has no `battery:`");
  };
  if (const auto lifetime = constraints.find<Seconds>("lifetime", config::positive)) {
    need("lifetime", true);
    bound(device.battery->charge() / *lifetime + device.battery->harvest.mean(*lifetime));
  }
  if (const auto inferences = constraints.find<double>("inferences_per_charge", config::positive)) {
    need("inferences_per_charge", true);
    const Seconds time = *workload.period() * *inferences;
    bound(device.battery->usable_capacity() / time + device.battery->harvest.mean(time));
  }
  if (const auto hourly = constraints.find<Joules>("energy_per_hour", config::positive)) {
    need("energy_per_hour", false);
    bound(*hourly / Seconds(3600.0));
  }
  if (!least) return std::nullopt;
  return std::max(Joules(), (*least - device.idle) * *workload.period());
}

}  // namespace edgecut::scenario
