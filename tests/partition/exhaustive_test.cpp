// The exhaustive search and the placements that do not choose.
#include "partition/methods/exhaustive.hpp"
#include "draws.hpp"

#include <catch2/catch.hpp>
#include <limits>
#include <optional>
#include <random>

#include "partition/methods/placements.hpp"
#include "plan/make_problem.hpp"

namespace edgecut::exhaustive_test {
using Catch::Matchers::Contains;
using partition::ConstraintUse;
using partition::Exhaustive;
using plan::Objective;

namespace {

dnn::Network chain(std::mt19937& random, std::size_t layers) {
  std::vector<LayerSpec> specs{{"in", {}, static_cast<double>(1 + random() % 40)}};
  for (std::size_t v = 1; v <= layers; ++v) {
    specs.push_back(
        {"l" + std::to_string(v), {v - 1}, static_cast<double>(1 + random() % 40), static_cast<double>(random() % 9)});
  }
  return make_network(specs);
}

// The formula of a chain, written again: the first `p` layers on the device.
double chain_latency(const plan::Problem& problem, std::size_t p) {
  const std::size_t layers = problem.network->size() - 1;
  double sum = 0.0;
  for (std::size_t v = 1; v <= layers; ++v) {
    sum += v <= p ? problem.processors[0].layer_time[v].value() : problem.cloud_time[v].value();
  }
  if (p == layers) return sum;
  return sum + (problem.link.up_latency + problem.link.down_latency).value() +
         problem.output[p].value() / problem.link.up.value() +
         problem.whole_result().value() / problem.link.down.value();
}

}  // namespace

TEST_CASE("on random chains the search finds the smallest latency of all cuts") {
  std::mt19937 random(21);
  for (int round = 0; round < test::draws(300); ++round) {
    const auto network = chain(random, 1 + random() % 8);
    const auto problem = random_problem(random, network);
    double best = std::numeric_limits<double>::infinity();
    for (std::size_t p = 0; p < network.size(); ++p) best = std::min(best, chain_latency(problem, p));
    const auto decision = Exhaustive().partition(problem);
    REQUIRE(decision.plan);
    REQUIRE(plan::evaluate(problem, *decision.plan).latency.value() == Approx(best).epsilon(1e-12));
  }
}

TEST_CASE("no feasible candidate beats the search, whatever the objective, limits and processors") {
  std::mt19937 random(22);
  int infeasible = 0;
  for (int round = 0; round < test::draws(300); ++round) {
    const auto network = random_network(random, 8, 1 + random() % 2);
    auto problem = random_problem(random, network, 1 + random() % 3);
    problem.objective = std::vector{Objective::latency, Objective::energy, Objective::bytes}[random() % 3];
    if (random() % 2 == 0) problem.constraints.deadline = Seconds(static_cast<double>(random() % 60));
    if (random() % 2 == 0) problem.constraints.energy = Joules(static_cast<double>(random() % 150));
    problem.constraints.min_layers_on_device = random() % 4;
    const auto decision = Exhaustive().partition(problem);
    bool any = false;
    for (const auto& candidate : plan::prefix_candidates(problem)) {
      if (!plan::is_feasible(problem, candidate.cost)) continue;
      any = true;
      REQUIRE(decision.plan);
      const auto chosen = plan::evaluate(problem, *decision.plan);
      REQUIRE(plan::is_feasible(problem, chosen));
      REQUIRE_FALSE(plan::is_better(candidate, {*decision.plan, chosen}, problem.objective));
    }
    REQUIRE(decision.plan.has_value() == any);
    if (!any) ++infeasible;
  }
  CHECK(infeasible > test::draws(10));  // the test has seen both
}

TEST_CASE("limits bind where they are honoured and not where they are ignored") {
  // in(10) -> a(1) -> b(1): cuts cost 0 + 10 + 2, 5 + 1 + 1, 10 s.
  const auto network = make_network({{"in", {}, 10}, {"a", {0}, 1}, {"b", {1}, 1}});
  auto problem = make_problem(network, {0, 5, 5}, {0, 1, 1});
  CHECK(plan::describe(network, *Exhaustive().partition(problem).plan) == "after a");
  problem.constraints.energy = 8_J;  // after a: 2 W x 5 s = 10 J; cloud only: 0 J
  CHECK(plan::describe(network, *Exhaustive().partition(problem).plan) == "cloud only");
  CHECK(plan::describe(network, *Exhaustive(ConstraintUse::ignored).partition(problem).plan) == "after a");
  problem.constraints.min_layers_on_device = 1;
  const auto none = Exhaustive().partition(problem);
  CHECK_FALSE(none.plan);
  CHECK_THAT(none.explained(), Contains("infeasible") && Contains("3 cuts"));
  // Cloud only leaves no layer; after a is 25 % beyond 8 J, device only, 20 J, 150 %.
  CHECK_THAT(none.reason, Contains("the nearest, after a, breaks energy 10 J > 8 J (by 25 %)"));
  problem.constraints.energy_source = "a lifetime";
  CHECK_THAT(Exhaustive().partition(problem).reason, Contains("energy 10 J > 8 J (by 25 %; derived: a lifetime)"));
  // Of two limits the farther counts: 6 s are 16.7 % less than the 7 s after a, and device only takes 10 s, 20 J.
  problem.constraints.deadline = 6_s;
  CHECK_THAT(
      Exhaustive().partition(problem).reason,
      Contains("the nearest, after a, breaks energy 10 J > 8 J (by 25 %; derived: a lifetime), latency 7 s > 6 s "
               "(by 17 %)"));
  problem.constraints.energy = Joules();  // no share of nothing: the fewest joules
  CHECK_THAT(Exhaustive().partition(problem).reason,
             Contains("the nearest, after a, breaks energy 10 J > 0 J (derived"));
  problem.constraints.energy = 8_J;
  problem.constraints.deadline.reset();
  CHECK(plan::describe(network, *Exhaustive(ConstraintUse::ignored).partition(problem).plan) == "after a");
}

TEST_CASE("of equally fast cuts the one with fewer bytes is taken, then the earlier one") {
  // Every cut takes 10 s: cloud only 6 + 4 x 1, after a 1 + 5 + 4, after b 2 + 5 + 3, device only 10.
  const auto network = make_network({{"in", {}, 6}, {"a", {0}, 5}, {"b", {1}, 5}, {"c", {2}, 1}});
  auto problem = make_problem(network, {0, 1, 1, 8}, {0, 0, 1, 3});
  CHECK(plan::describe(network, *Exhaustive().partition(problem).plan) == "device only");  // 0 B
  problem.processors[0].layer_time[3] = 9_s;
  CHECK(plan::describe(network, *Exhaustive().partition(problem).plan) == "after a");  // 5 B as after b, but earlier
}

TEST_CASE("what does not choose keeps to its cut, and says what it would break") {
  const auto network = make_network({{"in", {}, 10}, {"a", {0}, 1, 7}, {"b", {1}, 1, 9}});
  auto problem = make_problem(network, {0, 5, 5}, {0, 1, 1});
  CHECK(plan::describe(network, *partition::DeviceOnly().partition(problem).plan) == "device only");
  CHECK(plan::describe(network, *partition::CloudOnly().partition(problem).plan) == "cloud only");
  CHECK(plan::describe(network, *partition::Fixed(1).partition(problem).plan) == "after a");
  problem.constraints.min_layers_on_device = 1;
  const auto cloud = partition::CloudOnly().partition(problem);
  CHECK_FALSE(cloud.plan);
  CHECK(cloud.explained() == "infeasible: 0 of at least 1 layers on the device");
  problem.storage = 15_B;
  const auto device = partition::DeviceOnly().partition(problem);
  CHECK_FALSE(device.plan);
  CHECK(device.explained() == "infeasible: device storage 16 B > 15 B (by 6.7 %)");
}

TEST_CASE("a fixed cut runs on the processor that it names") {
  const auto network = make_network({{"in", {}, 10}, {"a", {0}, 1}, {"b", {1}, 1}});
  auto problem = make_problem(network, {0, 5, 5}, {0, 1, 1});
  problem.processors.push_back(problem.processors.front());
  CHECK(partition::Fixed(1, 1).partition(problem).plan->processor == 1);
}

}  // namespace edgecut::exhaustive_test
