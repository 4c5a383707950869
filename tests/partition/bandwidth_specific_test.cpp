// The fewest bytes within a time limit, against trying every cut.
#include "partition/methods/bandwidth_specific.hpp"
#include "draws.hpp"

#include <catch2/catch.hpp>
#include <limits>
#include <random>

#include "config/error_of.hpp"
#include "partition/make_partitioner.hpp"
#include "plan/make_problem.hpp"

namespace edgecut::bandwidth_specific_test {
using Catch::Matchers::Contains;
using partition::BandwidthSpecific;

TEST_CASE("bandwidth_specific sends the fewest bytes of all cuts within the time limit, or says that none is") {
  std::mt19937 random(41);
  int infeasible = 0;
  for (int round = 0; round < test::draws(300); ++round) {
    const auto network = random_network(random, 8);
    auto problem = random_problem(random, network, 1 + random() % 2);
    const Seconds limit(static_cast<double>(random() % 60));
    (random() % 2 == 0 ? problem.constraints.deadline : problem.period) = limit;
    problem.objective = plan::Objective::energy;  // it does not look at it
    double fewest = std::numeric_limits<double>::infinity();
    for (std::size_t p = 0; p < problem.processors.size(); ++p) {
      for (dnn::LayerIndex last = 0; last < network.size(); ++last) {
        const auto cost = plan::evaluate(problem, plan::cut_after(problem, last, p));
        if (cost.latency <= limit) fewest = std::min(fewest, cost.up.value());
      }
    }
    const auto decision = BandwidthSpecific().partition(problem);
    REQUIRE(decision.plan.has_value() == (fewest < std::numeric_limits<double>::infinity()));
    if (!decision.plan) {
      ++infeasible;
      continue;
    }
    const auto cost = plan::evaluate(problem, *decision.plan);
    REQUIRE(cost.latency <= limit);
    REQUIRE(cost.up.value() == fewest);
  }
  CHECK(infeasible > test::draws(10));  // the test has seen both
  CHECK(infeasible < 290);
}

TEST_CASE("bandwidth_specific moves to fewer bytes as the time limit is relaxed") {
  // Cloud only 10 + 2 = 12 s and 10 B, after a 8 + 5 + 1 = 14 s and 5 B, device only 8 + 8 = 16 s and 0 B.
  const auto network = make_network({{"in", {}, 10}, {"a", {0}, 5}, {"b", {1}, 1}});
  auto problem = make_problem(network, {0, 8, 8}, {0, 1, 1});
  const auto cut = [&](Seconds deadline) {
    problem.constraints.deadline = deadline;
    const auto decision = BandwidthSpecific().partition(problem);
    return decision.plan ? plan::describe(network, *decision.plan) : decision.explained();
  };
  CHECK_THAT(cut(11_s), Contains("infeasible"));
  CHECK(cut(12_s) == "cloud only");
  CHECK(cut(14_s) == "after a");
  CHECK(cut(16_s) == "device only");
  problem.constraints.deadline.reset();  // asked what it would do without the limit
  CHECK(plan::describe(network, *BandwidthSpecific().partition(problem).plan) == "device only");
  problem.link.up = 2_Bps;
  CHECK(cut(7_s) == "cloud only");  // 10 / 2 + 2 s
}

TEST_CASE("bandwidth_specific without a time limit is refused") {
  CHECK_THAT(error_of([] { make_partitioner("kind: bandwidth_specific", {}); }),
             Contains("p.yaml:1:1") && Contains("needs a time limit") && Contains("deadline"));
  partition::Setting setting;
  setting.has_time_limit = true;
  CHECK(make_partitioner("kind: bandwidth_specific", setting) != nullptr);
}

}  // namespace edgecut::bandwidth_specific_test
