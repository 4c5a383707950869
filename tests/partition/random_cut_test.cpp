// Cuts drawn at random.
#include "partition/methods/random_cut.hpp"
#include "draws.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <string>

#include "config/error_of.hpp"
#include "partition/make_partitioner.hpp"
#include "plan/make_problem.hpp"

namespace edgecut::random_cut_test {
using Catch::Matchers::Contains;
using partition::RandomCut;

TEST_CASE("a random cut keeps the limits, and is there exactly when some cut keeps them") {
  std::mt19937 random(51);
  for (int round = 0; round < test::draws(300); ++round) {
    const auto network = random_network(random, 8);
    auto problem = random_problem(random, network);
    problem.constraints.deadline = Seconds(static_cast<double>(random() % 60));
    bool any = false;
    for (dnn::LayerIndex last = 0; last < network.size(); ++last) {
      any = any || plan::is_feasible(problem, plan::evaluate(problem, plan::cut_after(problem, last)));
    }
    const auto decision = RandomCut(random()).partition(problem);
    REQUIRE(decision.plan.has_value() == any);
    if (any) REQUIRE(plan::is_feasible(problem, plan::evaluate(problem, *decision.plan)));
  }
}

TEST_CASE("every feasible cut is drawn about as often, and the same one for the same seed") {
  const auto network = make_network({{"in", {}, 10}, {"a", {0}, 5}, {"b", {1}, 1}, {"c", {2}, 1}});
  auto problem = make_problem(network, {0, 8, 8, 8}, {0, 1, 1, 1});
  problem.constraints.min_layers_on_device = 1;  // three cuts of four
  std::map<std::string, int> drawn;
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    const auto plan = RandomCut(seed).partition(problem).plan;
    REQUIRE(plan);
    REQUIRE(*plan == *RandomCut(seed).partition(problem).plan);
    ++drawn[plan::describe(network, *plan)];
  }
  REQUIRE(drawn.size() == 3);
  // 1000 each, with a standard deviation of sqrt(3000 x 1/3 x 2/3) = 26; five of them are 130.
  for (const auto& [cut, count] : drawn) CHECK(count == Approx(1000).margin(130));
}

TEST_CASE("the seed of a random cut is read") {
  const auto network = make_network({{"in", {}, 10}, {"a", {0}, 5}, {"b", {1}, 1}, {"c", {2}, 1}});
  const auto problem = make_problem(network, {0, 8, 8, 8}, {0, 1, 1, 1});
  const auto drawn = [&](const std::string& text) { return *make_partitioner(text, {})->partition(problem).plan; };
  for (const auto seed : {1, 2, 3, 4, 5, 6}) {
    CHECK(drawn("{kind: random, seed: " + std::to_string(seed) + "}") ==
          *RandomCut(static_cast<std::uint64_t>(seed)).partition(problem).plan);
  }
  CHECK(drawn("kind: random") == drawn("{kind: random, seed: 1}"));
  CHECK_THAT(error_of([] { make_partitioner("{kind: random, seed: -1}", {}); }), Contains("seed"));
}

}  // namespace edgecut::random_cut_test
