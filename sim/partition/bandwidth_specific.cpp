#include "partition/bandwidth_specific.hpp"

#include <fmt/format.h>

#include "partition/search.hpp"
#include "units/text.hpp"

namespace edgecut::partition {

Decision BandwidthSpecific::partition(const plan::Problem& problem) const {
  const auto limit = problem.time_limit().value_or(plan::never);  // none where somebody asks what if
  auto best = best_of(plan::prefix_candidates(problem), plan::Objective::bytes, [&](const plan::Candidate& candidate) {
    return plan::is_feasible(problem, candidate.cost) && candidate.cost.latency <= limit;
  });
  if (!best) return {std::nullopt, fmt::format("infeasible: no cut within {} and the limits", units::format(limit))};
  return {std::move(best->plan), fmt::format("fewest bytes within {}", units::format(limit))};
}

Measure BandwidthSpecific::measure(const plan::Problem& /*problem*/) const {
  return measure_of(plan::Objective::bytes);
}

bool BandwidthSpecific::admits(const plan::Problem& problem, const plan::Plan& plan) const {
  const auto cost = plan::evaluate(problem, plan);
  return plan::is_feasible(problem, cost) && cost.latency <= problem.time_limit().value_or(plan::never);
}

}  // namespace edgecut::partition
