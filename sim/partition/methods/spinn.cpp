#include "partition/methods/spinn.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "partition/search/optimum.hpp"
#include "partition/search/search.hpp"

namespace edgecut::partition {

std::vector<plan::Candidate> Spinn::alternatives(const plan::Problem& problem, const plan::Plan& /*plan*/) const {
  const auto& network = *problem.network;
  auto candidates = plan::prefix_candidates(problem);
  for (auto policy = network.first_operating_point(); policy < network.exit_policies().size(); ++policy) {
    std::ranges::move(plan::prefix_candidates(problem, policy), std::back_inserter(candidates));
  }
  return candidates;
}

Decision Spinn::partition(const plan::Problem& problem) const {
  const auto& network = *problem.network;
  auto candidates = alternatives(problem, {});
  const auto count = candidates.size();
  auto best = best_of(candidates, problem.objective,
                      [&](const plan::Candidate& candidate) { return plan::is_feasible(problem, candidate.cost); });
  if (!best) {
    return infeasible(fmt::format("none of {} pairs of exits and cut keeps the limits; {}", count,
                                  nearest_miss(problem, candidates)));
  }
  const auto& policy = network.exit_policies()[best->plan.exit_policy].name;
  return {std::move(best->plan), fmt::format("best of {} pairs of exits and cut: {}", count, policy)};
}

}  // namespace edgecut::partition
