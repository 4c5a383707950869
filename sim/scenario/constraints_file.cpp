#include "scenario/constraints_file.hpp"

#include <algorithm>

#include "scenario/energy_budget.hpp"

namespace edgecut::scenario {

Limits read_constraints(config::Map& scenario, const platform::Device& device, const std::optional<Seconds>& period) {
  Limits limits;
  if (scenario.find_child("constraints") == nullptr) return limits;
  return scenario.read("constraints", [&](config::Map& map) {
    auto& constraints = limits.constraints;
    constraints.memory = map.find<Bytes>("memory");
    constraints.energy = map.find<Joules>("energy");
    constraints.deadline = map.find<Seconds>("deadline");
    constraints.min_layers_on_device = map.get<std::size_t>("min_layers_on_device");
    if (const auto accuracy = map.find<config::Ratio>("accuracy")) constraints.accuracy = accuracy->value;
    const auto budget = read_energy_budget(map, device, period);
    const auto least = [&](std::optional<Joules> limit) {
      return limit ? std::min(constraints.energy.value_or(*limit), *limit) : constraints.energy;
    };
    if (budget.lifetime) limits.lifetime = world::Lifetime{*budget.lifetime, *period, least(budget.otherwise)};
    if (budget.inference && *budget.inference < constraints.energy.value_or(plan::no_limit)) {
      constraints.energy = budget.inference;
      constraints.energy_source = budget.source;
    }
    return limits;
  });
}

}  // namespace edgecut::scenario
