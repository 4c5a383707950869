#include "partition/search/slowest_stage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "partition/methods/exhaustive.hpp"
#include "partition/search/optimum.hpp"

namespace edgecut::partition {
namespace {

using dnn::LayerIndex;
using plan::Problem;
using plan::Variant;

// Every stage at most `limit` seconds long, as budgets of the placement.
std::vector<SumLimit> stage_budgets(const Problem& problem, const Variant& variant, double limit) {
  const auto& network = *problem.network;
  const std::size_t size = network.size();
  auto head = empty_limit("head", size, limit);
  auto upload = empty_limit("upload", size, limit);
  auto tail = empty_limit("tail", size, limit);
  auto download = empty_limit("download", size, limit);
  const auto seconds = [](Seconds time) { return time < plan::never ? time.value() : 0.0; };  // places_of() bars it
  for (LayerIndex v = 0; v < size; ++v) {
    if (!network.active()[v]) continue;
    head.use.device[v] = seconds(problem.processors[variant.processor].layer_time[v]);
    head.use.send[v] = problem.encode(v, variant.encoding).value();
    upload.use.send[v] = (problem.sent(v, variant.encoding) / problem.link.up).value();
    tail.use.cloud[v] = seconds(problem.cloud_time[v]);
    tail.use.send[v] = problem.decode(v, variant.encoding).value();
    if (problem.result[v] > Bytes()) download.use.cloud[v] = (problem.result[v] / problem.link.down).value();
  }
  return {head, upload, tail, download};
}

// The lower bound of one variant is the longest of the stages by their means.
double bound_of(const Problem& problem, const Variant& variant, const std::vector<Place>& places) {
  // Head, upload, tail, download: which are averaged.
  static constexpr std::array<std::array<double, 4>, 4> sets{
      {{1.0, 1.0, 1.0, 1.0}, {1.0, 1.0, 1.0, 0.0}, {1.0, 1.0, 0.0, 0.0}, {1.0, 0.0, 1.0, 0.0}}};
  const auto stages = stage_budgets(problem, variant, 0.0);
  const std::size_t size = problem.network->size();
  double bound = 0.0;
  for (const auto& set : sets) {
    auto sum = empty_limit("sum", size, 0.0).use;
    double count = 0.0;
    for (std::size_t k = 0; k < stages.size(); ++k) {
      count += set[k];
      for (LayerIndex v = 0; v < size; ++v) {
        sum.device[v] += set[k] * stages[k].use.device[v];
        sum.cloud[v] += set[k] * stages[k].use.cloud[v];
        sum.send[v] += set[k] * stages[k].use.send[v];
      }
    }
    bound = std::max(bound, minimum_cut(problem.network->graph(), sum, places).value / count);
  }
  return bound;
}

}  // namespace

double slowest_stage_bound(const Problem& problem) {
  double bound = std::numeric_limits<double>::infinity();
  for (const auto& variant : plan::variants(problem)) {
    const auto places = places_of(problem, variant.processor);
    if (places) bound = std::min(bound, bound_of(problem, variant, *places));
  }
  return bound;
}

Decision shortest_slowest_stage(const Problem& problem, const SearchLimits& limits) {
  auto decision = Exhaustive().partition(problem);
  if (problem.edge) {
    if (decision.plan) decision.reason = "not proven optimal: " + decision.reason;
    return decision;
  }
  Problem any = problem;
  any.objective = plan::Objective::latency;
  double shortest = decision.plan ? plan::evaluate(problem, *decision.plan).slowest_stage.value() : 0.0;
  auto left = limits;  // of the nodes, over all rounds: each round takes one at least, so there is a last round
  bool is_proven = false;
  while (!is_proven) {
    // A little less than what is known; without a plan yet, anything that keeps the limits.
    const double target = decision.plan ? shortest * (1.0 - 1e-9) : 1e300;
    is_proven = decision.plan && !(target < shortest);  // of 0 s: no stage is shorter
    if (is_proven) break;
    const auto optimum = constrained_cut(
        any, [&](const Variant& variant) { return stage_budgets(problem, variant, target); }, left);
    left.nodes -= std::min(left.nodes, optimum.nodes);
    is_proven = !optimum.best && optimum.is_proven;
    const bool is_shorter = optimum.best && (!decision.plan || optimum.best->cost.slowest_stage < Seconds(shortest));
    if (!is_shorter) break;
    decision.plan = optimum.best->plan;
    shortest = optimum.best->cost.slowest_stage.value();
  }
  if (!decision.plan) {
    if (is_proven) return infeasible("no placement keeps the limits; " + nearest_miss(problem));
    return {std::nullopt, "no feasible placement found before the node limit"};
  }
  decision.gap = is_proven ? 0.0 : gap_of(shortest, slowest_stage_bound(problem));
  decision.reason = fmt::format("slowest stage {:.4g} s, {}", shortest,
                                is_proven ? "optimal" : "no shorter one found before the node limit");
  return decision;
}

}  // namespace edgecut::partition
