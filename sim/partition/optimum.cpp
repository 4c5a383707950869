#include "partition/optimum.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "partition/layered_cut.hpp"
#include "partition/minimum_cut.hpp"

namespace edgecut::partition {

using dnn::Placement;
using plan::Candidate;
using plan::Problem;
using plan::Variant;

Candidate candidate_of(const Problem& problem, const Variant& variant, Placement placement) {
  return plan::make_candidate(problem, {variant.processor, std::move(placement), {}, variant.encoding});
}

void keep_better(const Problem& problem, std::optional<Candidate>& best, Candidate candidate) {
  if (candidate.cost.latency < plan::never && (!best || plan::is_better(candidate, *best, problem.objective))) {
    best = std::move(candidate);
  }
}

Decision if_feasible(const Problem& problem, std::optional<Candidate> candidate, std::string reason) {
  if (!candidate) return {std::nullopt, "infeasible: some layer can run nowhere"};
  const auto broken = plan::violations(problem, candidate->cost);
  if (!broken.empty()) return {std::nullopt, fmt::format("infeasible: its optimum breaks {}", fmt::join(broken, ", "))};
  return {std::move(candidate->plan), std::move(reason)};
}

std::string nearest_miss(const Problem& problem) {
  const auto candidates = plan::prefix_candidates(problem);
  const auto broken = [&](const Candidate& candidate) { return plan::violations(problem, candidate.cost).size(); };
  const auto nearest = std::ranges::min_element(candidates, {}, broken);
  return fmt::format("{} breaks {}", plan::describe(*problem.network, nearest->plan),
                     fmt::join(plan::violations(problem, nearest->cost), ", "));
}

std::optional<Candidate> unlimited_optimum(const Problem& problem) {
  if (problem.edge) return layered_optimum(problem);
  std::optional<Candidate> best;
  for (const auto& variant : plan::variants(problem)) {
    if (const auto places = places_of(problem, variant.processor)) {
      const auto costs = objective_costs(problem, problem.objective, variant);
      const auto cut = minimum_cut(problem.network->graph(), costs, *places);
      keep_better(problem, best, candidate_of(problem, variant, cut.on_device));
    }
    keep_better(problem, best, candidate_of(problem, variant, Placement(problem.network->size(), true)));
  }
  return best;
}

}  // namespace edgecut::partition
