#include "plan/fleet.hpp"

#include <algorithm>

#include "units/ensure.hpp"

namespace edgecut::plan {
namespace {

constexpr double slack = 1.0 + 1e-9;  // of sums of rates

void check(const FleetProblem& problem, const Allocation& allocation) {
  ensure(allocation.size() == problem.users.size(), "an allocation has a share for every user");
  std::size_t units = 0;
  Bandwidth up;
  Bandwidth down;
  for (std::size_t i = 0; i < allocation.size(); ++i) {
    const auto& share = allocation[i];
    const auto& link = problem.users[i].link;
    ensure(!problem.users[i].edge, "users of a fleet have two tiers");
    ensure(share.up <= link.up * slack && share.down <= link.down * slack, "a share is at most the user's link");
    units += share.units;
    up += share.up;
    down += share.down;
  }
  ensure(units <= problem.units, "no more units are handed out than there are");
  ensure(!problem.backhaul_up || up <= *problem.backhaul_up * slack, "upward rates fit into the backhaul");
  ensure(!problem.backhaul_down || down <= *problem.backhaul_down * slack, "downward rates fit into the backhaul");
}

Seconds transfer(Bytes size, Bandwidth rate) {
  if (size == Bytes()) return {};
  return rate > Bandwidth() ? size / rate : never;
}

// The cost with the user's own link and one unit, corrected for what it gets.
Cost cost_of(const FleetProblem& problem, const Problem& user, const Share& share) {
  Cost cost = evaluate(user, share.plan);
  if (!cost.uses_cloud) return cost;
  const Seconds tail = share.units > 0 ? cost.tail / problem.speedup_of(share.units) : never;
  const Seconds up = transfer(cost.up, share.up);
  const Seconds down = transfer(cost.down, share.down);
  cost.upload = user.link.up_latency + cost.promotion + up;
  cost.download = user.link.down_latency + down;
  cost.tail = tail;
  cost.latency = cost.head + cost.upload + cost.tail + cost.download + cost.wait;
  return cost;
}

}  // namespace

double FleetProblem::speedup_of(std::size_t count) const {
  if (count == 0) return 0.0;
  return speedup.empty() ? static_cast<double>(count) : speedup[std::min(count, speedup.size()) - 1];
}

FleetCost evaluate(const FleetProblem& problem, const Allocation& allocation) {
  check(problem, allocation);
  FleetCost fleet;
  Seconds sum;
  for (std::size_t i = 0; i < allocation.size(); ++i) {
    const auto cost = cost_of(problem, problem.users[i], allocation[i]);
    fleet.latency.push_back(cost.latency);
    fleet.longest = std::max(fleet.longest, cost.latency);
    fleet.is_feasible = fleet.is_feasible && is_feasible(problem.users[i], cost);
    sum += cost.latency;
  }
  if (!allocation.empty()) fleet.mean = sum / static_cast<double>(allocation.size());
  return fleet;
}

}  // namespace edgecut::plan
