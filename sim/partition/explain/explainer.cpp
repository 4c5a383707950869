#include "partition/explain/explainer.hpp"

#include "partition/partitioner.hpp"
#include "units/ensure.hpp"

namespace edgecut::partition {

Measure measure_of(plan::Objective objective) {
  const auto name = [&] {
    switch (objective) {
      case plan::Objective::latency:
        return "latency";
      case plan::Objective::energy:
        return "energy";
      case plan::Objective::bytes:
        return "bytes";
      case plan::Objective::throughput:
        return "slowest stage";
    }
    throw InternalError("unknown objective");
  };
  return {name(), [objective](const plan::Candidate& candidate) { return candidate.cost.objective(objective); },
          objective};
}

Measure Explainer::measure(const plan::Problem& problem) const {
  return measure_of(problem.objective);
}

bool Explainer::admits(const plan::Problem& problem, const plan::Plan& plan) const {
  return plan::is_feasible(problem, plan::evaluate(problem, plan));
}

std::vector<plan::Candidate> Explainer::alternatives(const plan::Problem& problem, const plan::Plan& plan) const {
  return plan::prefix_candidates(problem, plan.exit_policy);
}

PartitionerPtr Explainer::without(const std::set<std::string>& limits) const {
  ensure(limits.empty(), "a method with limits of its own says how to lift them");
  return nullptr;
}

const Explainer& plain_explainer(SearchSpace search) {
  static const Explainer list(SearchSpace::list);
  static const Explainer placements(SearchSpace::placements);
  static const Explainer nowhere(SearchSpace::nowhere);
  static const Explainer elsewhere(SearchSpace::elsewhere);
  switch (search) {
    case SearchSpace::list:
      return list;
    case SearchSpace::placements:
      return placements;
    case SearchSpace::nowhere:
      return nowhere;
    case SearchSpace::elsewhere:
      return elsewhere;
  }
  throw InternalError("unknown search space");
}

}  // namespace edgecut::partition
