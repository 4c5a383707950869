// Why an allocation of one server to many users: who is latest, whose limits bind, what a unit is worth.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "partition/explain/change.hpp"
#include "plan/fleet.hpp"

namespace edgecut::partition {

enum class FleetObjective : unsigned char { longest, mean };

using FleetPlanner = std::function<std::optional<plan::Allocation>(const plan::FleetProblem&)>;

struct FleetExplanation {
  plan::FleetCost cost;
  std::size_t latest = 0;                 // the user with the longest latency
  std::vector<std::size_t> binding;       // users without whose limits the cuts or units would be others
  std::optional<Seconds> with_one_more;   // the objective with another unit
  std::optional<Seconds> with_one_fewer;  // none: no units, or infeasible
  std::optional<Changes> changes;         // factors on all uplinks and the backhaul's at which some cut changes
};

[[nodiscard]] Seconds value(const plan::FleetCost& cost, FleetObjective objective);

/// Asks the planner again. `changes` are looked for only where users x units x (units + layers) is at most 20,000.
FleetExplanation explain(const FleetPlanner& planner, FleetObjective objective, const plan::FleetProblem& problem,
                         const plan::Allocation& allocation);

}  // namespace edgecut::partition
