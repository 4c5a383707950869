// SPINN against trying every operating point and cut.
#include "partition/methods/spinn.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <limits>
#include <random>

#include "config/error_of.hpp"
#include "partition/early_exits.hpp"
#include "partition/make_partitioner.hpp"

namespace edgecut::spinn_test {
using Catch::Matchers::Contains;
using partition::Spinn;

namespace {

const std::vector<std::vector<double>> shares{{0.5, 0.25, 0.25}, {0.25, 0.5, 0.25}, {0.0, 0.5, 0.5}};

// What runs up to an exit: the way to it, and the side branches before it at which some inference leaves.
std::vector<dnn::LayerIndex> run_until(std::size_t exit, const std::vector<double>& rates) {
  std::vector<dnn::LayerIndex> layers = ways_to_exits()[exit];
  if (exit > 0 && rates[0] > 0) layers.push_back(3);
  if (exit > 1 && rates[1] > 0) layers.push_back(5);
  std::sort(layers.begin(), layers.end());
  return layers;
}

double expected_latency(const plan::Problem& problem, const std::vector<double>& rates, dnn::LayerIndex last) {
  double sum = 0.0;
  for (std::size_t exit = 0; exit < rates.size(); ++exit) {
    if (rates[exit] == 0.0) continue;
    sum += rates[exit] * exit_latency(problem, run_until(exit, rates), last, problem.network->exits()[exit].output);
  }
  return sum;
}

}  // namespace

TEST_CASE("spinn finds the least expected latency of all operating points and cuts under an accuracy limit") {
  std::mt19937 random(71);
  std::vector<int> chosen(6, 0);
  for (int round = 0; round < 400; ++round) {
    const auto network = early_exits(random, shares);  // accuracies 0.67, 0.72 and 0.77; without early exit 0.8
    auto problem = exits_problem(random, network);
    const double accuracy = std::vector{0.6, 0.7, 0.75, 0.79}[random() % 4];
    problem.constraints.accuracy = accuracy;
    double best = std::numeric_limits<double>::infinity();
    for (dnn::LayerIndex last = 0; last < network.size(); ++last) {
      best = std::min(best, expected_latency(problem, {0, 0, 1}, last));
      for (std::size_t point = 0; point < shares.size(); ++point) {
        if (0.67 + 0.05 * static_cast<double>(point) < accuracy) continue;
        best = std::min(best, expected_latency(problem, shares[point], last));
      }
    }
    const auto decision = Spinn().partition(problem);
    REQUIRE(decision.plan);
    const auto cost = plan::evaluate(problem, *decision.plan);
    REQUIRE(cost.latency.value() == Approx(best).epsilon(1e-12));
    REQUIRE(*cost.accuracy >= accuracy - 1e-12);
    ++chosen[decision.plan->exit_policy];
  }
  CHECK(chosen[1] + chosen[2] == 0);  // all at one exit is no operating point
  CHECK(chosen[0] > 10);
  CHECK(chosen[3] > 10);
}

TEST_CASE("spinn weighs a branch that all pay for against those that leave there") {
  std::mt19937 random(72);
  const auto network = early_exits(random, {{0.5, 0.0, 0.5}});
  // Without exits t1 + t2 + t3 + t4 + e3 = 5 s; at the point 2 s for half, and 6 s for the others: 4 s.
  auto problem = make_problem(network, {0, 1, 1, 1, 1, 1, 1, 1}, {0, 99, 99, 99, 99, 99, 99, 99});
  CHECK(Spinn().partition(problem).plan->exit_policy == 3);
  CHECK(plan::evaluate(problem, *Spinn().partition(problem).plan).latency == 4_s);
  problem.processors[0].layer_time[3] = 3_s;  // half 4 s, half 8 s: 6 s
  CHECK(Spinn().partition(problem).plan->exit_policy == 0);
  problem.constraints.accuracy = 0.9;
  CHECK_THAT(Spinn().partition(problem).explained(), Contains("infeasible"));
}

TEST_CASE("spinn without exits or without their rates is refused with what is missing") {
  std::mt19937 random(73);
  const auto plain = make_network({{"in", {}, 10}, {"a", {0}, 5}});
  const auto without = early_exits(random);
  const auto with = early_exits(random, shares);
  const auto refusal = [](const dnn::Network& network) {
    partition::Setting setting;
    setting.network = &network;
    return error_of([&] { make_partitioner("kind: spinn", setting); });
  };
  CHECK_THAT(refusal(plain), Contains("`exits:`"));
  CHECK_THAT(refusal(without), Contains("`exit_rates:`"));
  CHECK(refusal(with) == "no error");
}

}  // namespace edgecut::spinn_test
