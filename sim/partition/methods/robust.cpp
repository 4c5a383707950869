#include "partition/methods/robust.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <limits>

#include "units/ensure.hpp"

namespace edgecut::partition {
namespace {

using plan::Candidate;
using plan::Problem;

void scale(plan::Hop& hop, double bandwidth) {
  hop.up *= bandwidth;
  hop.down *= bandwidth;
}

Problem scaled(const Problem& problem, double device, double cloud, double bandwidth) {
  auto corner = problem;
  for (auto& processor : corner.processors) {
    for (auto& time : processor.layer_time) time *= device;
    for (auto& energy : processor.layer_energy) energy *= device;
  }
  for (auto& time : corner.cloud_time) time *= cloud;
  for (auto& energy : corner.cloud_layer_energy) energy *= cloud;
  if (corner.edge) {
    for (auto& time : corner.edge->layer_time) time *= cloud;
    for (auto& energy : corner.edge->layer_energy) energy *= cloud;
    scale(corner.edge->link, bandwidth);
  }
  for (auto& group : corner.groups) {
    group.time *= group.tier == plan::Tier::device ? device : cloud;
    group.energy *= group.tier == plan::Tier::device ? device : cloud;
  }
  scale(corner.link, bandwidth);
  if (corner.direct) scale(*corner.direct, bandwidth);
  return corner;
}

// A figure of each layer of a plan, summed; and the squares of these.
struct Sums {
  double sum = 0.0;
  double squares = 0.0;
};

template <class Figure>
Sums sums_over(const Problem& problem, const plan::Plan& plan, Figure figure) {
  const auto& active = problem.network->active(plan.exit_policy);
  Sums sums;
  for (dnn::LayerIndex v = 0; v < problem.network->size(); ++v) {
    if (!active[v]) continue;
    const double value = figure(v, plan.tier(v)).value();
    sums.sum += value;
    sums.squares += value * value;
  }
  return sums;
}

Sums layer_times(const Problem& problem, const plan::Plan& plan) {
  return sums_over(problem, plan, [&](dnn::LayerIndex v, plan::Tier tier) {
    if (tier == plan::Tier::device) return problem.processors[plan.processor].layer_time[v];
    return tier == plan::Tier::edge ? problem.edge->layer_time[v] : problem.cloud_time[v];
  });
}

Sums layer_joules(const Problem& problem, const plan::Plan& plan) {
  return sums_over(problem, plan, [&](dnn::LayerIndex v, plan::Tier tier) {
    if (tier == plan::Tier::device) return problem.processors[plan.processor].energy(v);
    return tier == plan::Tier::edge ? problem.edge->energy(v) : problem.cloud_energy(v);
  });
}

// The shared factor F and the layers' own L have mean 1, E F^2 = exp(shared^2) and E L^2 = exp(error^2), so that the
// sum's variance over its squared mean is exp(shared^2) (1 + (exp(error^2) - 1) squares / sum^2) - 1, and 1 more than
// that is exp(sigma^2) of a log-normal.
double likely(const Sums& of, const RobustOptions& options) {
  if (of.sum <= 0.0 || !std::isfinite(of.sum)) return of.sum;
  const double own = std::expm1(options.error * options.error) * of.squares / (of.sum * of.sum);
  const double variance = options.shared * options.shared + std::log1p(own);
  const double quantile = boost::math::quantile(boost::math::normal(), options.confidence);
  return of.sum * std::exp(quantile * std::sqrt(variance) - variance / 2.0);
}

plan::Cost likely_cost(const Problem& problem, const Candidate& candidate, const RobustOptions& options) {
  auto cost = candidate.cost;
  const auto time = layer_times(problem, candidate.plan);
  const auto energy = layer_joules(problem, candidate.plan);
  cost.latency += Seconds(likely(time, options) - time.sum);
  cost.energy_inference += Joules(likely(energy, options) - energy.sum);
  return cost;
}

double farthest(const std::vector<plan::Excess>& broken) {
  double most = -std::numeric_limits<double>::infinity();
  for (const auto& excess : broken) most = std::max(most, excess.by);
  return most;
}

// The largest of f(objective, corner) over the corners, by candidate.
template <class Value>
std::vector<double> largest(const std::vector<Problem>& corners, const std::vector<Candidate>& candidates,
                            Value value) {
  std::vector<double> result(candidates.size(), -std::numeric_limits<double>::infinity());
  for (const auto& corner : corners) {
    std::vector<double> values;
    for (const auto& candidate : candidates) {
      values.push_back(plan::evaluate(corner, candidate.plan).objective(corner.objective));
    }
    const double best = *std::ranges::min_element(values);
    for (std::size_t i = 0; i < values.size(); ++i) result[i] = std::max(result[i], value(values[i], best));
  }
  return result;
}

}  // namespace

std::vector<double> robust_scores(const Problem& problem, const std::vector<Candidate>& candidates,
                                  const RobustOptions& options) {
  if (options.kind == RobustOptions::Kind::chance) {
    std::vector<double> objectives;
    for (const auto& candidate : candidates) objectives.push_back(candidate.cost.objective(problem.objective));
    return objectives;
  }
  const auto corners = box_corners(problem, options.error);
  if (options.kind == RobustOptions::Kind::regret) {
    return largest(corners, candidates, [](double value, double best) { return value - best; });
  }
  return largest(corners, candidates, [](double value, double /*best*/) { return value; });
}

std::vector<Problem> box_corners(const Problem& problem, double error) {
  const double high = 1.0 + error;
  std::vector<Problem> corners;
  for (const double device : {1.0 / high, high}) {
    for (const double cloud : {1.0 / high, high}) {
      for (const double bandwidth : {1.0 / high, high}) corners.push_back(scaled(problem, device, cloud, bandwidth));
    }
  }
  return corners;
}

Seconds likely_time(const Problem& problem, const plan::Plan& plan, const RobustOptions& options) {
  return Seconds(likely(layer_times(problem, plan), options));
}

Joules likely_energy(const Problem& problem, const plan::Plan& plan, const RobustOptions& options) {
  return Joules(likely(layer_joules(problem, plan), options));
}

bool is_robustly_feasible(const Problem& problem, const Candidate& candidate, const RobustOptions& options) {
  if (options.limits_as_believed) return plan::is_feasible(problem, candidate.cost);
  if (options.kind == RobustOptions::Kind::chance) {
    return plan::is_feasible(problem, likely_cost(problem, candidate, options));
  }
  if (options.kind == RobustOptions::Kind::regret) return plan::is_feasible(problem, candidate.cost);
  return std::ranges::all_of(box_corners(problem, options.error), [&](const Problem& corner) {
    return plan::is_feasible(corner, plan::evaluate(corner, candidate.plan));
  });
}

std::vector<plan::Excess> robust_excesses(const Problem& problem, const Candidate& candidate,
                                          const RobustOptions& options) {
  std::vector<plan::Excess> broken;
  if (options.limits_as_believed || options.kind == RobustOptions::Kind::regret) return broken;
  if (options.kind == RobustOptions::Kind::chance) {
    broken = plan::excesses(problem, likely_cost(problem, candidate, options));
  } else {
    for (const auto& corner : box_corners(problem, options.error)) {
      auto here = plan::excesses(corner, plan::evaluate(corner, candidate.plan));
      if (farthest(here) > farthest(broken)) broken = std::move(here);
    }
  }
  // What errors do not change is told without them.
  const auto believed = plan::excesses(problem, candidate.cost);
  std::erase_if(broken, [&](const plan::Excess& one) {
    return std::ranges::find(believed, one.text, &plan::Excess::text) != believed.end();
  });
  for (auto& excess : broken) excess.text += fmt::format(" once errors of {} are allowed for", errors_of(options));
  return broken;
}

std::string errors_of(const RobustOptions& options) {
  const auto own = fmt::format("{:.3g} %", 100.0 * options.error);
  if (options.shared == 0.0) return own;
  const auto together = fmt::format("{:.3g} % together", 100.0 * options.shared);
  return options.error == 0.0 ? together : together + " and " + own + " each";
}

const Candidate& robust_choice(const Problem& problem, const std::vector<Candidate>& candidates,
                               const RobustOptions& options) {
  ensure(!candidates.empty(), "a choice is among something");
  const auto better = [&](const Candidate& a, const Candidate& b) { return plan::is_better(a, b, problem.objective); };
  if (options.kind == RobustOptions::Kind::chance) return *std::ranges::min_element(candidates, better);
  const auto score = robust_scores(problem, candidates, options);
  std::size_t best = 0;
  for (std::size_t i = 1; i < candidates.size(); ++i) {
    const bool is_tie = std::abs(score[i] - score[best]) <= 1e-12;
    if (is_tie ? better(candidates[i], candidates[best]) : score[i] < score[best]) best = i;
  }
  return candidates[best];
}

}  // namespace edgecut::partition
