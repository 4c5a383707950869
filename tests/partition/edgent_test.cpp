// Edgent against trying every exit and cut.
#include "partition/methods/edgent.hpp"
#include "draws.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <limits>
#include <random>

#include "config/error_of.hpp"
#include "partition/early_exits.hpp"
#include "partition/make_partitioner.hpp"

namespace edgecut::edgent_test {
using Catch::Matchers::Contains;
using partition::Edgent;

TEST_CASE("edgent takes the deepest exit whose best cut is within the deadline, and that cut") {
  std::mt19937 random(61);
  std::vector<int> chosen(4, 0);
  for (int round = 0; round < test::draws(400); ++round) {
    const auto network = early_exits(random);
    auto problem = exits_problem(random, network);
    problem.constraints.deadline = Seconds(static_cast<double>(5 + random() % 40));
    std::size_t deepest = 3;  // none
    double best = 0.0;
    for (std::size_t exit = 3; exit-- > 0 && deepest == 3;) {
      best = std::numeric_limits<double>::infinity();
      for (dnn::LayerIndex last = 0; last < network.size(); ++last) {
        best = std::min(best, exit_latency(problem, ways_to_exits()[exit], last, network.exits()[exit].output));
      }
      if (best <= problem.constraints.deadline->value() * (1 + 1e-12)) deepest = exit;
    }
    const auto decision = Edgent().partition(problem);
    ++chosen[deepest];
    REQUIRE(decision.plan.has_value() == (deepest < 3));
    if (!decision.plan) continue;
    REQUIRE(decision.plan->exit_policy == (deepest == 2 ? 0 : deepest + 1));
    REQUIRE(plan::evaluate(problem, *decision.plan).latency.value() == Approx(best).epsilon(1e-12));
  }
  for (const int count : chosen) CHECK(count > test::draws(10));  // the test has seen every exit, and none
}

TEST_CASE("edgent's exit is judged by its best cut, not by the last one tried") {
  std::mt19937 random(62);
  const auto network = early_exits(random);
  // Everything in the cloud takes in / B + 7 x 0.1 s; everything on the device, the last cut tried, 5 x 100 s.
  auto problem = make_problem(network, {0, 100, 100, 100, 100, 100, 100, 100}, {0, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1});
  problem.link.up = Bandwidth(1e6);
  problem.constraints.deadline = 1_s;
  const auto decision = Edgent().partition(problem);
  REQUIRE(decision.plan);
  CHECK(decision.plan->exit_policy == 0);
  CHECK(plan::describe(network, *decision.plan) == "cloud only");
  CHECK_THAT(decision.reason, Contains("last"));
  problem.constraints.deadline.reset();  // asked what it would do without the limit
  CHECK(*Edgent().partition(problem).plan == *decision.plan);
}

TEST_CASE("edgent passes over an exit that is too inaccurate or unknown") {
  std::mt19937 random(63);
  const auto network = early_exits(random);
  auto problem = make_problem(network, {0, 1, 1, 1, 1, 1, 1, 1}, {0, 9, 9, 9, 9, 9, 9, 9});
  problem.constraints.deadline = 4_s;  // last exit 5 layers, second 4 layers, first 2 layers, all on the device
  CHECK(Edgent().partition(problem).plan->exit_policy == 2);
  problem.constraints.accuracy = 0.75;
  CHECK_FALSE(Edgent().partition(problem).plan);
}

TEST_CASE("edgent without exits or without a time limit is refused with what is missing") {
  std::mt19937 random(64);
  const auto plain = make_network({{"in", {}, 10}, {"a", {0}, 5}});
  const auto network = early_exits(random);
  partition::Setting setting;
  setting.network = &plain;
  setting.has_time_limit = true;
  CHECK_THAT(error_of([&] { make_partitioner("kind: edgent", setting); }), Contains("`exits:`") && Contains("net has"));
  setting.network = &network;
  CHECK(make_partitioner("kind: edgent", setting) != nullptr);
  setting.has_time_limit = false;
  CHECK_THAT(error_of([&] { make_partitioner("kind: edgent", setting); }), Contains("needs a time limit"));
}

}  // namespace edgecut::edgent_test
