#include "partition/methods/edgent.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "partition/search/optimum.hpp"
#include "partition/search/search.hpp"
#include "units/limit.hpp"
#include "units/text.hpp"

namespace edgecut::partition {
namespace {

// The policy by which everything leaves at an exit; see Network::exit_policies.
std::size_t policy_of(const dnn::Network& network, std::size_t exit) {
  return exit + 1 == network.exits().size() ? 0 : exit + 1;
}

}  // namespace

Decision Edgent::partition(const plan::Problem& problem) const {
  const auto limit = problem.time_limit().value_or(plan::never);  // none where somebody asks what if
  const auto& network = *problem.network;
  for (std::size_t exit = network.exits().size(); exit-- > 0;) {
    auto best = best_of(plan::prefix_candidates(problem, policy_of(network, exit)), plan::Objective::latency,
                        [&](const plan::Candidate& candidate) { return plan::is_feasible(problem, candidate.cost); });
    if (!best || exceeds(best->cost.latency, limit)) continue;
    return {std::move(best->plan),
            fmt::format("deepest exit within {}: {}", units::format(limit), network.exits()[exit].name)};
  }
  std::vector<plan::Candidate> all;
  for (std::size_t exit = 0; exit < network.exits().size(); ++exit) {
    std::ranges::move(plan::prefix_candidates(problem, policy_of(network, exit)), std::back_inserter(all));
  }
  return infeasible(
      fmt::format("no exit within {} and the limits; {}", units::format(limit),
                  nearest_miss(problem, all, [&](const auto& candidate) { return too_late(problem, candidate); })));
}

Measure Edgent::measure(const plan::Problem& /*problem*/) const {
  return measure_of(plan::Objective::latency);
}

bool Edgent::admits(const plan::Problem& problem, const plan::Plan& plan) const {
  const auto cost = plan::evaluate(problem, plan);
  return plan::is_feasible(problem, cost) && !exceeds(cost.latency, problem.time_limit().value_or(plan::never));
}

std::vector<plan::Candidate> Edgent::alternatives(const plan::Problem& problem, const plan::Plan& plan) const {
  const auto& network = *problem.network;
  for (std::size_t exit = network.exits().size(); exit-- > 0;) {
    auto cuts = plan::prefix_candidates(problem, policy_of(network, exit));
    std::erase_if(cuts, [&](const plan::Candidate& cut) { return cut.plan == plan || !admits(problem, cut.plan); });
    if (!cuts.empty()) return cuts;
  }
  return {};
}

}  // namespace edgecut::partition
