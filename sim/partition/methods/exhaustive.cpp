#include "partition/methods/exhaustive.hpp"

#include <fmt/format.h>

#include "partition/search/optimum.hpp"

namespace edgecut::partition {

Decision Exhaustive::partition(const plan::Problem& problem) const {
  const auto candidates = plan::prefix_candidates(problem);
  const plan::Candidate* best = nullptr;
  std::size_t allowed = 0;
  for (const auto& candidate : candidates) {
    if (use_ == ConstraintUse::honoured && !plan::is_feasible(problem, candidate.cost)) continue;
    ++allowed;
    if (best == nullptr || plan::is_better(candidate, *best, problem.objective)) best = &candidate;
  }
  if (best == nullptr)
    return infeasible(
        fmt::format("none of {} cuts keeps the limits; {}", candidates.size(), nearest_miss(problem, candidates)));
  return {best->plan, fmt::format("best of {} feasible cuts of {}", allowed, candidates.size())};
}

bool Exhaustive::admits(const plan::Problem& problem, const plan::Plan& plan) const {
  return use_ == ConstraintUse::ignored || Explainer::admits(problem, plan);
}

}  // namespace edgecut::partition
