// Robust choices against enumeration of the box, and the chance constraint against drawing layer times.
#include "partition/methods/robust.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <random>

#include "partition/methods/resource_aware.hpp"
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
  // Cloud: 4 + 4 exp(1.645 x 0.2 - 0.02) = 4 + 5.447 = 9.45 <= 10 < 4 + 4 exp(2.576 x 0.2 - 0.02) = 10.56.
  CHECK(cut(robust(Kind::chance, 0.2, 0.95), late) == "cloud only");
  CHECK(cut(robust(Kind::chance, 0.2, 0.995), late) == "none");     // device only: 10 exp(0.495) > 10
  CHECK(cut(robust(Kind::worst_case, 0.3), late) == "none");        // 1.3 x 8 = 10.4
  CHECK(cut(robust(Kind::worst_case, 0.2), late) == "cloud only");  // 1.2 x 8 = 9.6
}

TEST_CASE("what no cut keeps once errors are allowed for is named with its amount and its errors") {
  // Device only takes 10 s as believed, cloud only 4 + 4 = 8 s. A shared error of 20 %: 4 + 4 exp(1.6449 x 0.2 - 0.02) =
  // 4 + 5.448 = 9.448 s, 18 % above 8 s and nearer than device only, 13.62 s, 70 % above it.
  const auto network = make_network({{"in", {}, 4}, {"a", {0}, 0}});
  auto problem = make_problem(network, {0, 10}, {0, 4});
  problem.constraints.deadline = 8_s;
  const auto why = [&](const RobustOptions& options) {
    ResourceAwareOptions asked;
    asked.budgets = {{partition::Resource::compute, 2.0}};
    asked.robust = options;
    const auto decision = ResourceAware(asked).partition(problem);
    CHECK_FALSE(decision.plan);
    return decision.reason;
  };
  CHECK_THAT(why({Kind::chance, 0.0, 0.95, 0.2}),
             Catch::Contains("the nearest, cloud only, breaks latency 9.448 s > 8 s once errors of 20 % together are "
                             "allowed for (by 18 %)"));
  CHECK_THAT(why({Kind::chance, 0.1, 0.95, 0.2}), Catch::Contains("once errors of 20 % together and 10 % each are"));
  // 1.25 x 8 s; 1.25 x 10 s = 12.5 s of the device alone.
  CHECK_THAT(why({Kind::worst_case, 0.25, 0.95}),
             Catch::Contains("cloud only, breaks latency 10 s > 8 s once errors of 25 % are allowed for (by 25 %)"));
  problem.constraints.deadline = 7_s;
  CHECK_THAT(why({Kind::worst_case, 0.25, 0.95}),
             Catch::Contains("breaks latency 8 s > 7 s (by 14 %), latency 10 s > 7 s once errors of 25 % are allowed"));
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
  const auto plan = plan::cut_after(problem, 8);
  const auto candidate = plan::make_candidate(problem, plan);
  const Seconds layers = candidate.cost.head + candidate.cost.tail;
  std::mt19937 random(5);
  std::normal_distribution<double> normal;
  const auto factor = [&](double sigma) { return std::exp(sigma * normal(random) - 0.5 * sigma * sigma); };
  // How often the plan is late where layers err by themselves and together.
  const auto late = [&](double layer, double shared) {
    const int draws = 20000;
    int count = 0;
    for (int draw = 0; draw < draws; ++draw) {
      auto truth = problem;
      const double together = factor(shared);
      for (auto& time : truth.processors[0].layer_time) time *= together * factor(layer);
      for (auto& time : truth.cloud_time) time *= together * factor(layer);
      if (plan::evaluate(truth, plan).latency > *problem.constraints.deadline) ++count;
    }
    return static_cast<double>(count) / draws;
  };
  struct Case {
    double layer;
    double shared;
    double confidence;
  };
  for (const auto& [layer, shared, confidence] :
       {Case{0.2, 0.0, 0.95}, Case{0.2, 0.0, 0.99}, Case{0.0, 0.2, 0.95}, Case{0.0, 0.2, 0.99}, Case{0.1, 0.2, 0.95},
        Case{0.3, 0.5, 0.9}, Case{0.6, 0.1, 0.95}}) {
    INFO(layer << " " << shared << " " << confidence);
    const RobustOptions options{Kind::chance, layer, confidence, shared};
    const auto most = candidate.cost.latency - layers + partition::likely_time(problem, plan, options);
    problem.constraints.deadline = most * 1.000001;
    CHECK(partition::is_robustly_feasible(problem, candidate, options));
    // 20,000 draws: the share late of 5 % has a standard error of 0.15 %, of 10 % one of 0.21 %.
    CHECK(late(layer, shared) == Approx(1.0 - confidence).margin(0.007));
    problem.constraints.deadline = most * 0.999999;
    CHECK_FALSE(partition::is_robustly_feasible(problem, candidate, options));
  }
  // What an error that all layers share does to who takes it for their own: late one time in four and not in twenty.
  problem.constraints.deadline =
      candidate.cost.latency - layers + partition::likely_time(problem, plan, {Kind::chance, 0.2, 0.95});
  CHECK(late(0.0, 0.2) > 0.2);
}

TEST_CASE("an error that all layers share asks for room that layers' own errors do not, by hand") {
  // Four layers of 1 s on the device. Shared 20 %: 4 exp(1.6449 x 0.2 - 0.02) = 5.448 s. Own 20 %: the variance over the
  // squared mean is (exp(0.04) - 1) / 4 = 0.0102, sigma 0.1007; 4 exp(1.6449 x 0.10075 - 0.00507) = 4.697 s. Shared 20 %
  // and own 10 %: sigma^2 = 0.04 + ln(1 + (exp(0.01) - 1) / 4) = 0.042509; 4 exp(1.6449 x 0.20618 - 0.02125) = 5.497 s.
  const auto network = make_network({{"in", {}, 4}, {"a", {0}, 9}, {"b", {1}, 9}, {"c", {2}, 9}, {"d", {3}, 0}});
  auto problem = make_problem(network, {0, 1, 1, 1, 1}, {0, 9, 9, 9, 9});
  const auto most = [&](double layer, double shared) {
    return partition::likely_time(problem, plan::cut_after(problem, 4), {Kind::chance, layer, 0.95, shared}).value();
  };
  CHECK(most(0.0, 0.2) == Approx(5.448).epsilon(1e-4));
  CHECK(most(0.2, 0.0) == Approx(4.697).epsilon(1e-4));
  CHECK(most(0.1, 0.2) == Approx(5.497).epsilon(1e-4));
  problem.constraints.deadline = 5_s;
  ResourceAwareOptions options;
  options.budgets = {{partition::Resource::compute, 1.0}};
  options.robust = RobustOptions{Kind::chance, 0.2, 0.95};
  const auto alone = ResourceAware(options).partition(problem);
  REQUIRE(alone.plan);
  CHECK(plan::describe(network, *alone.plan) == "device only");
  options.robust = RobustOptions{Kind::chance, 0.1, 0.95, 0.2};
  CHECK_FALSE(ResourceAware(options).partition(problem).plan);
  problem.constraints.deadline = 5.5_s;
  const auto together = ResourceAware(options).partition(problem);
  REQUIRE(together.plan);
  CHECK_THAT(together.reason, Catch::Contains("may err by 20 % together and 10 % each"));
}

TEST_CASE("layers on an edge server err as those of other hosts do") {
  const auto network = make_network({{"in", {}, 4}, {"a", {0}, 4}, {"b", {1}, 0}});
  auto problem = make_problem(network, {0, 10, 10}, {0, 9, 9});
  problem.edge.emplace();
  problem.edge->layer_time = {0_s, 2_s, 2_s};
  problem.edge->link = problem.link;
  plan::Plan plan = plan::cut_after(problem, 0);
  plan.on_edge = {false, true, true};
  // 4 s on the edge server, all of it shared: 4 exp(1.6449 x 0.2 - 0.02).
  CHECK(partition::likely_time(problem, plan, {Kind::chance, 0.0, 0.95, 0.2}).value() == Approx(5.448).epsilon(1e-4));
  const auto corners = partition::box_corners(problem, 1.0);
  CHECK(corners.back().edge->layer_time[1] == 4_s);
  CHECK(corners.back().edge->link.up == 2.0 * problem.link.up);
}

TEST_CASE("joules of a layer's own err as its time does") {
  const auto network = make_network({{"in", {}, 4}, {"a", {0}, 0}});
  auto problem = make_problem(network, {0, 10}, {0, 4});
  problem.processors[0].layer_energy = {0_J, 30_J};  // and not 2 W x 10 s
  const auto candidate = plan::make_candidate(problem, plan::cut_after(problem, 1));
  // 30 exp(1.6449 x 0.2 - 0.02) = 40.86 J.
  problem.constraints.energy = 40.9_J;
  CHECK(partition::is_robustly_feasible(problem, candidate, {Kind::chance, 0.2, 0.95}));
  problem.constraints.energy = 40.8_J;
  CHECK_FALSE(partition::is_robustly_feasible(problem, candidate, {Kind::chance, 0.2, 0.95}));
  CHECK(partition::is_robustly_feasible(problem, candidate, {Kind::worst_case, 0.35}));  // 30 x 1.35 = 40.5
  CHECK_FALSE(partition::is_robustly_feasible(problem, candidate, {Kind::worst_case, 0.37}));
}

TEST_CASE("an energy limit holds by chance too") {
  const auto network = make_network({{"in", {}, 4}, {"a", {0}, 0}});
  auto problem = make_problem(network, {0, 10}, {0, 4});  // 2 W x 10 s = 20 J on the device
  const auto candidate = plan::make_candidate(problem, plan::cut_after(problem, 1));
  // 20 exp(1.6449 x 0.2 - 0.02) = 27.24 J, whoever errs: there is one layer.
  for (const auto& options : {RobustOptions{Kind::chance, 0.2, 0.95}, RobustOptions{Kind::chance, 0.0, 0.95, 0.2}}) {
    problem.constraints.energy = 27.3_J;
    CHECK(partition::is_robustly_feasible(problem, candidate, options));
    problem.constraints.energy = 27.2_J;
    CHECK_FALSE(partition::is_robustly_feasible(problem, candidate, options));
  }
}

}  // namespace edgecut::robust_test
