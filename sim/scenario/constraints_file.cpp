#include "scenario/constraints_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "belief/beliefs.hpp"
#include "plan/plan.hpp"
#include "scenario/energy_budget.hpp"
#include "units/text.hpp"

namespace edgecut::scenario {
namespace {

// What one inference takes with everything in one place, without the noise of real layers: a limit is the same in every
// replication.
plan::Cost cost_of(Reference reference, const world::Part& part) {
  auto quiet = part;
  quiet.world.layer_noise = 0.0;
  const auto problem = belief::true_problem(quiet, 0);
  const auto& network = *part.world.network;
  plan::Plan plan{0, dnn::Placement(network.size(), reference == Reference::device_only)};
  for (dnn::LayerIndex v = 0; v < network.size(); ++v) plan.on_device[v] = plan.on_device[v] || network.is_input(v);
  return plan::evaluate(problem, plan);
}

// A limit as it is given, or as a share of a reference, with what that is.
template <class Quantity, class Of>
void read_limit(config::Map& map, std::string_view key, const world::Part& part, Of of, std::optional<Quantity>& limit,
                std::string& source) {
  const auto relative = map.find_share_of<Reference>(key);
  if (!relative) {
    limit = map.find<Quantity>(key);
    return;
  }
  const Quantity whole = of(cost_of(relative->of, part));
  const auto& value = map.child(key);
  if (whole <= Quantity()) value.fail("takes none of it, so that no share of that is a limit");
  limit = whole * relative->share;
  source = fmt::format("{}, which takes {}", value.scalar, units::format(whole));
}

}  // namespace

Limits read_constraints(config::Map& scenario, const world::Part& part, const std::optional<Seconds>& period) {
  Limits limits;
  if (scenario.find_child("constraints") == nullptr) return limits;
  return scenario.read("constraints", [&](config::Map& map) {
    auto& constraints = limits.constraints;
    const auto read = [&](std::string_view key, auto of, auto& limit, std::string& source) {
      read_limit(map, key, part, of, limit, source);
    };
    read(
        "memory", [](const plan::Cost& cost) { return cost.head_memory; }, constraints.memory,
        constraints.memory_source);
    read(
        "energy", [](const plan::Cost& cost) { return cost.energy_inference; }, constraints.energy,
        constraints.energy_source);
    read(
        "deadline", [](const plan::Cost& cost) { return cost.latency; }, constraints.deadline,
        constraints.deadline_source);
    constraints.min_layers_on_device = map.get<std::size_t>("min_layers_on_device");
    if (const auto accuracy = map.find<config::Ratio>("accuracy")) constraints.accuracy = accuracy->value;
    const auto budget = read_energy_budget(map, part.world.device, period);
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
