// The best of a list of candidates, as methods that try each of them choose it.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "plan/plan.hpp"

namespace edgecut::partition {

/// The best by `objective` of those that `admits` lets pass, ties as plan::is_better breaks them; none where none does.
template <class Admits>
std::optional<plan::Candidate> best_of(std::vector<plan::Candidate> candidates, plan::Objective objective,
                                       Admits admits) {
  std::optional<plan::Candidate> best;
  for (auto& candidate : candidates) {
    if (!admits(candidate) || (best && !plan::is_better(candidate, *best, objective))) continue;
    best = std::move(candidate);
  }
  return best;
}

}  // namespace edgecut::partition
