#include "partition/methods/graph_partitioners.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "partition/methods/exhaustive.hpp"
#include "partition/search/constrained_cut.hpp"
#include "partition/search/optimum.hpp"
#include "partition/search/slowest_stage.hpp"
#include "partition/search/stretches.hpp"

namespace edgecut::partition {
namespace {

using plan::Candidate;
using plan::Problem;
using plan::Variant;

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
  auto limited = constrained_cut(problem, [](const Variant&) { return std::vector<SumLimit>(); }, {});
  if (!limited.best) {
    if (limited.is_proven) return infeasible("no placement keeps the limits; " + nearest_miss(problem));
    return {std::nullopt, "no feasible placement found before the node limit"};
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
  return if_feasible(problem, optimum_by_stretches(problem), "minimum cut between two cut vertices");
}

}  // namespace edgecut::partition
