#include "partition/random_cut.hpp"

#include <fmt/format.h>

#include "units/random.hpp"

namespace edgecut::partition {

Decision RandomCut::partition(const plan::Problem& problem) const {
  auto candidates = plan::prefix_candidates(problem);
  std::erase_if(candidates, [&](const auto& candidate) { return !plan::is_feasible(problem, candidate.cost); });
  if (candidates.empty()) return {std::nullopt, "infeasible: no cut keeps the limits"};
  RandomStream stream(seed_, {"random cut", problem.network->name()});
  auto& drawn = candidates[stream() % candidates.size()];
  return {std::move(drawn.plan), fmt::format("drawn from {} feasible cuts", candidates.size())};
}

}  // namespace edgecut::partition
