// Robust choices against enumeration of the box, and the chance constraint against drawing layer times.
#include "partition/robust.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <random>

#include "partition/resource_aware.hpp"
#include "plan/make_problem.hpp"

namespace edgecut::robust_test {
using partition::ResourceAware;
using partition::ResourceAwareOptions;
using partition::RobustOptions;
using Kind = RobustOptions::Kind;

namespace {

// Each factor at 1/(1+e), a step in between, and 1+e: 27 problems of which the corners are 8.
std::vector<plan::Problem> grid(const plan::Problem& problem, double error) {
  std::vector<plan::Problem> points;
  const double high = 1.0 + error;
  for (const double d : {1.0 / high, 1.02, high}) {
    for (const double c : {1.0 / high, 1.02, high}) {
      for (const double b : {1.0 / high, 1.02, high}) {
        auto point = problem;
        for (auto& processor : point.processors) {
          for (auto& time : processor.layer_time) time = Seconds(time.value() * d);
        }
        for (auto& time : point.cloud_time) time = Seconds(time.value() * c);
        point.link.up = Bandwidth(point.link.up.value() * b);
        point.link.down = Bandwidth(point.link.down.value() * b);
        points.push_back(point);
      }
    }
  }
  return points;
}

double objective(const plan::Problem& problem, const plan::Plan& plan) {
  return plan::evaluate(problem, plan).objective(problem.objective);
}

ResourceAware robust(Kind kind, double error, double confidence = 0.95) {
  ResourceAwareOptions options;
  options.robust = RobustOptions{kind, error, confidence};
  return ResourceAware(options);
}

// The smallest over plans that `allowed` admits of the largest of `value(point, plan)` over the grid; infinite: none.
template <class Allowed, class Value>
double smallest_largest(const plan::Problem& problem, double error, Allowed allowed, Value value) {
  double smallest = std::numeric_limits<double>::infinity();
  for (const auto& candidate : plan::prefix_candidates(problem)) {
    if (!allowed(candidate)) continue;
    double largest = 0.0;
    for (const auto& point : grid(problem, error)) largest = std::max(largest, value(point, candidate.plan));
    smallest = std::min(smallest, largest);
  }
  return smallest;
}

}  // namespace

TEST_CASE("worst case: no cut has a smaller largest objective over the box, and the limits hold all over it") {
  std::mt19937 random(3);
  int none = 0;
  for (int trial = 0; trial < 150; ++trial) {
    const auto network = random_network(random, 7);
    auto problem = random_problem(random, network, 2);
    problem.objective = trial % 2 == 0 ? plan::Objective::latency : plan::Objective::energy;
    problem.constraints.deadline = Seconds(20.0 + static_cast<double>(random() % 60));
    problem.period.reset();
    const auto holds = [&](const plan::Candidate& candidate) {
      const auto points = grid(problem, 0.3);
      return std::all_of(points.begin(), points.end(), [&](const plan::Problem& point) {
        return plan::is_feasible(point, plan::evaluate(point, candidate.plan));
      });
    };
    ResourceAwareOptions options;  // random_network's MACs would give a compute budget from the deadline
    options.budgets = {{partition::Resource::compute, 1.0}};
    options.robust = RobustOptions{Kind::worst_case, 0.3, 0.95};
    const auto decision = ResourceAware(options).partition(problem);
    const double expected = smallest_largest(problem, 0.3, holds, objective);
    INFO(trial);
    REQUIRE(decision.plan.has_value() == std::isfinite(expected));
    if (!decision.plan) {
      ++none;
      continue;
    }
    REQUIRE(holds(plan::make_candidate(problem, *decision.plan)));
    double largest = 0.0;
    for (const auto& point : grid(problem, 0.3)) largest = std::max(largest, objective(point, *decision.plan));
    CHECK(largest == Approx(expected).epsilon(1e-12));
  }
  CHECK(none > 5);  // both kinds of answer occur
  CHECK(none < 145);
}

TEST_CASE("regret: no cut has a smaller largest loss to the best cut of a corner") {
  std::mt19937 random(4);
  int different = 0;
  for (int trial = 0; trial < 150; ++trial) {
    const auto network = random_network(random, 7);
    const auto problem = random_problem(random, network, 2);
    const auto regret = [](const plan::Problem& point, const plan::Plan& plan) {
      double best = std::numeric_limits<double>::infinity();
      for (const auto& candidate : plan::prefix_candidates(point)) {
        best = std::min(best, candidate.cost.objective(point.objective));
      }
      return objective(point, plan) - best;
    };
    const auto decision = robust(Kind::regret, 1.0).partition(problem);
    REQUIRE(decision.plan);
    double largest = 0.0;
    for (const auto& corner : partition::box_corners(problem, 1.0)) {
      largest = std::max(largest, regret(corner, *decision.plan));
    }
    double smallest = std::numeric_limits<double>::infinity();
    for (const auto& candidate : plan::prefix_candidates(problem)) {
      double worst = 0.0;
      for (const auto& corner : partition::box_corners(problem, 1.0)) {
        worst = std::max(worst, regret(corner, candidate.plan));
      }
      smallest = std::min(smallest, worst);
    }
    INFO(trial);
    CHECK(largest == Approx(smallest).epsilon(1e-12).margin(1e-12));
    if (robust(Kind::worst_case, 1.0).partition(problem).plan != decision.plan) ++different;
  }
  CHECK(different > 5);
}

TEST_CASE("the three kinds differ on one chain, by hand") {
  // Device only 10 s, cloud only 4 + 4 = 8 s. Box of 2: device 5 to 20, cloud only 4 to 16.
  const auto network = make_network({{"in", {}, 4}, {"a", {0}, 0}});
  const auto problem = make_problem(network, {0, 10}, {0, 4});
  const auto cut = [&](const ResourceAware& rule, const plan::Problem& asked) {
    const auto decision = rule.partition(asked);
    return decision.plan ? plan::describe(network, *decision.plan) : "none";
  };
  CHECK(cut(robust(Kind::worst_case, 1.0), problem) == "cloud only");  // 16 < 20
  CHECK(cut(robust(Kind::regret, 1.0), problem) == "cloud only");      // 16 - 5 = 11 < 20 - 4 = 16
  auto late = problem;
  late.constraints.deadline = 10_s;
  // Cloud: variance 16 (exp(0.2^2) - 1) = 0.653, deviation 0.808; 8 + 1.645 x 0.808 = 9.33 <= 10 < 8 + 2.576 x 0.808.
  CHECK(cut(robust(Kind::chance, 0.2, 0.95), late) == "cloud only");
  CHECK(cut(robust(Kind::chance, 0.2, 0.995), late) == "none");     // device only: 10 + 2.576 x 2.02 > 10
  CHECK(cut(robust(Kind::worst_case, 0.3), late) == "none");        // 1.3 x 8 = 10.4
  CHECK(cut(robust(Kind::worst_case, 0.2), late) == "cloud only");  // 1.2 x 8 = 9.6
}

TEST_CASE("worst case: a cheap cut that may be late is left for a dear one that is not") {
  // Cloud only 4 + 8 = 12 s and 0 J, device only 10 s and 20 J.
  const auto network = make_network({{"in", {}, 4}, {"a", {0}, 0}});
  auto problem = make_problem(network, {0, 10}, {0, 8});
  problem.objective = plan::Objective::energy;
  problem.constraints.deadline = 13_s;
  const auto cut = [&](const ResourceAware& rule) { return plan::describe(network, *rule.partition(problem).plan); };
  CHECK(cut(ResourceAware(ResourceAwareOptions{})) == "cloud only");
  CHECK(cut(robust(Kind::worst_case, 0.2)) == "device only");  // 1.2 x 12 = 14.4 > 13 >= 1.2 x 10
  CHECK(cut(robust(Kind::regret, 0.2)) == "cloud only");
}

TEST_CASE("the chance constraint holds as often as it says, by drawing layer times") {
  std::vector<LayerSpec> specs{{"in", {}, 5}};
  std::vector<double> device{0};
  std::vector<double> cloud{0};
  for (std::size_t v = 1; v <= 16; ++v) {
    specs.push_back({"l" + std::to_string(v), {v - 1}, 5});
    device.push_back(1.0 + 0.1 * static_cast<double>(v));
    cloud.push_back(0.5 + 0.05 * static_cast<double>(v));
  }
  const auto network = make_network(specs);
  auto problem = make_problem(network, device, cloud);
  const double sigma = 0.2;
  const auto plan = plan::cut_after(problem, 8);
  const auto candidate = plan::make_candidate(problem, plan);
  const auto deviation = partition::latency_deviation(problem, plan, sigma);
  std::mt19937 random(5);
  std::normal_distribution<double> normal;
  const int draws = 40000;
  // 1.6449 and 2.3263: normal quantiles. Sums of log-normals are a little skewed, so that they are late more often.
  const std::vector<std::tuple<double, double, double, double>> cases{{0.95, 1.6449, 0.045, 0.065},
                                                                      {0.99, 2.3263, 0.008, 0.02}};
  for (const auto& [confidence, quantile, low, high] : cases) {
    problem.constraints.deadline = candidate.cost.latency + (quantile + 0.001) * deviation;
    CHECK(partition::is_robustly_feasible(problem, candidate, {Kind::chance, sigma, confidence}));
    int late = 0;
    for (int draw = 0; draw < draws; ++draw) {
      auto truth = problem;
      const auto blur = [&](Seconds& time) { time *= std::exp(sigma * normal(random) - 0.5 * sigma * sigma); };
      for (auto& time : truth.processors[0].layer_time) blur(time);
      for (auto& time : truth.cloud_time) blur(time);
      if (plan::evaluate(truth, plan).latency > *problem.constraints.deadline) ++late;
    }
    INFO(confidence);
    const double share = static_cast<double>(late) / draws;
    CHECK(share > low);
    CHECK(share < high);
    problem.constraints.deadline = candidate.cost.latency + (quantile - 0.001) * deviation;
    CHECK_FALSE(partition::is_robustly_feasible(problem, candidate, {Kind::chance, sigma, confidence}));
  }
}

TEST_CASE("joules of a layer's own err as its time does") {
  const auto network = make_network({{"in", {}, 4}, {"a", {0}, 0}});
  auto problem = make_problem(network, {0, 10}, {0, 4});
  problem.processors[0].layer_energy = {0_J, 30_J};  // and not 2 W x 10 s
  const auto candidate = plan::make_candidate(problem, plan::cut_after(problem, 1));
  // Deviation 30 J sqrt(exp(0.04) - 1) = 6.06 J; x 1.645 = 9.97 J.
  problem.constraints.energy = 40.0_J;
  CHECK(partition::is_robustly_feasible(problem, candidate, {Kind::chance, 0.2, 0.95}));
  problem.constraints.energy = 39.9_J;
  CHECK_FALSE(partition::is_robustly_feasible(problem, candidate, {Kind::chance, 0.2, 0.95}));
  CHECK(partition::is_robustly_feasible(problem, candidate, {Kind::worst_case, 0.32}));  // 30 x 1.32 = 39.6
  CHECK_FALSE(partition::is_robustly_feasible(problem, candidate, {Kind::worst_case, 0.34}));
}

TEST_CASE("an energy limit holds by chance too") {
  const auto network = make_network({{"in", {}, 4}, {"a", {0}, 0}});
  auto problem = make_problem(network, {0, 10}, {0, 4});  // 2 W x 10 s = 20 J on the device
  const auto candidate = plan::make_candidate(problem, plan::cut_after(problem, 1));
  // Deviation 20 J sqrt(exp(0.04) - 1) = 4.04 J; x 1.645 = 6.645 J.
  problem.constraints.energy = 26.7_J;
  CHECK(partition::is_robustly_feasible(problem, candidate, {Kind::chance, 0.2, 0.95}));
  problem.constraints.energy = 26.6_J;
  CHECK_FALSE(partition::is_robustly_feasible(problem, candidate, {Kind::chance, 0.2, 0.95}));
}

}  // namespace edgecut::robust_test
