#include "partition/methods/resource_aware.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "partition/methods/resource_budgets.hpp"
#include "partition/methods/resource_rules.hpp"

namespace edgecut::partition {
namespace {

using plan::Problem;
using Rule = ResourceAwareOptions::Rule;

double most_bytes(const std::vector<plan::Candidate>& candidates) {
  double largest = 0.0;
  for (const auto& candidate : candidates) largest = std::max(largest, candidate.cost.up.value());
  return largest;
}

// The limits that explanations name.
constexpr auto allowance = "robust";

const std::vector<std::pair<Resource, std::string>>& budget_names() {
  static const std::vector<std::pair<Resource, std::string>> names{{Resource::compute, "compute budget"},
                                                                   {Resource::storage, "storage budget"},
                                                                   {Resource::energy, "energy budget"},
                                                                   {Resource::bandwidth, "bandwidth budget"},
                                                                   {Resource::memory, "memory budget"}};
  return names;
}

}  // namespace

Decision ResourceAware::choose(const Problem& problem, const std::vector<Budgets>& budgets,
                               const std::vector<plan::Candidate>& candidates, double largest_bytes) const {
  const auto cuts = feasible_cuts(problem, candidates, budgets, options_);
  if (cuts.empty())
    return infeasible("no cut keeps the budgets and the limits; " + nearest_of(problem, candidates, budgets, options_));
  const auto scarce = options_.scarce.empty() ? scarce_by_budget(budgets) : options_.scarce;
  if (options_.rule == Rule::R1 && !scarce.empty()) return rule_r1(cuts, scarce);
  if (options_.rule == Rule::R2) return rule_r2(cuts, options_, budgets, largest_bytes);
  return rule_r3(problem, cuts, options_.robust);
}

Decision ResourceAware::partition(const Problem& given) const {
  const auto problem = with_given_bytes(given, options_);
  const auto budgets = budgets_by_processor(problem, options_);
  if (options_.rule == Rule::R4) return rule_r4(problem, budgets, options_);
  const auto candidates = plan::prefix_candidates(problem);
  return choose(problem, budgets, candidates, most_bytes(candidates));
}

Measure ResourceAware::measure(const Problem& given) const {
  auto objective = measure_of(given.objective);
  if (options_.rule == Rule::R1) {
    objective.name += " (which R1 does not minimise)";
    objective.objective.reset();
  }
  if (options_.rule == Rule::R2)
    return {"weighted complexity", [this, &given](const plan::Candidate& candidate) {
              const auto problem = with_given_bytes(given, options_);
              return weighted_complexity(score(problem, candidate), options_,
                                         derive_budgets(problem, options_, candidate.plan.processor),
                                         most_bytes(plan::prefix_candidates(problem)));
            }};
  if (!options_.robust || options_.robust->kind == RobustOptions::Kind::chance) return objective;
  const bool is_regret = options_.robust->kind == RobustOptions::Kind::regret;
  return {(is_regret ? "worst regret of " : "worst ") + objective.name,
          [robust = *options_.robust, &given](const plan::Candidate& candidate) {
            auto candidates = plan::prefix_candidates(given);  // regret is against the best of them
            candidates.push_back(candidate);
            return robust_scores(given, candidates, robust).back();
          }};
}

std::vector<plan::Candidate> ResourceAware::alternatives(const Problem& given, const plan::Plan& plan) const {
  const auto problem = with_given_bytes(given, options_);
  auto candidates = plan::prefix_candidates(problem);
  const double largest = most_bytes(candidates);
  std::erase_if(candidates, [&](const plan::Candidate& candidate) { return candidate.plan == plan; });
  auto next = choose(problem, budgets_by_processor(problem, options_), candidates, largest);
  if (!next.plan) return {};
  return {plan::make_candidate(given, std::move(*next.plan))};
}

std::vector<std::string> ResourceAware::own_limits(const Problem& given) const {
  const auto problem = with_given_bytes(given, options_);
  const auto budgets = budgets_by_processor(problem, options_);
  std::vector<std::string> names;
  for (const auto& [resource, name] : budget_names()) {
    const bool is_given = options_.budgets.contains(resource) || options_.amounts.contains(resource);
    const bool is_derived = (resource == Resource::compute || resource == Resource::energy) &&
                            std::ranges::any_of(budgets, [&, of = resource](const Budgets& budget) {
                              return budget_of(budget, of) < unlimited;
                            });
    if (is_given || is_derived) names.push_back(name);
  }
  if (options_.robust && options_.robust->kind != RobustOptions::Kind::regret) names.emplace_back(allowance);
  return names;
}

PartitionerPtr ResourceAware::without(const std::set<std::string>& limits) const {
  auto options = options_;
  for (const auto& [resource, name] : budget_names()) {
    if (!limits.contains(name)) continue;
    options.budgets.erase(resource);
    options.amounts.erase(resource);
    const bool is_a_share = resource == Resource::compute || resource == Resource::energy;
    if (is_a_share) options.budgets[resource] = unlimited;  // not derived either
  }
  if (options.robust && limits.contains(allowance)) options.robust->limits_as_believed = true;
  return std::make_unique<ResourceAware>(std::move(options));
}

bool ResourceAware::admits(const Problem& given, const plan::Plan& plan) const {
  const auto problem = with_given_bytes(given, options_);
  const auto candidate = plan::make_candidate(problem, plan);
  return keeps_limits(problem, candidate, options_) &&
         keeps(derive_budgets(problem, options_, plan.processor), score(problem, candidate));
}

std::unique_ptr<Session> ResourceAware::start(std::uint64_t seed) const {
  if (!options_.adaptive) return Partitioner::start(seed);
  return std::make_unique<AdaptiveSession>(*this, *options_.adaptive);
}

}  // namespace edgecut::partition
