#include "partition/methods/resource_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

#include "units/ensure.hpp"

namespace edgecut::partition {

using plan::Problem;

namespace {

// R1 calls two cuts equal in a resource when their shares differ by less than this.
constexpr double near_tie = 0.01;
// What is looked at where a user names nothing.
constexpr std::array four{Resource::compute, Resource::storage, Resource::energy, Resource::bandwidth};

const Scored& best_by(const std::vector<Scored>& cuts, plan::Objective objective) {
  return *std::ranges::min_element(
      cuts, [&](const Scored& a, const Scored& b) { return plan::is_better(a.candidate, b.candidate, objective); });
}

// The largest budget that any processor has of each resource: what none of them has enough of is scarce.
Budgets best_provided(const std::vector<Budgets>& budgets) {
  Budgets best = budgets.front();
  for (const auto& other : budgets) {
    best.compute = std::max(best.compute, other.compute);
    best.storage = std::max(best.storage, other.storage);
    best.energy = std::max(best.energy, other.energy);
    best.lifetime = std::max(best.lifetime, other.lifetime);
  }
  return best;
}

// Keeps the cuts that use a scarce resource of the device to the full, or take the fewest bytes or joules.
void narrow(std::vector<Scored>& cuts, Resource resource) {
  if (resource == Resource::bandwidth) {
    const double fewest = std::ranges::min_element(cuts, {}, &Scored::bytes)->bytes;
    std::erase_if(cuts, [&](const Scored& cut) { return cut.bytes > fewest; });
    return;
  }
  if (resource == Resource::lifetime) {
    const auto joules = [](const Scored& cut) { return cut.candidate.cost.energy_inference; };
    const auto fewest = joules(*std::ranges::min_element(cuts, {}, joules));
    std::erase_if(cuts, [&](const Scored& cut) { return joules(cut) > fewest * (1.0 + near_tie); });
    return;
  }
  double largest = 0.0;
  for (const auto& cut : cuts) largest = std::max(largest, cut.share(resource));
  std::erase_if(cuts, [&](const Scored& cut) { return cut.share(resource) < largest - near_tie; });
}

std::map<Resource, double> weights_of(const ResourceAwareOptions& options, const Budgets& budgets) {
  if (!options.weights.empty()) return options.weights;
  constexpr double cap = 10.0;
  std::map<Resource, double> weights;
  const auto& scarce = options.scarce.empty() ? std::vector<Resource>(four.begin(), four.end()) : options.scarce;
  for (const auto resource : scarce) {
    weights[resource] = std::min(cap, 1.0 / budget_of(budgets, resource));
  }
  return weights;
}

}  // namespace

std::vector<Resource> scarce_by_budget(const std::vector<Budgets>& by_processor) {
  const auto budgets = best_provided(by_processor);
  std::vector<std::pair<double, Resource>> scarce;
  for (const auto resource : four) {
    const double budget = budget_of(budgets, resource);
    if (budget < 1.0) scarce.emplace_back(budget, resource);
  }
  std::ranges::sort(scarce);
  std::vector<Resource> result;
  for (const auto& [budget, resource] : scarce) result.push_back(resource);
  return result;
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

double weighted_complexity(const Scored& cut, const ResourceAwareOptions& options, const Budgets& budgets,
                           double largest_bytes) {
  double sum = 0.0;
  double total = 0.0;
  for (const auto& [resource, weight] : weights_of(options, budgets)) {
    const double scale = resource == Resource::bandwidth && largest_bytes > 0.0 ? largest_bytes : 1.0;
    sum += weight * cut.share(resource) / scale;
    total += weight;
  }
  return total > 0.0 ? sum / total : sum;
}

Decision rule_r2(const std::vector<Scored>& cuts, const ResourceAwareOptions& options,
                 const std::vector<Budgets>& budgets, double largest_bytes) {
  const auto value = [&](const Scored& cut) {
    return weighted_complexity(cut, options, budgets[cut.candidate.plan.processor], largest_bytes);
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

Decision rule_r3(const Problem& problem, const std::vector<Scored>& cuts, const std::optional<RobustOptions>& robust) {
  if (!robust) {
    return {best_by(cuts, problem.objective).candidate.plan,
            fmt::format("R3: best of {} cuts by nominal rates", cuts.size())};
  }
  std::vector<plan::Candidate> candidates;
  for (const auto& cut : cuts) candidates.push_back(cut.candidate);
  return {robust_choice(problem, candidates, *robust).plan,
          fmt::format("R3: best of {} cuts by nominal rates that may err by {}", cuts.size(), errors_of(*robust))};
}

}  // namespace edgecut::partition
