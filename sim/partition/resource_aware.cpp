#include "partition/resource_aware.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "partition/constrained_cut.hpp"
#include "units/ensure.hpp"

namespace edgecut::partition {
namespace {

using plan::Problem;
using Rule = ResourceAwareOptions::Rule;

constexpr double unlimited = std::numeric_limits<double>::infinity();
// R1 calls two cuts equal in a resource when their shares differ by less than this.
constexpr double near_tie = 0.01;

// A cut with the share of each complexity that it leaves on the device.
struct Scored {
  plan::Candidate candidate;
  double compute = 0.0;
  double storage = 0.0;
  double energy = 0.0;  // of compute energy, which is proportional to FLOPs: power x FLOPs / nominal rate
  double bytes = 0.0;

  [[nodiscard]] double share(Resource resource) const {
    switch (resource) {
      case Resource::compute:
        return compute;
      case Resource::storage:
        return storage;
      case Resource::energy:
        return energy;
      case Resource::bandwidth:
        return bytes;
    }
    return 0.0;
  }
};

double budget_of(const Budgets& budgets, Resource resource) {
  switch (resource) {
    case Resource::compute:
      return budgets.compute;
    case Resource::storage:
      return budgets.storage;
    case Resource::energy:
      return budgets.energy;
    case Resource::bandwidth:
      return budgets.bandwidth_scarcity > 0.0 ? 1.0 / budgets.bandwidth_scarcity : unlimited;
  }
  return unlimited;
}

Bytes encoded_input(const Problem& problem) {
  Bytes sum;
  for (dnn::LayerIndex v = 0; v < problem.network->size(); ++v) {
    if (problem.network->is_input(v)) sum += problem.output[v];
  }
  return sum;
}

double given_or(const ResourceAwareOptions& options, Resource resource, double derived) {
  const auto found = options.budgets.find(resource);
  return found == options.budgets.end() ? derived : found->second;
}

Scored score(const Problem& problem, plan::Candidate candidate) {
  const auto& network = *problem.network;
  double macs = 0.0;
  double parameters = 0.0;
  for (dnn::LayerIndex v = 0; v < network.size(); ++v) {
    if (!candidate.plan.on_device[v] || !network.active()[v]) continue;
    macs += static_cast<double>(network.layer(v).macs);
    parameters += static_cast<double>(network.layer(v).parameters);
  }
  const auto total_macs = static_cast<double>(network.total_macs());
  const auto total_parameters = static_cast<double>(network.total_parameters());
  Scored scored;
  scored.compute = total_macs > 0.0 ? macs / total_macs : 0.0;
  scored.storage = total_parameters > 0.0 ? parameters / total_parameters : 0.0;
  scored.energy = scored.compute;
  scored.bytes = candidate.cost.up.value();
  scored.candidate = std::move(candidate);
  return scored;
}

bool keeps_limits(const Problem& problem, const plan::Candidate& candidate, const ResourceAwareOptions& options) {
  return options.robust ? is_robustly_feasible(problem, candidate, *options.robust)
                        : plan::is_feasible(problem, candidate.cost);
}

bool keeps(const Budgets& budget, const Scored& scored) {
  return scored.compute <= budget.compute && scored.storage <= budget.storage && scored.energy <= budget.energy;
}

// The cuts that keep every budget and the scenario's own limits.
std::vector<Scored> feasible_cuts(const Problem& problem, const std::vector<plan::Candidate>& candidates,
                                  const std::vector<Budgets>& budgets, const ResourceAwareOptions& options) {
  std::vector<Scored> feasible;
  for (const auto& candidate : candidates) {
    if (!keeps_limits(problem, candidate, options)) continue;
    auto scored = score(problem, candidate);
    if (keeps(budgets[candidate.plan.processor], scored)) feasible.push_back(std::move(scored));
  }
  return feasible;
}

const Scored& best_by(const std::vector<Scored>& cuts, plan::Objective objective) {
  return *std::ranges::min_element(
      cuts, [&](const Scored& a, const Scored& b) { return plan::is_better(a.candidate, b.candidate, objective); });
}

Decision rule_r3(const Problem& problem, const std::vector<Scored>& cuts, const std::optional<RobustOptions>& robust) {
  if (!robust) {
    return {best_by(cuts, problem.objective).candidate.plan,
            fmt::format("R3: best of {} cuts by nominal rates", cuts.size())};
  }
  std::vector<plan::Candidate> candidates;
  for (const auto& cut : cuts) candidates.push_back(cut.candidate);
  return {
      robust_choice(problem, candidates, *robust).plan,
      fmt::format("R3: best of {} cuts by nominal rates that may err by {:.0f} %", cuts.size(), 100.0 * robust->error)};
}

// The resources that bind, the scarcest first.
std::vector<Resource> scarce_by_budget(const Budgets& budgets) {
  std::vector<std::pair<double, Resource>> scarce;
  for (const auto resource : {Resource::compute, Resource::storage, Resource::energy, Resource::bandwidth}) {
    const double budget = budget_of(budgets, resource);
    if (budget < 1.0) scarce.emplace_back(budget, resource);
  }
  std::ranges::sort(scarce);
  std::vector<Resource> result;
  for (const auto& [budget, resource] : scarce) result.push_back(resource);
  return result;
}

// Of each resource the largest budget of any processor: what none of them has enough of is scarce.
Budgets best_provided(const std::vector<Budgets>& budgets) {
  Budgets best = budgets.front();
  for (const auto& other : budgets) {
    best.compute = std::max(best.compute, other.compute);
    best.storage = std::max(best.storage, other.storage);
    best.energy = std::max(best.energy, other.energy);
  }
  return best;
}

// Keeps the cuts that use a scarce resource of the device to the full, or send the fewest bytes.
void narrow(std::vector<Scored>& cuts, Resource resource) {
  if (resource == Resource::bandwidth) {
    const double fewest = std::ranges::min_element(cuts, {}, &Scored::bytes)->bytes;
    std::erase_if(cuts, [&](const Scored& cut) { return cut.bytes > fewest; });
    return;
  }
  double largest = 0.0;
  for (const auto& cut : cuts) largest = std::max(largest, cut.share(resource));
  std::erase_if(cuts, [&](const Scored& cut) { return cut.share(resource) < largest - near_tie; });
}

Decision rule_r1(std::vector<Scored> cuts, const std::vector<Resource>& scarce) {
  for (const auto resource : scarce) narrow(cuts, resource);
  // Fewer bytes, then the earlier cut; and of the processors the one thought faster.
  const auto& chosen = *std::ranges::min_element(cuts, [](const Scored& a, const Scored& b) {
    const auto& x = a.candidate.cost;
    const auto& y = b.candidate.cost;
    if (x.up != y.up) return x.up < y.up;
    if (x.layers_on_device != y.layers_on_device) return x.layers_on_device < y.layers_on_device;
    return x.latency < y.latency;
  });
  return {chosen.candidate.plan, fmt::format("R1: {:.0f} % of FLOPs, {:.0f} % of parameters on the device",
                                             100.0 * chosen.compute, 100.0 * chosen.storage)};
}

std::map<Resource, double> weights_of(const ResourceAwareOptions& options, const Budgets& budgets) {
  if (!options.weights.empty()) return options.weights;
  constexpr double cap = 10.0;
  std::map<Resource, double> weights;
  for (const auto resource : {Resource::compute, Resource::storage, Resource::energy, Resource::bandwidth}) {
    weights[resource] = std::min(cap, 1.0 / budget_of(budgets, resource));
  }
  return weights;
}

Decision rule_r2(const std::vector<Scored>& cuts, const ResourceAwareOptions& options,
                 const std::vector<Budgets>& budgets, double largest_bytes) {
  const auto value = [&](const Scored& cut) {
    double sum = 0.0;
    double total = 0.0;
    for (const auto& [resource, weight] : weights_of(options, budgets[cut.candidate.plan.processor])) {
      const double scale = resource == Resource::bandwidth && largest_bytes > 0.0 ? largest_bytes : 1.0;
      sum += weight * cut.share(resource) / scale;
      total += weight;
    }
    return total > 0.0 ? sum / total : sum;
  };
  const Scored* chosen = nullptr;
  double lowest = unlimited;
  for (const auto& cut : cuts) {
    const double v = value(cut);
    const bool tie = chosen != nullptr && std::abs(v - lowest) <= 1e-12;
    if (tie ? plan::is_better(cut.candidate, chosen->candidate, plan::Objective::bytes) : v < lowest) {
      chosen = &cut;
      lowest = v;
    }
  }
  ensure(chosen != nullptr, "a rule is asked about at least one cut");
  return {chosen->candidate.plan, fmt::format("R2: lowest weighted complexity {:.3f}", lowest)};
}

// Shares of FLOPs and parameters as sums over the placement. Energy's share is that of FLOPs.
std::vector<Budget> share_budgets(const Problem& problem, const Budgets& budgets) {
  const auto& network = *problem.network;
  auto compute = empty_budget("FLOPs", network.size(), std::min(budgets.compute, budgets.energy));
  auto storage = empty_budget("parameters", network.size(), budgets.storage);
  const auto macs = static_cast<double>(network.total_macs());
  const auto parameters = static_cast<double>(network.total_parameters());
  for (dnn::LayerIndex v = 0; v < network.size(); ++v) {
    if (!network.active()[v]) continue;
    if (macs > 0.0) compute.use.device[v] = static_cast<double>(network.layer(v).macs) / macs;
    if (parameters > 0.0) storage.use.device[v] = static_cast<double>(network.layer(v).parameters) / parameters;
  }
  std::vector<Budget> result;
  for (const auto& budget : {compute, storage}) {
    if (budget.limit < 1.0) result.push_back(budget);  // others cannot bind
  }
  return result;
}

Decision rule_r4(const Problem& problem, const std::vector<Budgets>& budgets, std::size_t node_limit) {
  if (problem.objective == plan::Objective::throughput) {
    return {std::nullopt, "no plan: R4 plans for latency, energy or bytes, not for throughput"};
  }
  const auto shares = [&](const plan::Variant& variant) { return share_budgets(problem, budgets[variant.processor]); };
  auto optimum = constrained_cut(problem, shares, {node_limit});
  if (!optimum.best) {
    return {std::nullopt, optimum.is_proven ? "infeasible: no placement keeps the budgets and the limits"
                                            : "no feasible placement found before the node limit"};
  }
  const double gap = optimum.gap(problem.objective);
  return {.plan = std::move(optimum.best->plan),
          .reason = optimum.is_proven ? fmt::format("R4: optimal, {} nodes", optimum.nodes)
                                      : fmt::format("R4: {} nodes, gap {:.2g} %", optimum.nodes, 100.0 * gap),
          .gap = gap};
}

}  // namespace

Budgets derive_budgets(const Problem& problem, const ResourceAwareOptions& options, std::size_t processor) {
  const auto& network = *problem.network;
  const auto& host = problem.processors[processor];
  const Flops work(2.0 * static_cast<double>(network.total_macs()));
  const auto limit = problem.time_limit();
  const auto ratio = [](auto available, auto needed) { return needed.value() > 0.0 ? available / needed : unlimited; };
  Budgets budgets{};
  budgets.compute = given_or(options, Resource::compute, limit ? ratio(host.nominal * *limit, work) : unlimited);
  budgets.storage = given_or(options, Resource::storage, ratio(problem.storage, network.total_weights()));
  const Joules whole = host.active_increment * (work / host.nominal);
  const auto& energy = problem.constraints.energy;
  budgets.energy = given_or(options, Resource::energy, energy ? ratio(*energy, whole) : unlimited);
  budgets.bandwidth_scarcity = limit ? encoded_input(problem) / (problem.link.up * *limit) : 0.0;
  return budgets;
}

Decision ResourceAware::partition(const Problem& problem) const {
  std::vector<Budgets> budgets;
  for (std::size_t i = 0; i < problem.processors.size(); ++i) budgets.push_back(derive_budgets(problem, options_, i));
  if (options_.rule == Rule::R4) return rule_r4(problem, budgets, options_.node_limit);
  const auto candidates = plan::prefix_candidates(problem);
  const auto cuts = feasible_cuts(problem, candidates, budgets, options_);
  if (cuts.empty()) return {std::nullopt, "infeasible: no cut keeps the budgets and the limits"};

  const auto scarce = options_.scarce.empty() ? scarce_by_budget(best_provided(budgets)) : options_.scarce;
  if (options_.rule == Rule::R1 && !scarce.empty()) return rule_r1(cuts, scarce);
  if (options_.rule == Rule::R2) {
    double largest = 0.0;
    for (const auto& candidate : candidates) largest = std::max(largest, candidate.cost.up.value());
    return rule_r2(cuts, options_, budgets, largest);
  }
  return rule_r3(problem, cuts, options_.robust);
}

bool ResourceAware::admits(const Problem& problem, const plan::Plan& plan) const {
  const auto candidate = plan::make_candidate(problem, plan);
  return keeps_limits(problem, candidate, options_) &&
         keeps(derive_budgets(problem, options_, plan.processor), score(problem, candidate));
}

std::unique_ptr<Session> ResourceAware::start(std::uint64_t seed) const {
  if (!options_.adaptive) return Partitioner::start(seed);
  return std::make_unique<AdaptiveSession>(*this, *options_.adaptive);
}

}  // namespace edgecut::partition
