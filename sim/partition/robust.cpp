#include "partition/robust.hpp"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <limits>

#include "units/ensure.hpp"

namespace edgecut::partition {
namespace {

using plan::Candidate;
using plan::Problem;

Problem scaled(const Problem& problem, double device, double cloud, double bandwidth) {
  auto corner = problem;
  for (auto& processor : corner.processors) {
    for (auto& time : processor.layer_time) time *= device;
    for (auto& energy : processor.layer_energy) energy *= device;
  }
  for (auto& time : corner.cloud_time) time *= cloud;
  for (auto& energy : corner.cloud_layer_energy) energy *= cloud;
  for (auto& group : corner.groups) {
    group.time *= group.tier == plan::Tier::device ? device : cloud;
    group.energy *= group.tier == plan::Tier::device ? device : cloud;
  }
  corner.link.up *= bandwidth;
  corner.link.down *= bandwidth;
  return corner;
}

// Sum of the squares of a figure of each layer, by where it runs.
template <class OnDevice, class InCloud>
double squares(const Problem& problem, const plan::Plan& plan, OnDevice on_device, InCloud in_cloud) {
  const auto& active = problem.network->active(plan.exit_policy);
  double sum = 0.0;
  for (dnn::LayerIndex v = 0; v < problem.network->size(); ++v) {
    if (!active[v]) continue;
    const double figure = plan.on_device[v] ? on_device(v).value() : in_cloud(v).value();
    sum += figure * figure;
  }
  return sum;
}

// Of a sum of independent log-normals of that sigma, from the squares of their means.
double deviation(double squares, double sigma) {
  return std::sqrt(std::expm1(sigma * sigma) * squares);
}

// A layer's joules err as its time does.
Joules energy_deviation(const Problem& problem, const plan::Plan& plan, double sigma) {
  const auto& host = problem.processors[plan.processor];
  return Joules(deviation(squares(
                              problem, plan, [&](dnn::LayerIndex v) { return host.energy(v); },
                              [&](dnn::LayerIndex v) { return problem.cloud_energy(v); }),
                          sigma));
}

bool is_likely_feasible(const Problem& problem, const Candidate& candidate, const RobustOptions& options) {
  const double quantile = boost::math::quantile(boost::math::normal(), options.confidence);
  const auto& plan = candidate.plan;
  auto cost = candidate.cost;
  cost.latency += quantile * latency_deviation(problem, plan, options.error);
  cost.energy_inference += quantile * energy_deviation(problem, plan, options.error);
  return plan::is_feasible(problem, cost);
}

// By candidate: the largest of f(objective, corner) over the corners.
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

Seconds latency_deviation(const Problem& problem, const plan::Plan& plan, double sigma) {
  const auto& host = problem.processors[plan.processor];
  return Seconds(deviation(squares(
                               problem, plan, [&](dnn::LayerIndex v) { return host.layer_time[v]; },
                               [&](dnn::LayerIndex v) { return problem.cloud_time[v]; }),
                           sigma));
}

bool is_robustly_feasible(const Problem& problem, const Candidate& candidate, const RobustOptions& options) {
  if (options.limits_as_believed) return plan::is_feasible(problem, candidate.cost);
  if (options.kind == RobustOptions::Kind::chance) return is_likely_feasible(problem, candidate, options);
  if (options.kind == RobustOptions::Kind::regret) return plan::is_feasible(problem, candidate.cost);
  return std::ranges::all_of(box_corners(problem, options.error), [&](const Problem& corner) {
    return plan::is_feasible(corner, plan::evaluate(corner, candidate.plan));
  });
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
