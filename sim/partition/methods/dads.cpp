#include "partition/methods/dads.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "partition/search/minimum_cut.hpp"
#include "partition/search/optimum.hpp"

namespace edgecut::partition {
namespace {

using dnn::Placement;
using plan::Candidate;
using plan::Problem;
using plan::Variant;

struct StageWeights {
  double device = 1.0;
  double cloud = 1.0;  // the transmission weighs 1
};

CutCosts weighted(const Problem& problem, const Variant& variant, const StageWeights& weights) {
  auto costs = objective_costs(problem, plan::Objective::latency, variant);
  for (auto& seconds : costs.device) seconds *= weights.device;
  for (auto& seconds : costs.cloud) seconds *= weights.cloud;
  return costs;
}

// Minimum cuts at stage weights over a grid that is refined around its best point.
class WeightSearch {
 public:
  WeightSearch(const Problem& problem, const Variant& variant, std::optional<Candidate>& best)
      : problem_(problem), variant_(variant), best_(best) {}

  void consider(Placement placement, const StageWeights& weights) {
    auto candidate = candidate_of(problem_, variant_, std::move(placement));
    if (!(candidate.cost.latency < plan::never) || (best_ && !is_better(candidate, *best_))) return;
    best_ = std::move(candidate);
    best_weights_ = weights;
  }

  void refine(const std::vector<Place>& places) {
    constexpr int refinements = 3;
    double spacing = 4.0;  // factor between neighbours
    for (int round = 0; round < refinements; ++round, spacing = std::sqrt(spacing)) try_grid(places, spacing);
  }

 private:
  void try_grid(const std::vector<Place>& places, double spacing) {
    constexpr int half_width = 3;
    const auto centre = best_weights_;
    for (int a = -half_width; a <= half_width; ++a) {
      for (int g = -half_width; g <= half_width; ++g) {
        const StageWeights weights{centre.device * std::pow(spacing, a), centre.cloud * std::pow(spacing, g)};
        const auto costs = weighted(problem_, variant_, weights);
        consider(minimum_cut(problem_.network->graph(), costs, places).on_device, weights);
      }
    }
  }

  [[nodiscard]] bool is_better(const Candidate& a, const Candidate& b) const {
    const auto x = slowest_stage(problem_, a.cost);
    const auto y = slowest_stage(problem_, b.cost);
    return x != y ? x < y : plan::is_better(a, b, plan::Objective::latency);
  }

  const Problem& problem_;
  Variant variant_;
  std::optional<Candidate>& best_;
  StageWeights best_weights_;
};

}  // namespace

Seconds slowest_stage(const Problem& problem, const plan::Cost& cost) {
  return std::max({cost.head, cost.up / problem.link.up, cost.tail});
}

Decision DadsLight::partition(const Problem& problem) const {
  Problem for_latency = problem;
  for_latency.objective = plan::Objective::latency;
  return if_feasible(problem, unlimited_optimum(for_latency), "minimum cut of the latency");
}

Measure DadsLight::measure(const Problem& /*problem*/) const {
  return measure_of(plan::Objective::latency);
}

Measure DadsHeavy::measure(const Problem& problem) const {
  return {"slowest of head, upload and tail",
          [&problem](const Candidate& candidate) { return slowest_stage(problem, candidate.cost).value(); }};
}

Decision DadsHeavy::partition(const Problem& problem) const {
  if (problem.edge) return infeasible("DADS knows two tiers");
  auto stages = problem;  // the result is no stage
  stages.result.assign(problem.network->size(), Bytes());
  std::optional<Candidate> best;
  for (const auto& variant : plan::variants(problem)) {
    const auto places = places_of(problem, variant.processor);
    WeightSearch search(stages, variant, best);
    search.consider(Placement(problem.network->size(), true), {});
    if (places) search.refine(*places);
  }
  if (best) best = plan::make_candidate(problem, std::move(best->plan));
  auto reason = best ? fmt::format("slowest stage {:.4g} s", slowest_stage(problem, best->cost).value()) : "";
  return if_feasible(problem, std::move(best), std::move(reason));
}

}  // namespace edgecut::partition
