// Auto-Split against trying every cut and encoding.
#include "partition/methods/autosplit.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <limits>
#include <random>

#include "config/error_of.hpp"
#include "partition/make_partitioner.hpp"
#include "plan/make_problem.hpp"

namespace edgecut::autosplit_test {
using Catch::Matchers::Contains;
using partition::AutoSplit;

namespace {

constexpr double unknown = std::numeric_limits<double>::infinity();

plan::Encoding encoding(const plan::Problem& problem, double ratio, std::vector<double> distortion) {
  plan::Encoding encoding;
  for (dnn::LayerIndex v = 0; v < problem.network->size(); ++v) {
    encoding.output.push_back(problem.network->is_input(v) ? problem.output[v] : problem.output[v] * ratio);
  }
  encoding.encode.assign(problem.network->size(), Seconds());
  encoding.decode.assign(problem.network->size(), Seconds());
  encoding.accuracy_drop = 0.0;
  encoding.distortion = std::move(distortion);
  encoding.head_ratio = ratio;
  return encoding;
}

// The largest distortion among the tensors of a prefix that later layers read, inputs left out.
double by_hand(const plan::Problem& problem, dnn::LayerIndex last, std::size_t encoding) {
  double largest = 0.0;
  for (dnn::LayerIndex w = last + 1; w < problem.network->size(); ++w) {
    for (const auto u : problem.network->graph().predecessors(w)) {
      if (u > last || problem.network->is_input(u)) continue;
      largest = std::max(largest, problem.encodings[encoding].distortion[u]);
    }
  }
  return largest;
}

}  // namespace

TEST_CASE("autosplit finds the least latency of all cuts and encodings within memory and distortion") {
  std::mt19937 random(81);
  int infeasible = 0;
  std::vector<int> chosen(3, 0);
  for (int round = 0; round < 400; ++round) {
    const auto network = random_network(random, 8);
    auto problem = random_problem(random, network);
    problem.objective = plan::Objective::energy;  // it does not look at it
    for (const double ratio : {1.0, 0.5, 0.25}) {
      std::vector<double> distortion;
      for (dnn::LayerIndex v = 0; v < network.size(); ++v) {
        distortion.push_back(ratio == 1.0        ? 0.0
                             : random() % 5 == 0 ? unknown
                                                 : static_cast<double>(1 + random() % 4) / ratio);
      }
      problem.encodings.push_back(encoding(problem, ratio, distortion));
    }
    if (random() % 2 == 0) problem.memory = Bytes(static_cast<double>(20 + random() % 100));
    if (random() % 4 == 0) problem.constraints.min_layers_on_device = 1 + random() % 4;
    const double limit = static_cast<double>(random() % 16);
    double best = unknown;
    for (std::size_t e = 0; e < 3; ++e) {
      for (dnn::LayerIndex last = 0; last < network.size(); ++last) {
        if (e > 0 && last + 1 == network.size()) continue;  // nothing crosses
        const auto cost = plan::evaluate(problem, plan::cut_after(problem, last, 0, e));
        if (!plan::is_feasible(problem, cost) || by_hand(problem, last, e) > limit) continue;
        best = std::min(best, cost.latency.value());
      }
    }
    const auto decision = AutoSplit(limit).partition(problem);
    REQUIRE(decision.plan.has_value() == (best < unknown));
    if (!decision.plan) {
      ++infeasible;
      continue;
    }
    REQUIRE(partition::distortion(problem, *decision.plan) <= limit);
    REQUIRE(plan::evaluate(problem, *decision.plan).latency.value() == Approx(best).epsilon(1e-12));
    ++chosen[decision.plan->encoding];
  }
  CHECK(infeasible > 5);
  CHECK(std::ranges::min(chosen) > 5);  // the test has seen every encoding
}

TEST_CASE("autosplit takes fewer bits as far as the distortion limit and the memory say") {
  // After a: 1 + 8 + 1 s plain, 1 + 2 + 1 s at a quarter; cloud only 20 + 2 s, device only 1 + 50 s.
  const auto network = make_network({{"in", {}, 20}, {"a", {0}, 8, 40}, {"b", {1}, 1}});
  auto problem = make_problem(network, {0, 1, 50}, {0, 1, 1});
  problem.encodings = {encoding(problem, 1.0, {0, 0, 0}), encoding(problem, 0.25, {0, 3, 9})};
  CHECK(AutoSplit(3).partition(problem).plan->encoding == 1);
  CHECK(AutoSplit(2.9).partition(problem).plan->encoding == 0);
  // a's weights of 40 B do not fit in 30 B, at a quarter 10 B do.
  problem.memory = 30_B;
  CHECK(AutoSplit(3).partition(problem).plan->encoding == 1);
  CHECK(plan::describe(network, *AutoSplit(2.9).partition(problem).plan) == "cloud only");
  problem.constraints.min_layers_on_device = 1;
  CHECK_THAT(AutoSplit(2.9).partition(problem).explained(), Contains("infeasible"));
}

TEST_CASE("an encoding whose distortion is unknown is not within any limit, but inputs cross as they are") {
  const auto network = make_network({{"in", {}, 20}, {"a", {0}, 8}, {"b", {1}, 1}});
  auto problem = make_problem(network, {0, 1, 50}, {0, 1, 1});
  CHECK(partition::distortion(problem, plan::cut_after(problem, 1)) == unknown);
  CHECK(partition::distortion(problem, plan::cut_after(problem, 0)) == 0.0);
  CHECK(partition::distortion(problem, plan::cut_after(problem, 2)) == 0.0);
}

TEST_CASE("autosplit without distortions, or without a limit on them, is refused with what is missing") {
  partition::Setting setting;
  CHECK_THAT(error_of([&] { make_partitioner("{kind: autosplit, distortion: 1}", setting); }),
             Contains("p.yaml:1:1") && Contains("`encodings:`") && Contains("`distortion:`"));
  setting.knows_distortion = true;
  CHECK(make_partitioner("{kind: autosplit, distortion: 1}", setting) != nullptr);
  CHECK_THAT(error_of([&] { make_partitioner("{kind: autosplit}", setting); }), Contains("missing key 'distortion'"));
  CHECK_THAT(error_of([&] { make_partitioner("{kind: autosplit, distortion: -1}", setting); }), Contains("at least 0"));
}

}  // namespace edgecut::autosplit_test
