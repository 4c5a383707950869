#include "partition/graph_partitioners.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "partition/constrained_cut.hpp"
#include "partition/exhaustive.hpp"
#include "units/ensure.hpp"

namespace edgecut::partition {
namespace {

using dnn::LayerIndex;
using dnn::Placement;
using plan::Candidate;
using plan::Problem;

Candidate candidate_of(const Problem& problem, std::size_t processor, Placement placement) {
  Candidate candidate{{processor, std::move(placement)}, {}};
  candidate.cost = plan::evaluate(problem, candidate.plan);
  return candidate;
}

void keep_better(const Problem& problem, std::optional<Candidate>& best, Candidate candidate) {
  if (!best || plan::is_better(candidate, *best, problem.objective)) best = std::move(candidate);
}

// The optimum without limits. What is spent once when the cloud is used at all is no arc: the cut without it is
// compared with device-only.
Candidate unlimited_optimum(const Problem& problem) {
  std::optional<Candidate> best;
  const auto places = inputs_on_device(*problem.network);
  for (std::size_t processor = 0; processor < problem.processors.size(); ++processor) {
    const auto costs = objective_costs(problem, problem.objective, processor);
    const auto cut = minimum_cut(problem.network->graph(), costs, places);
    keep_better(problem, best, candidate_of(problem, processor, cut.on_device));
    keep_better(problem, best, candidate_of(problem, processor, Placement(problem.network->size(), true)));
  }
  return *best;
}

Decision if_feasible(const Problem& problem, Candidate candidate, std::string reason) {
  const auto broken = plan::violations(problem, candidate.cost);
  if (!broken.empty()) return {std::nullopt, fmt::format("infeasible: its optimum breaks {}", fmt::join(broken, ", "))};
  return {std::move(candidate.plan), std::move(reason)};
}

// One stretch: the layers before `first` on the device, those from `end` on in the cloud, minimum cut between.
Candidate best_in_stretch(const Problem& problem, std::size_t processor, const CutCosts& costs, LayerIndex first,
                          LayerIndex end) {
  auto places = inputs_on_device(*problem.network);
  for (LayerIndex v = 0; v < problem.network->size(); ++v) {
    if (v < first) places[v] = Place::device;
    if (v >= end) places[v] = Place::cloud;
  }
  return candidate_of(problem, processor, minimum_cut(problem.network->graph(), costs, places).on_device);
}

Candidate by_stretches(const Problem& problem) {
  const auto& network = *problem.network;
  std::optional<Candidate> best;
  LayerIndex last_input = 0;
  for (LayerIndex v = 0; v < network.size(); ++v) last_input = network.is_input(v) ? v : last_input;
  auto vertices = network.graph().cut_vertices();
  std::erase_if(vertices, [&](LayerIndex v) { return v <= last_input; });
  vertices.push_back(network.size());
  for (std::size_t processor = 0; processor < problem.processors.size(); ++processor) {
    const auto costs = objective_costs(problem, problem.objective, processor);
    LayerIndex first = 0;
    for (const auto vertex : vertices) {
      keep_better(problem, best, best_in_stretch(problem, processor, costs, first, vertex));
      first = vertex + 1;
    }
    keep_better(problem, best, candidate_of(problem, processor, Placement(network.size(), true)));
  }
  return *best;
}

struct StageWeights {
  double device = 1.0;
  double cloud = 1.0;  // the transmission weighs 1
};

CutCosts weighted(const Problem& problem, std::size_t processor, const StageWeights& weights) {
  auto costs = objective_costs(problem, plan::Objective::latency, processor);
  for (auto& seconds : costs.device) seconds *= weights.device;
  for (auto& seconds : costs.cloud) seconds *= weights.cloud;
  return costs;
}

}  // namespace

Seconds slowest_stage(const Problem& problem, const plan::Cost& cost) {
  return std::max({cost.head, cost.up / problem.uplink, cost.tail});
}

Decision MinCut::partition(const Problem& problem) const {
  auto optimum = unlimited_optimum(problem);
  if (plan::is_feasible(problem, optimum.cost)) return {std::move(optimum.plan), "minimum cut"};
  const std::vector<std::vector<Budget>> no_more(problem.processors.size());
  auto limited = constrained_cut(problem, no_more, {});
  if (!limited.best) {
    return {std::nullopt, limited.is_proven ? "infeasible: no placement keeps the limits"
                                            : "no feasible placement found before the node limit"};
  }
  return {std::move(limited.best->plan), fmt::format("branch and bound, {} nodes, gap {:.2g} %", limited.nodes,
                                                     100.0 * limited.gap(problem.objective))};
}

Decision Oracle::partition(const Problem& problem) const {
  auto exact = MinCut().partition(problem);
  auto of_order = Exhaustive().partition(problem);
  if (!exact.plan || !of_order.plan) return exact.plan ? exact : of_order;
  const Candidate a{*exact.plan, plan::evaluate(problem, *exact.plan)};
  const Candidate b{*of_order.plan, plan::evaluate(problem, *of_order.plan)};
  if (!plan::is_better(a, b, problem.objective)) exact.plan = of_order.plan;  // as good, and chosen as the others do
  return exact;
}

Decision Qdmp::partition(const Problem& problem) const {
  return if_feasible(problem, by_stretches(problem), "minimum cut between two cut vertices");
}

Decision DadsLight::partition(const Problem& problem) const {
  Problem for_latency = problem;
  for_latency.objective = plan::Objective::latency;
  return if_feasible(problem, unlimited_optimum(for_latency), "minimum cut of the latency");
}

Decision DadsHeavy::partition(const Problem& problem) const {
  const auto places = inputs_on_device(*problem.network);
  std::optional<Candidate> best;
  StageWeights best_weights;
  std::size_t processor = 0;
  const auto better = [&](const Candidate& a, const Candidate& b) {
    const auto x = slowest_stage(problem, a.cost);
    const auto y = slowest_stage(problem, b.cost);
    return x != y ? x < y : plan::is_better(a, b, plan::Objective::latency);
  };
  const auto consider = [&](Placement placement, const StageWeights& weights) {
    auto candidate = candidate_of(problem, processor, std::move(placement));
    if (best && !better(candidate, *best)) return;
    best = std::move(candidate);
    best_weights = weights;
  };
  constexpr int half_width = 3;
  constexpr int refinements = 3;
  for (processor = 0; processor < problem.processors.size(); ++processor) {
    best_weights = {};
    consider(Placement(problem.network->size(), true), {});
    StageWeights centre;
    double spacing = 4.0;  // factor between neighbours
    for (int round = 0; round < refinements; ++round, spacing = std::sqrt(spacing)) {
      for (int a = -half_width; a <= half_width; ++a) {
        for (int g = -half_width; g <= half_width; ++g) {
          const StageWeights weights{centre.device * std::pow(spacing, a), centre.cloud * std::pow(spacing, g)};
          consider(minimum_cut(problem.network->graph(), weighted(problem, processor, weights), places).on_device,
                   weights);
        }
      }
      centre = best_weights;
    }
  }
  auto reason = fmt::format("slowest stage {:.4g} s", slowest_stage(problem, best->cost).value());
  return if_feasible(problem, std::move(*best), std::move(reason));
}

}  // namespace edgecut::partition
