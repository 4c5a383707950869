#include "partition/methods/autosplit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "partition/search/optimum.hpp"
#include "partition/search/search.hpp"
#include "units/limit.hpp"

namespace edgecut::partition {
namespace {

double distortion_of(const plan::Problem& problem, std::size_t encoding, dnn::LayerIndex v) {
  const bool is_known = !problem.encodings.empty() && !problem.encodings[encoding].distortion.empty();
  return is_known ? problem.encodings[encoding].distortion[v] : std::numeric_limits<double>::infinity();
}

}  // namespace

double distortion(const plan::Problem& problem, const plan::Plan& plan) {
  const auto& network = *problem.network;
  const auto& active = network.active(plan.exit_policy);
  double largest = 0.0;
  for (const auto v : network.graph().crossing(plan.on_device)) {
    const bool crosses = active[v] && std::ranges::any_of(network.graph().consumers(v), [&](dnn::LayerIndex w) {
                           return active[w] && !plan.on_device[w];
                         });
    if (crosses && !network.is_input(v)) largest = std::max(largest, distortion_of(problem, plan.encoding, v));
  }
  return largest;
}

Decision AutoSplit::partition(const plan::Problem& problem) const {
  const auto candidates = plan::prefix_candidates(problem);
  auto best = best_of(candidates, plan::Objective::latency, [&](const plan::Candidate& candidate) {
    return plan::is_feasible(problem, candidate.cost) && !exceeds(distortion(problem, candidate.plan), limit_);
  });
  if (!best) {
    const auto distorted = [&](const plan::Candidate& candidate) -> std::vector<plan::Excess> {
      const double found = distortion(problem, candidate.plan);
      if (!exceeds(found, limit_)) return {};
      return {{fmt::format("distortion {} > {}", found, limit_), found / limit_ - 1.0}};
    };
    return infeasible(fmt::format("no cut within the limits and distortion {}; {}", limit_,
                                  nearest_miss(problem, candidates, distorted)));
  }
  const double found = distortion(problem, best->plan);
  return {std::move(best->plan), fmt::format("least latency within distortion {}: {}", limit_, found)};
}

Measure AutoSplit::measure(const plan::Problem& /*problem*/) const {
  return measure_of(plan::Objective::latency);
}

bool AutoSplit::admits(const plan::Problem& problem, const plan::Plan& plan) const {
  return Explainer::admits(problem, plan) && !exceeds(distortion(problem, plan), limit_);
}

std::vector<std::string> AutoSplit::own_limits(const plan::Problem& /*problem*/) const {
  return {"distortion"};
}

PartitionerPtr AutoSplit::without(const std::set<std::string>& limits) const {
  return std::make_unique<AutoSplit>(limits.empty() ? limit_ : std::numeric_limits<double>::infinity());
}

}  // namespace edgecut::partition
