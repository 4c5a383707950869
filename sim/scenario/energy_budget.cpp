#include "scenario/energy_budget.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "units/text.hpp"

namespace edgecut::scenario {

EnergyBudget read_energy_budget(config::Map& constraints, const platform::Device& device,
                                const std::optional<Seconds>& period) {
  EnergyBudget budget;
  std::optional<Watts> least;
  const auto bound = [&](Watts power, const char* key, const std::string& how) {
    if (least && *least <= power) return;
    least = power;
    budget.source =
        fmt::format("{} {}: {} = {}, less {} idle, x {} between requests", key, constraints.child(key).scalar, how,
                    units::format(power), units::format(device.idle), units::format(*period));
  };
  const auto with_harvest = [&](const std::string& text, Seconds time) {
    const auto harvest = device.battery->harvest.mean(time);
    return harvest > Watts() ? fmt::format("{} + {} harvested", text, units::format(harvest)) : text;
  };
  const auto need = [&](const char* key, bool needs_battery) {
    const auto& value = constraints.child(key);
    if (!period) value.fail("needs a workload with a rate: arrivals one at a time have none");
    if (needs_battery && !device.battery) value.fail("the device has no `battery:`");
  };
  if (const auto inferences = constraints.find<double>("inferences_per_charge")) {
    need("inferences_per_charge", true);
    const Seconds time = *period * *inferences;
    const auto capacity = device.battery->usable_capacity();
    bound(capacity / time + device.battery->harvest.mean(time), "inferences_per_charge",
          with_harvest(
              fmt::format("{} usable / ({:.6g} x {})", units::format(capacity), *inferences, units::format(*period)),
              time));
  }
  if (const auto hourly = constraints.find<Joules>("energy_per_hour")) {
    need("energy_per_hour", false);
    bound(*hourly / Seconds(3600.0), "energy_per_hour", "over an hour");
  }
  const auto of_inference = [&](Watts power) { return std::max(Joules(), (power - device.idle) * *period); };
  if (least) budget.otherwise = of_inference(*least);
  budget.lifetime = constraints.find<Seconds>("lifetime");
  if (budget.lifetime) {
    need("lifetime", true);
    const auto charge = device.battery->charge();
    bound(charge / *budget.lifetime + device.battery->harvest.mean(*budget.lifetime), "lifetime",
          with_harvest(fmt::format("{} charged / {}", units::format(charge), constraints.child("lifetime").scalar),
                       *budget.lifetime));
  }
  if (least) budget.inference = of_inference(*least);
  return budget;
}

}  // namespace edgecut::scenario
