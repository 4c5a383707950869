#include "experiment/device_memory.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "plan/plan.hpp"
#include "units/limit.hpp"
#include "units/text.hpp"

namespace edgecut::experiment {

void take(plan::Problem& problem, Bytes memory, Bytes storage) {
  const auto less = [](Bytes from, Bytes what) { return std::max(Bytes(), from - what); };
  problem.memory = less(problem.memory, memory);
  if (memory > Bytes()) problem.memory_source += fmt::format(" and {} for other classes", units::format(memory));
  problem.storage = less(problem.storage, storage);
  auto& limit = problem.constraints.memory;
  if (limit) limit = less(*limit, memory);
}

partition::Decision DeviceMemory::plan(const partition::Partitioner& partitioner, plan::Problem& believed,
                                       plan::Problem& truth) {
  const Bytes whole = std::min(believed.memory, believed.constraints.memory.value_or(believed.memory));
  for (auto* problem : {&believed, &truth}) take(*problem, weights_, weights_);
  auto decision = partitioner.partition(believed);
  if (!decision.plan) return decision;
  auto cost = plan::evaluate(believed, *decision.plan);
  if (exceeds(weights_ + cost.head_weights + activations_, whole)) {
    // The activations of another class are larger than its own, and would not fit beside its weights.
    for (auto* problem : {&believed, &truth}) take(*problem, activations_, Bytes());
    decision = partitioner.partition(believed);
    if (!decision.plan) return decision;
    cost = plan::evaluate(believed, *decision.plan);
  }
  weights_ += cost.head_weights;
  activations_ = std::max(activations_, cost.head_memory - cost.head_weights);
  return decision;
}

}  // namespace edgecut::experiment
