#include "scenario/energy_budget.hpp"

#include <algorithm>

namespace edgecut::scenario {

EnergyBudget read_energy_budget(config::Map& constraints, const platform::Device& device,
                                const std::optional<Seconds>& period) {
  EnergyBudget budget;
  std::optional<Watts> least;
  const auto bound = [&](Watts power) { least = least ? std::min(*least, power) : power; };
  const auto need = [&](const char* key, bool needs_battery) {
    const auto& value = constraints.child(key);
    if (!period) value.fail("needs a workload with a rate: arrivals one at a time have none");
    if (needs_battery && !device.battery) value.fail("the device has no `battery:`");
  };
  if (const auto inferences = constraints.find<double>("inferences_per_charge", config::positive)) {
    need("inferences_per_charge", true);
    const Seconds time = *period * *inferences;
    bound(device.battery->usable_capacity() / time + device.battery->harvest.mean(time));
  }
  if (const auto hourly = constraints.find<Joules>("energy_per_hour", config::positive)) {
    need("energy_per_hour", false);
    bound(*hourly / Seconds(3600.0));
  }
  const auto of_inference = [&](Watts power) { return std::max(Joules(), (power - device.idle) * *period); };
  if (least) budget.otherwise = of_inference(*least);
  budget.lifetime = constraints.find<Seconds>("lifetime", config::positive);
  if (budget.lifetime) {
    need("lifetime", true);
    bound(device.battery->charge() / *budget.lifetime + device.battery->harvest.mean(*budget.lifetime));
  }
  if (least) budget.inference = of_inference(*least);
  return budget;
}

}  // namespace edgecut::scenario
