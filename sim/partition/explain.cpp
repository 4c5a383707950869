#include "partition/explain.hpp"

#include <functional>
#include <utility>

#include "partition/change.hpp"

namespace edgecut::partition {
namespace {

using plan::Problem;

std::optional<plan::Candidate> best_other(const Problem& problem, const plan::Plan& plan) {
  std::optional<plan::Candidate> best;
  for (auto& candidate : plan::prefix_candidates(problem, plan.exit_policy)) {
    const bool same = candidate.plan.on_device == plan.on_device && candidate.plan.processor == plan.processor &&
                      candidate.plan.encoding == plan.encoding &&
                      plan::describe(*problem.network, candidate.plan) == plan::describe(*problem.network, plan);
    if (same || !plan::is_feasible(problem, candidate.cost)) continue;
    if (!best || plan::is_better(candidate, *best, problem.objective)) best = std::move(candidate);
  }
  return best;
}

// Each limit that a problem has, and how to lift it.
std::vector<std::pair<std::string, std::function<void(Problem&)>>> limits_of(const Problem& problem) {
  constexpr Bytes plenty(1e300);
  std::vector<std::pair<std::string, std::function<void(Problem&)>>> limits;
  const auto& constraints = problem.constraints;
  limits.emplace_back("device memory", [=](Problem& p) { p.memory = plenty; });
  limits.emplace_back("device storage", [=](Problem& p) { p.storage = plenty; });
  if (problem.edge) limits.emplace_back("edge server memory", [=](Problem& p) { p.edge->memory = plenty; });
  if (constraints.memory) limits.emplace_back("memory", [](Problem& p) { p.constraints.memory.reset(); });
  if (constraints.energy) limits.emplace_back("energy", [](Problem& p) { p.constraints.energy.reset(); });
  if (constraints.deadline) limits.emplace_back("deadline", [](Problem& p) { p.constraints.deadline.reset(); });
  if (constraints.accuracy) limits.emplace_back("accuracy", [](Problem& p) { p.constraints.accuracy.reset(); });
  if (constraints.min_layers_on_device > 0) {
    limits.emplace_back("min_layers_on_device", [](Problem& p) { p.constraints.min_layers_on_device = 0; });
  }
  return limits;
}

}  // namespace

Explanation explain(const Partitioner& partitioner, const Problem& problem, const plan::Plan& plan) {
  Explanation explanation;
  explanation.cost = plan::evaluate(problem, plan);
  explanation.runner_up = best_other(problem, plan);
  if (explanation.runner_up) {
    const double own = explanation.cost.objective(problem.objective);
    const double next = explanation.runner_up->cost.objective(problem.objective);
    explanation.margin = own > 0.0 ? (next - own) / own : 0.0;
  }
  for (const auto& [name, lift] : limits_of(problem)) {
    Problem lifted = problem;
    lift(lifted);
    if (partitioner.partition(lifted).plan != plan) explanation.binding.push_back(name);
  }
  const auto changes = factors_of_change([&](double factor) {
    Problem other = problem;
    other.link.up *= factor;
    if (other.direct) other.direct->up *= factor;
    return partitioner.partition(other).plan == plan;
  });
  if (changes.below) explanation.changes_below = problem.link.up * *changes.below;
  if (changes.above) explanation.changes_above = problem.link.up * *changes.above;
  return explanation;
}

}  // namespace edgecut::partition
