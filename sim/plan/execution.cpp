#include "plan/execution.hpp"

#include <algorithm>
#include <utility>

namespace edgecut::plan {

using dnn::LayerIndex;

Work Execution::work_of(LayerIndex v, Tier tier) const {
  const auto& host = problem_.processors[processor_];
  switch (tier) {
    case Tier::device:
      return {host.layer_time[v], host.layer_time[v] < never ? host.energy(v) : Joules()};
    case Tier::edge:
      return {problem_.edge->layer_time[v], problem_.edge->energy(v)};
    case Tier::cloud:
      break;
  }
  return {problem_.cloud_time[v], problem_.cloud_energy(v)};
}

bool Execution::is_less(const Work& a, const Work& b) const {
  const auto by_time = std::pair{a.time, b.time};
  const auto by_energy = std::pair{a.energy, b.energy};
  if (problem_.objective == Objective::energy) {
    return by_energy.first != by_energy.second ? by_energy.first < by_energy.second : by_time.first < by_time.second;
  }
  return by_time.first != by_time.second ? by_time.first < by_time.second : by_energy.first < by_energy.second;
}

void Execution::add(Tier tier, bool runs) {
  const LayerIndex v = first_ + best_.size() - 1;
  if (tier != tier_) run_ = v;
  tier_ = tier;
  const auto after = [&](std::size_t step, const Work& work, std::size_t group) {
    const auto& sum = best_[step].sum;
    return Prefix{{sum.time + work.time, sum.energy + work.energy}, work, group};
  };
  auto best = after(best_.size() - 1, runs ? work_of(v, tier) : Work(), alone);
  const auto [begin, end] = std::ranges::equal_range(problem_.groups, v, {}, &LayerGroup::last);
  for (auto group = begin; group != end; ++group) {
    if (group->tier != tier || group->first < run_) continue;
    auto together = after(group->first - first_, {group->time, group->energy},
                          static_cast<std::size_t>(group - problem_.groups.begin()));
    if (is_less(together.sum, best.sum)) best = together;
  }
  best_.push_back(best);
}

std::size_t Execution::step_before(std::size_t step) const {
  const auto group = best_[step].group;
  return group == alone ? step - 1 : problem_.groups[group].first - first_;
}

std::vector<Work> Execution::work() const {
  std::vector<Work> work(best_.size() - 1);
  for (std::size_t step = best_.size() - 1; step > 0; step = step_before(step)) {
    work[step_before(step)] = best_[step].last;
  }
  return work;
}

std::vector<std::size_t> Execution::groups() const {
  std::vector<std::size_t> groups;
  for (std::size_t step = best_.size() - 1; step > 0; step = step_before(step)) {
    if (best_[step].group != alone) groups.push_back(best_[step].group);
  }
  std::ranges::reverse(groups);
  return groups;
}

}  // namespace edgecut::plan
