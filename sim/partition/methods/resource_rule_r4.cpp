// Rule R4 of resource_aware: limits and budgets as sums over a placement, for a branch and bound.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "partition/methods/resource_rules.hpp"
#include "partition/search/constrained_cut.hpp"
#include "units/limit.hpp"

namespace edgecut::partition {

using plan::Problem;

namespace {

// Shares of FLOPs, parameters and joules as sums over the placement. Energy's share is that of FLOPs where no joules
// are known by layer.
std::vector<SumLimit> share_budgets(const Problem& problem, const Budgets& budgets, std::size_t processor) {
  const auto& network = *problem.network;
  const auto& host = problem.processors[processor];
  const bool by_layer = !host.layer_energy.empty();
  double flops = budgets.compute;
  double of_joules = unlimited;
  (by_layer ? of_joules : flops) = by_layer ? budgets.energy : std::min(budgets.compute, budgets.energy);
  auto compute = empty_limit("FLOPs", network.size(), flops);
  auto storage = empty_limit("parameters", network.size(), budgets.storage);
  auto energy = empty_limit("joules", network.size(), of_joules);
  const auto macs = static_cast<double>(network.total_macs());
  const Stored stored(network);
  const double parameters = stored.whole();
  const double joules = whole_energy(problem, processor).value();
  for (dnn::LayerIndex v = 0; v < network.size(); ++v) {
    if (!network.active()[v]) continue;
    if (macs > 0.0) compute.use.device[v] = static_cast<double>(network.layer(v).macs) / macs;
    if (parameters > 0.0) storage.use.device[v] = stored.of(v) / parameters;
    if (by_layer && joules > 0.0) energy.use.device[v] = own_joules(host, v).value() / joules;
  }
  std::vector<SumLimit> result;
  for (auto budget : {compute, storage, energy}) {
    if (!(budget.limit < 1.0)) continue;  // it cannot bind
    budget.limit = with_tolerance(budget.limit);
    result.push_back(std::move(budget));
  }
  return result;
}

}  // namespace

Decision rule_r4(const Problem& problem, const std::vector<Budgets>& budgets, const ResourceAwareOptions& options) {
  if (problem.objective == plan::Objective::throughput) {
    return {std::nullopt, "no plan: R4 plans for latency, energy or bytes, not for throughput"};
  }
  const auto shares = [&](const plan::Variant& variant) {
    const auto& budget = budgets[variant.processor];
    auto all = share_budgets(problem, budget, variant.processor);
    if (budget.sent < unlimited) {
      all.push_back({"bytes", objective_costs(problem, plan::Objective::bytes, variant), with_tolerance(budget.sent)});
    }
    return all;
  };
  auto optimum = constrained_cut(problem, shares, {options.node_limit});
  if (!optimum.best) {
    if (!optimum.is_proven) return {std::nullopt, "no feasible placement found before the node limit"};
    return infeasible("no placement keeps the budgets and the limits; " +
                      nearest_of(problem, plan::prefix_candidates(problem), budgets, options));
  }
  const double gap = optimum.gap(problem.objective);
  return {.plan = std::move(optimum.best->plan),
          .reason = optimum.is_proven ? fmt::format("R4: optimal, {} nodes", optimum.nodes)
                                      : fmt::format("R4: {} nodes, gap {:.2g} %", optimum.nodes, 100.0 * gap),
          .gap = gap};
}

}  // namespace edgecut::partition
