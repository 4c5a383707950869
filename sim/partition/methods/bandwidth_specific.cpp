#include "partition/methods/bandwidth_specific.hpp"

#include <fmt/format.h>

#include "partition/search/optimum.hpp"
#include "partition/search/search.hpp"
#include "units/limit.hpp"
#include "units/text.hpp"

namespace edgecut::partition {

Decision BandwidthSpecific::partition(const plan::Problem& problem) const {
  const auto limit = problem.time_limit().value_or(plan::never);  // none where somebody asks what if
  const auto candidates = plan::prefix_candidates(problem);
  auto best = best_of(candidates, plan::Objective::bytes, [&](const plan::Candidate& candidate) {
    return plan::is_feasible(problem, candidate.cost) && !exceeds(candidate.cost.latency, limit);
  });
  if (!best) {
    const auto late = [&](const plan::Candidate& candidate) { return too_late(problem, candidate); };
    return infeasible(fmt::format("no cut within {} and the limits; {}", units::format(limit),
                                  nearest_miss(problem, candidates, late)));
  }
  return {std::move(best->plan), fmt::format("fewest bytes within {}", units::format(limit))};
}

Measure BandwidthSpecific::measure(const plan::Problem& /*problem*/) const {
  return measure_of(plan::Objective::bytes);
}

bool BandwidthSpecific::admits(const plan::Problem& problem, const plan::Plan& plan) const {
  const auto cost = plan::evaluate(problem, plan);
  return plan::is_feasible(problem, cost) && !exceeds(cost.latency, problem.time_limit().value_or(plan::never));
}

}  // namespace edgecut::partition
