#include "partition/explain/explain_fleet.hpp"

#include <algorithm>

namespace edgecut::partition {
namespace {

using plan::Allocation;
using plan::FleetProblem;

bool has_limits(const plan::Problem& user) {
  return user.constraints != plan::Constraints() || user.memory < Bytes(1e300);
}

FleetProblem without_limits(FleetProblem problem, std::size_t user) {
  problem.users[user].constraints = {};
  problem.users[user].memory = Bytes(1e300);
  return problem;
}

bool is_alike(const Allocation& a, const Allocation& b, bool compares_units) {
  return std::ranges::equal(a, b, [&](const plan::Share& x, const plan::Share& y) {
    return x.plan == y.plan && (!compares_units || x.units == y.units);
  });
}

std::optional<Changes> find_changes(const FleetPlanner& planner, const FleetProblem& problem,
                                    const Allocation& allocation) {
  constexpr std::size_t most = 20000;
  const std::size_t layers = problem.users.empty() ? 0 : problem.users.front().network->size();
  if (problem.users.size() * (problem.units + 1) * (problem.units + layers) > most) return std::nullopt;
  return factors_of_change([&](double factor) {
    auto other = problem;
    for (auto& user : other.users) user.link.up *= factor;
    if (other.backhaul_up) *other.backhaul_up *= factor;
    const auto planned = planner(other);
    return planned && is_alike(*planned, allocation, false);
  });
}

}  // namespace

Seconds value(const plan::FleetCost& cost, FleetObjective objective) {
  return objective == FleetObjective::longest ? cost.longest : cost.mean;
}

FleetExplanation explain(const FleetPlanner& planner, FleetObjective objective, const FleetProblem& problem,
                         const Allocation& allocation) {
  FleetExplanation explanation;
  explanation.cost = plan::evaluate(problem, allocation);
  const auto& latency = explanation.cost.latency;
  explanation.latest = static_cast<std::size_t>(std::ranges::max_element(latency) - latency.begin());
  const auto with_units = [&](std::size_t units) -> std::optional<Seconds> {
    auto other = problem;
    other.units = units;
    const auto planned = planner(other);
    return planned ? std::optional(value(plan::evaluate(other, *planned), objective)) : std::nullopt;
  };
  explanation.with_one_more = with_units(problem.units + 1);
  if (problem.units > 0) explanation.with_one_fewer = with_units(problem.units - 1);
  for (std::size_t i = 0; i < problem.users.size(); ++i) {
    if (!has_limits(problem.users[i])) continue;
    const auto planned = planner(without_limits(problem, i));
    if (!planned || !is_alike(*planned, allocation, true)) explanation.binding.push_back(i);
  }
  explanation.changes = find_changes(planner, problem, allocation);
  return explanation;
}

}  // namespace edgecut::partition
