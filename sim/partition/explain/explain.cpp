#include "partition/explain/explain.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "partition/explain/change.hpp"

namespace edgecut::partition {
namespace {

using dnn::LayerIndex;
using plan::Candidate;
using plan::Plan;
using plan::Problem;
using plan::Tier;

// Whether a tensor that is no network input crosses between tiers.
bool has_something_encoded(const Problem& problem, const Plan& plan) {
  const auto& network = *problem.network;
  const auto& active = network.active(plan.exit_policy);
  for (LayerIndex v = 0; v < network.size(); ++v) {
    if (!active[v] || network.is_input(v)) continue;
    const auto& consumers = network.graph().consumers(v);
    const auto crosses = [&](LayerIndex w) { return active[w] && plan.tier(v) != plan.tier(w); };
    if (std::ranges::any_of(consumers, crosses)) return true;
  }
  return false;
}

// The best other plan so far, by a method's measure; ties as plan::is_better breaks them.
class RunnerUp {
 public:
  RunnerUp(const Partitioner& partitioner, const Problem& problem, const Plan& plan)
      : partitioner_(partitioner), problem_(problem), plan_(plan), measure_(partitioner.explainer().measure(problem)) {}

  void consider(Candidate candidate) {
    if (is_same_in_effect(problem_, candidate.plan, plan_) ||
        !partitioner_.explainer().admits(problem_, candidate.plan))
      return;
    const double value = measure_.of(candidate);
    const bool is_tie = best_ && value == value_;
    if (best_ && (is_tie ? !plan::is_better(candidate, *best_, problem_.objective) : value > value_)) return;
    best_ = std::move(candidate);
    value_ = value;
  }

  [[nodiscard]] std::optional<Candidate> best() && { return std::move(best_); }

 private:
  const Partitioner& partitioner_;
  const Problem& problem_;
  const Plan& plan_;
  Measure measure_;
  std::optional<Candidate> best_;
  double value_ = 0.0;
};

// The same problem, but that layer cannot run on that tier.
Problem kept_off(Problem problem, LayerIndex v, Tier tier) {
  if (tier == Tier::cloud) problem.cloud_time[v] = plan::never;
  if (tier == Tier::edge) problem.edge->layer_time[v] = plan::never;
  if (tier != Tier::device) return problem;
  for (auto& processor : problem.processors) processor.layer_time[v] = plan::never;
  return problem;
}

// Layers of which one at least runs elsewhere in any other downward-closed placement: those without a reader on their
// own tier, which could run further up, and those that read nothing on it, which could run further down.
std::vector<LayerIndex> layers_to_move(const Problem& problem, const Plan& plan) {
  const auto& network = *problem.network;
  const auto& active = network.active(plan.exit_policy);
  std::vector<LayerIndex> layers;
  for (LayerIndex v = 0; v < network.size(); ++v) {
    if (!active[v] || network.is_input(v)) continue;
    const auto is_beside = [&](LayerIndex w) {
      return active[w] && !network.is_input(w) && plan.tier(w) == plan.tier(v);
    };
    const auto tier = plan.tier(v);
    const bool may_go_up = tier != Tier::cloud && std::ranges::none_of(network.graph().consumers(v), is_beside);
    const bool may_come_down = tier != Tier::device && std::ranges::none_of(network.graph().predecessors(v), is_beside);
    if (may_go_up || may_come_down) layers.push_back(v);
  }
  return layers;
}

void consider_placements(const Partitioner& partitioner, const Problem& problem, const Plan& plan,
                         RunnerUp& runner_up) {
  for (const auto& variant : plan::variants(problem)) {
    auto other = plan;
    other.processor = variant.processor;
    other.encoding = variant.encoding;
    runner_up.consider(plan::make_candidate(problem, std::move(other)));
  }
  for (const auto v : layers_to_move(problem, plan)) {
    auto moved = partitioner.partition(kept_off(problem, v, plan.tier(v)));
    if (moved.plan) runner_up.consider(plan::make_candidate(problem, std::move(*moved.plan)));
  }
}

std::optional<Candidate> runner_up_of(const Partitioner& partitioner, const Problem& problem, const Plan& plan) {
  RunnerUp runner_up(partitioner, problem, plan);
  if (partitioner.explainer().search() == SearchSpace::placements) {
    consider_placements(partitioner, problem, plan, runner_up);
  } else {
    for (auto& candidate : partitioner.explainer().alternatives(problem, plan))
      runner_up.consider(std::move(candidate));
  }
  return std::move(runner_up).best();
}

using Lift = void (*)(Problem&);

constexpr Bytes plenty(1e300);

// Each limit that a problem has, and how to lift it.
std::vector<std::pair<std::string, Lift>> limits_of(const Problem& problem) {
  std::vector<std::pair<std::string, Lift>> limits;
  const auto& constraints = problem.constraints;
  limits.emplace_back("device memory", [](Problem& p) { p.memory = plenty; });
  limits.emplace_back("device storage", [](Problem& p) { p.storage = plenty; });
  if (problem.edge) limits.emplace_back("edge server memory", [](Problem& p) { p.edge->memory = plenty; });
  limits.emplace_back("cloud memory", [](Problem& p) { p.cloud_memory = plenty; });
  if (constraints.memory) limits.emplace_back("memory", [](Problem& p) { p.constraints.memory.reset(); });
  if (constraints.energy) limits.emplace_back("energy", [](Problem& p) { p.constraints.energy.reset(); });
  if (constraints.deadline) limits.emplace_back("deadline", [](Problem& p) { p.constraints.deadline.reset(); });
  if (problem.period) limits.emplace_back("time between requests", [](Problem& p) { p.period.reset(); });
  if (constraints.accuracy) limits.emplace_back("accuracy", [](Problem& p) { p.constraints.accuracy.reset(); });
  if (constraints.min_layers_on_device > 0) {
    limits.emplace_back("min_layers_on_device", [](Problem& p) { p.constraints.min_layers_on_device = 0; });
  }
  return limits;
}

// Whether a method keeps to its plan without some of the problem's limits and its own.
class BindingLimits {
 public:
  BindingLimits(const Partitioner& partitioner, const Problem& problem, const Plan& plan)
      : partitioner_(partitioner), problem_(problem), plan_(plan), of_problem_(limits_of(problem)) {
    for (const auto& [name, lift] : of_problem_) names_.push_back(name);
    for (auto& name : partitioner.explainer().own_limits(problem)) names_.push_back(std::move(name));
  }

  [[nodiscard]] std::vector<std::string> binding() const {
    std::vector<std::string> alone;
    for (const auto& name : names_) {
      if (changes_without({name})) alone.push_back(name);
    }
    std::set<std::string> lifted(names_.begin(), names_.end());
    if (!alone.empty() || !changes_without(lifted)) return alone;
    for (const auto& name : names_) {
      lifted.erase(name);
      if (!changes_without(lifted)) lifted.insert(name);
    }
    return {lifted.begin(), lifted.end()};
  }

 private:
  [[nodiscard]] bool changes_without(const std::set<std::string>& names) const {
    auto problem = problem_;
    auto own = names;
    for (const auto& [name, lift] : of_problem_) {
      if (own.erase(name) > 0) lift(problem);
    }
    const auto freed = own.empty() ? nullptr : partitioner_.explainer().without(own);
    const auto& method = freed ? *freed : partitioner_;
    return method.partition(problem).plan != plan_;
  }

  const Partitioner& partitioner_;
  const Problem& problem_;
  const Plan& plan_;
  std::vector<std::pair<std::string, Lift>> of_problem_;
  std::vector<std::string> names_;
};

void add_runner_up(const Partitioner& partitioner, const Problem& problem, const Plan& plan, Explanation& explanation) {
  const auto measure = partitioner.explainer().measure(problem);
  explanation.measure = measure.name;
  explanation.is_objective = measure.objective == problem.objective;
  explanation.runner_up = runner_up_of(partitioner, problem, plan);
  if (!explanation.runner_up) return;
  const double own = measure.of({plan, explanation.cost});
  explanation.margin = own > 0.0 ? (measure.of(*explanation.runner_up) - own) / own : 0.0;
}

}  // namespace

bool is_same_in_effect(const Problem& problem, const Plan& a, const Plan& b) {
  if (a.exit_policy != b.exit_policy) return false;
  const auto& network = *problem.network;
  const auto& active = network.active(a.exit_policy);
  bool has_head = false;
  for (LayerIndex v = 0; v < network.size(); ++v) {
    if (!active[v]) continue;
    if (a.tier(v) != b.tier(v)) return false;
    has_head = has_head || (a.on_device[v] && !network.is_input(v));
  }
  return (!has_head || a.processor == b.processor) && (a.encoding == b.encoding || !has_something_encoded(problem, a));
}

Explanation explain(const Partitioner& partitioner, const Problem& problem, const Plan& plan) {
  Explanation explanation;
  explanation.cost = plan::evaluate(problem, plan);
  const auto search = partitioner.explainer().search();
  if (search == SearchSpace::nowhere) {
    explanation.note = "not chosen by a value: nothing binds it";
    return explanation;
  }
  add_runner_up(partitioner, problem, plan, explanation);
  if (search == SearchSpace::elsewhere) {
    explanation.note = "not asked what if, since it might learn from it";
    return explanation;
  }
  explanation.binding = BindingLimits(partitioner, problem, plan).binding();
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
