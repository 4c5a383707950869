#include "partition/graph_partitioners.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "partition/constrained_cut.hpp"
#include "partition/exhaustive.hpp"
#include "partition/minimum_cut.hpp"
#include "partition/optimum.hpp"
#include "partition/slowest_stage.hpp"

namespace edgecut::partition {
namespace {

using dnn::LayerIndex;
using dnn::Placement;
using plan::Candidate;
using plan::Problem;
using plan::Variant;

// One stretch: the layers before `first` on the device, those from `end` on in the cloud, minimum cut between. None
// where a layer of either part cannot run there.
std::optional<Candidate> best_in_stretch(const Problem& problem, const Variant& variant, const CutCosts& costs,
                                         LayerIndex first, LayerIndex end) {
  auto places = places_of(problem, variant.processor);
  if (!places) return std::nullopt;
  for (LayerIndex v = 0; v < problem.network->size(); ++v) {
    if (v >= first && v < end) continue;
    const auto place = v < first ? Place::device : Place::cloud;
    if ((*places)[v] != Place::free && (*places)[v] != place) return std::nullopt;
    (*places)[v] = place;
  }
  return candidate_of(problem, variant, minimum_cut(problem.network->graph(), costs, *places).on_device);
}

std::optional<Candidate> by_stretches(const Problem& problem) {
  const auto& network = *problem.network;
  std::optional<Candidate> best;
  LayerIndex last_input = 0;
  for (LayerIndex v = 0; v < network.size(); ++v) last_input = network.is_input(v) ? v : last_input;
  auto vertices = network.cut_vertices();
  std::erase_if(vertices, [&](LayerIndex v) { return v <= last_input; });
  vertices.push_back(network.size());
  for (const auto& variant : plan::variants(problem)) {
    const auto costs = objective_costs(problem, problem.objective, variant);
    LayerIndex first = 0;
    for (const auto vertex : vertices) {
      auto candidate = best_in_stretch(problem, variant, costs, first, vertex);
      if (candidate) keep_better(problem, best, std::move(*candidate));
      first = vertex + 1;
    }
    keep_better(problem, best, candidate_of(problem, variant, Placement(network.size(), true)));
  }
  return best;
}

}  // namespace

namespace {

// With an edge server there is no exact search under limits: the best pair of cut vertices that keeps them, said so.
Decision limited_pair(const Problem& problem) {
  auto decision = Exhaustive().partition(problem);
  if (decision.plan) decision.reason = "not proven optimal, since the minimum cut breaks a limit: " + decision.reason;
  return decision;
}

}  // namespace

Decision MinCut::partition(const Problem& problem) const {
  if (problem.objective == plan::Objective::throughput) return shortest_slowest_stage(problem);
  auto optimum = unlimited_optimum(problem);
  if (optimum && plan::is_feasible(problem, optimum->cost)) {
    return {.plan = std::move(optimum->plan), .reason = "minimum cut", .gap = 0.0};
  }
  if (problem.edge) return limited_pair(problem);
  auto limited = constrained_cut(problem, [](const Variant&) { return std::vector<Budget>(); }, {});
  if (!limited.best) {
    return {std::nullopt, limited.is_proven ? "infeasible: no placement keeps the limits"
                                            : "no feasible placement found before the node limit"};
  }
  const double gap = limited.gap(problem.objective);
  return {.plan = std::move(limited.best->plan),
          .reason = fmt::format("branch and bound, {} nodes, gap {:.2g} %", limited.nodes, 100.0 * gap),
          .gap = gap};
}

Decision Oracle::partition(const Problem& problem) const {
  auto exact = MinCut().partition(problem);
  auto of_order = Exhaustive().partition(problem);
  if (!exact.plan || !of_order.plan) return exact.plan ? exact : of_order;
  const Candidate a{*exact.plan, plan::evaluate(problem, *exact.plan)};
  const Candidate b{*of_order.plan, plan::evaluate(problem, *of_order.plan)};
  if (plan::is_better(a, b, problem.objective)) return exact;
  exact.plan = of_order.plan;  // as good, and chosen as the others do; at the node limit maybe better
  if (exact.gap) {
    const double bound = a.cost.objective(problem.objective) * (1.0 - *exact.gap);
    exact.gap = gap_of(b.cost.objective(problem.objective), bound);
  }
  return exact;
}

Decision Qdmp::partition(const Problem& problem) const {
  if (problem.objective == plan::Objective::throughput) {
    return {std::nullopt, "no plan: QDMP plans for latency, energy or bytes, not for throughput"};
  }
  return if_feasible(problem, by_stretches(problem), "minimum cut between two cut vertices");
}

}  // namespace edgecut::partition
