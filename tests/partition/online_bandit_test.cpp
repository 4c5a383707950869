// The bandit in worlds whose delays are linear in what is sent away, as it assumes.
#include "partition/methods/online_bandit.hpp"

#include <catch2/catch.hpp>
#include <random>
#include <string>
#include <vector>

#include "plan/make_problem.hpp"

namespace edgecut::online_bandit_test {
using dnn::LayerKind;

namespace {

// MACs and bytes of the outputs; activations have 1 element.
dnn::Network chain() {
  return make_network({{"in", {}, 100},
                       {"conv1", {0}, 80, 0, 30, 0, LayerKind::conv},
                       {"relu1", {1}, 20, 0, 0, 0, LayerKind::activation},
                       {"conv2", {2}, 40, 0, 30, 0, LayerKind::conv},
                       {"fc", {3}, 10, 0, 60, 0, LayerKind::linear},
                       {"fc2", {4}, 1, 0, 20, 0, LayerKind::linear}});
}

// 0.1 s of head for each 10 MACs on the device, and cloud times and a link that no bandit may look at.
plan::Problem problem_of(const dnn::Network& network) {
  auto problem = make_problem(network, {0, 0.3, 0.01, 0.3, 0.6, 0.2}, {0, 1e3, 1e3, 1e3, 1e3, 1e3});
  problem.link.up = 1e-9_Bps;
  return problem;
}

// A tenth of the device's time in the cloud, and bytes over the link: both linear in the features.
struct World {
  double bandwidth = 1.0;  // B/s
  double noise = 0.0;      // largest share by which a delay is off
  std::mt19937 random{1};

  Seconds delay(const plan::Problem& problem, const plan::Candidate& candidate) const {
    const auto x = partition::cut_features(problem, candidate);
    return Seconds(x[0] * 1e-3 + x[2] * 1e-3 + x[4] * 1e-3 + x[6] / bandwidth);
  }

  void play(partition::Session& session, const plan::Problem& problem, const plan::Plan& plan) {
    const auto candidate = plan::make_candidate(problem, plan);
    const double share = static_cast<double>(random() % 2001) / 1000.0 - 1.0;
    partition::Outcome outcome;
    outcome.plan = &plan;
    outcome.head = candidate.cost.head;
    outcome.latency = outcome.head + delay(problem, candidate) * (1.0 + noise * share);
    session.observe(outcome);
  }
};

std::string best_cut(const plan::Problem& problem, const World& world) {
  const plan::Candidate* best = nullptr;
  const auto candidates = plan::prefix_candidates(problem);
  const auto latency = [&](const plan::Candidate& c) { return c.cost.head + world.delay(problem, c); };
  for (const auto& candidate : candidates) {
    if (best == nullptr || latency(candidate) < latency(*best)) best = &candidate;
  }
  return plan::describe(*problem.network, best->plan);
}

std::vector<std::string> play(partition::Session& session, const plan::Problem& problem, World& world, int frames) {
  std::vector<std::string> cuts;
  for (int i = 0; i < frames; ++i) {
    const auto decision = session.partition(problem, {});
    REQUIRE(decision.plan);
    cuts.push_back(plan::describe(*problem.network, *decision.plan));
    world.play(session, problem, *decision.plan);
  }
  return cuts;
}

// Of the last `count`.
double share_of(const std::vector<std::string>& cuts, const std::string& cut, std::ptrdiff_t count) {
  return static_cast<double>(std::count(cuts.end() - count, cuts.end(), cut)) / static_cast<double>(count);
}

}  // namespace

TEST_CASE("the features of a cut are work and number by kind of what is sent away, and the bytes") {
  const auto network = chain();
  const auto problem = problem_of(network);
  const auto features = [&](dnn::LayerIndex last) {
    return partition::cut_features(problem, plan::make_candidate(problem, plan::cut_after(problem, last)));
  };
  CHECK(features(0) == partition::CutFeatures{60, 2, 80, 2, 1, 1, 100});
  CHECK(features(2) == partition::CutFeatures{30, 1, 80, 2, 0, 0, 20});
  CHECK(features(5) == partition::CutFeatures{});
}

TEST_CASE("the bandit finds the best cut, whatever the problem says of cloud and link") {
  const auto network = chain();
  const auto problem = problem_of(network);
  // At 100 B/s: cloud 1.141, after conv1 0.3 + 0.911, relu1 0.31 + 0.31 = 0.62, conv2 0.61 + 0.48, fc 1.21 + 0.12, 1.41.
  World world{100.0, 0.05};
  REQUIRE(best_cut(problem, world) == "after relu1");
  const auto session = partition::OnlineBandit().start(1);
  CHECK(share_of(play(*session, problem, world, 600), "after relu1", 100) > 0.9);
}

TEST_CASE("when the bandwidth drops the bandit finds the new best cut, and when it is back the old one") {
  const auto network = chain();
  const auto problem = problem_of(network);
  for (const double memory : {1.0, 0.98}) {
    INFO(memory);
    const auto session = partition::OnlineBandit({.exploration = 1.0, .memory = memory}).start(1);
    World world{100.0, 0.05};
    play(*session, problem, world, 300);
    world.bandwidth = 5.0;  // after relu1 0.31 + 0.11 + 4 s, device only 1.41 s
    REQUIRE(best_cut(problem, world) == "device only");
    // Every fifth frame at most is forced to send.
    CHECK(share_of(play(*session, problem, world, 400), "device only", 100) > 0.75);
    if (memory == 1.0) continue;
    world.bandwidth = 100.0;
    CHECK(share_of(play(*session, problem, world, 400), "after relu1", 100) > 0.6);
  }
}

TEST_CASE("every fourth of the first 200 frames, every fifth of the next 400, sends something away") {
  const auto network = chain();
  const auto problem = problem_of(network);
  World world{1e-3};  // sending never pays
  const auto session = partition::OnlineBandit({.exploration = 0.0}).start(1);
  const auto cuts = play(*session, problem, world, 600);
  for (std::size_t i = 40; i < 600; ++i) {
    // 200^0.25 = 3.8, 400^0.25 = 4.5; frames count from 1, anew at each doubling.
    const bool is_forced = i < 200 ? (i + 1) % 4 == 0 : (i - 199) % 5 == 0;
    INFO(i);
    CHECK((cuts[i] != "device only") == is_forced);
  }
}

TEST_CASE("bandits decide alike in the same world") {
  const auto network = chain();
  const auto problem = problem_of(network);
  const auto cuts = [&] {
    World world{100.0, 0.2};
    const auto session = partition::OnlineBandit().start(7);
    return play(*session, problem, world, 300);
  };
  CHECK(cuts() == cuts());
  CHECK(partition::OnlineBandit().is_stateful());
}

TEST_CASE("the bandit keeps the limits that the device knows of") {
  const auto network = chain();
  auto problem = problem_of(network);
  problem.constraints.deadline = 0.31_s;  // heads: 0, 0.3, 0.31, 0.61, ...
  problem.constraints.min_layers_on_device = 2;
  World world{100.0};
  const auto session = partition::OnlineBandit().start(1);
  for (const auto& cut : play(*session, problem, world, 50)) CHECK(cut == "after relu1");
  problem.constraints.min_layers_on_device = 3;
  CHECK_FALSE(session->partition(problem, {}).plan);
}

}  // namespace edgecut::online_bandit_test
