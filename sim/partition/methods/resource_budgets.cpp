#include "partition/methods/resource_budgets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "partition/search/optimum.hpp"
#include "units/limit.hpp"

namespace edgecut::partition {

using plan::Problem;

namespace {

Bytes encoded_input(const Problem& problem) {
  Bytes sum;
  for (dnn::LayerIndex v = 0; v < problem.network->size(); ++v) {
    if (problem.network->is_input(v)) sum += problem.output[v];
  }
  return sum;
}

double ratio(double available, double needed) {
  return needed > 0.0 ? available / needed : unlimited;
}

// A budget as it is given, else as derived; `whole` is what a share is of, and has the unit of an amount.
double given_or(const ResourceAwareOptions& options, Resource resource, double whole, double derived) {
  if (const auto share = options.budgets.find(resource); share != options.budgets.end()) return share->second;
  if (const auto amount = options.amounts.find(resource); amount != options.amounts.end()) {
    return ratio(amount->second, whole);
  }
  return derived;
}

// What a budget is derived from that the scenario does not give; empty where it gives it.
std::string source_of(const ResourceAwareOptions& options, Resource resource, const char* source) {
  return options.budgets.contains(resource) || options.amounts.contains(resource) ? "" : source;
}

// The method's own limits that a candidate breaks.
std::vector<plan::Excess> own_excesses(const Problem& problem, const plan::Candidate& candidate,
                                       const std::vector<Budgets>& budgets, const ResourceAwareOptions& options) {
  std::vector<plan::Excess> broken;
  const auto& budget = budgets[candidate.plan.processor];
  const auto scored = score(problem, candidate);
  const auto hold = [&](const char* name, Resource resource, double value, double limit, const char* source) {
    if (!exceeds(value, limit)) return;
    broken.push_back(plan::excess(fmt::format("{} budget", name), value, limit, source_of(options, resource, source)));
  };
  hold("compute", Resource::compute, scored.compute, budget.compute, "what the time limit leaves");
  hold("storage", Resource::storage, scored.storage, budget.storage, "the device's free storage");
  hold("energy", Resource::energy, scored.energy, budget.energy, "the limit on energy");
  if (exceeds(scored.bytes, budget.sent)) {
    broken.push_back(plan::excess("bandwidth budget", Bytes(scored.bytes), Bytes(budget.sent)));
  }
  // What is beyond its limit as believed is beyond it by more once errors are allowed for.
  if (options.robust)
    std::ranges::move(robust_excesses(problem, candidate, *options.robust), std::back_inserter(broken));
  return broken;
}

}  // namespace

Budgets derive_budgets(const Problem& given, const ResourceAwareOptions& options, std::size_t processor) {
  const auto problem = with_given_bytes(given, options);
  const auto& network = *problem.network;
  const auto& host = problem.processors[processor];
  const auto& constraints = problem.constraints;
  const double work = whole_work(problem).value();
  const double joules = whole_energy(problem, processor).value();
  const double input = encoded_input(problem).value();
  const auto limit = problem.time_limit();
  Budgets budgets{};
  budgets.compute =
      given_or(options, Resource::compute, work, limit ? ratio((host.nominal * *limit).value(), work) : unlimited);
  const double storage = ratio(problem.storage.value(), network.total_weights().value());
  const auto share = options.budgets.find(Resource::storage);
  budgets.storage = share == options.budgets.end() ? storage : share->second;
  budgets.lifetime = constraints.energy ? ratio(constraints.energy->value(), joules) : unlimited;
  budgets.energy = given_or(options, Resource::energy, joules, budgets.lifetime);
  const auto memory = std::min(problem.memory, constraints.memory.value_or(problem.memory));
  budgets.memory = ratio(memory.value(), whole_memory(problem).value());
  const double sent = given_or(options, Resource::bandwidth, input, unlimited);
  budgets.sent = sent < unlimited ? sent * input : unlimited;
  if (const auto bytes = options.amounts.find(Resource::bandwidth); bytes != options.amounts.end()) {
    budgets.sent = bytes->second;
  }
  const double derived = limit ? input / (problem.link.up * *limit).value() : 0.0;
  budgets.bandwidth_scarcity = budgets.sent < unlimited ? input / budgets.sent : derived;
  return budgets;
}

std::vector<Budgets> budgets_by_processor(const Problem& problem, const ResourceAwareOptions& options) {
  std::vector<Budgets> budgets;
  for (std::size_t i = 0; i < problem.processors.size(); ++i) budgets.push_back(derive_budgets(problem, options, i));
  return budgets;
}

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
    case Resource::memory:
      return budgets.memory;
    case Resource::lifetime:
      return budgets.lifetime;
  }
  return unlimited;
}

Problem with_given_bytes(Problem problem, const ResourceAwareOptions& options) {
  if (const auto amount = options.amounts.find(Resource::storage); amount != options.amounts.end()) {
    problem.storage = std::min(problem.storage, Bytes(amount->second));
  }
  auto& limit = problem.constraints.memory;
  const auto tighten = [&](Bytes bytes) { limit = std::min(limit.value_or(bytes), bytes); };
  if (const auto amount = options.amounts.find(Resource::memory); amount != options.amounts.end()) {
    tighten(Bytes(amount->second));
  }
  if (const auto share = options.budgets.find(Resource::memory); share != options.budgets.end()) {
    tighten(share->second * whole_memory(problem));
  }
  return problem;
}

bool keeps_limits(const Problem& problem, const plan::Candidate& candidate, const ResourceAwareOptions& options) {
  return options.robust ? is_robustly_feasible(problem, candidate, *options.robust)
                        : plan::is_feasible(problem, candidate.cost);
}

bool keeps(const Budgets& budget, const Scored& scored) {
  return !exceeds(scored.compute, budget.compute) && !exceeds(scored.storage, budget.storage) &&
         !exceeds(scored.energy, budget.energy) && !exceeds(scored.bytes, budget.sent);
}

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

std::string nearest_of(const Problem& problem, const std::vector<plan::Candidate>& candidates,
                       const std::vector<Budgets>& budgets, const ResourceAwareOptions& options) {
  return nearest_miss(problem, candidates, [&](const plan::Candidate& candidate) {
    return own_excesses(problem, candidate, budgets, options);
  });
}

}  // namespace edgecut::partition
