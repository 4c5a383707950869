#include "partition/methods/random_cut.hpp"

#include <fmt/format.h>

#include "partition/search/optimum.hpp"
#include "units/random.hpp"

namespace edgecut::partition {

Decision RandomCut::partition(const plan::Problem& problem) const {
  const auto all = plan::prefix_candidates(problem);
  auto candidates = all;
  std::erase_if(candidates, [&](const auto& candidate) { return !plan::is_feasible(problem, candidate.cost); });
  if (candidates.empty()) return infeasible("no cut keeps the limits; " + nearest_miss(problem, all));
  RandomStream stream(seed_, {"random cut", problem.network->name()});
  auto& drawn = candidates[stream() % candidates.size()];
  return {std::move(drawn.plan), fmt::format("drawn from {} feasible cuts", candidates.size())};
}

}  // namespace edgecut::partition
