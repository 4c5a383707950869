// What a plan costs on an idle system, by hand on small networks and by brute force on random ones.
#include "plan/plan.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "dnn/complexity.hpp"
#include "plan/make_problem.hpp"
#include "units/ensure.hpp"

namespace edgecut::plan_test {
using dnn::LayerIndex;
using dnn::Placement;
using plan::Plan;

namespace {

// in -> a -> b -> d -> e, a -> c -> d. Outputs 12, 6, 4, 4, 3, 1 B; weights 0, 10, 20, 30, 0, 5 B.
dnn::Network diamond() {
  return make_network(
      {{"in", {}, 12}, {"a", {0}, 6, 10}, {"b", {1}, 4, 20}, {"c", {1}, 4, 30}, {"d", {2, 3}, 3}, {"e", {4}, 1, 5}});
}

plan::Problem diamond_problem(const dnn::Network& network) {
  auto problem = make_problem(network, {0, 2, 10, 10, 4, 3}, {0, 1, 1.5, 2.5, 1, 0.5});
  problem.link.up = 2_Bps;
  problem.link.down = 4_Bps;
  problem.link.set_rtt(3_s);
  set_result(problem, 8_B);
  problem.transmit_slope = JoulesPerByte(0.5);
  problem.transmit_base = 3_W;
  problem.receive_slope = JoulesPerByte(0.25);
  problem.receive_base = 1_W;
  return problem;
}

Plan placed(const std::vector<bool>& on_device) {
  return {0, on_device};
}

// The head played step by step: a tensor is made, read and let go after its last reader; what crosses
// stays, and so do results.
double memory_by_simulation(const dnn::Network& network, const Placement& on_device) {
  double weights = 0.0;
  double peak = 0.0;
  std::set<LayerIndex> live;
  std::vector<bool> done(network.size(), false);
  for (LayerIndex v = 0; v < network.size(); ++v) {
    if (!on_device[v]) continue;
    weights += network.layer(v).weights.value();
    live.insert(v);
    double now = 0.0;
    for (const auto u : live) now += network.layer(u).output.value();
    peak = std::max(peak, now);
    done[v] = true;
    for (auto it = live.begin(); it != live.end();) {
      bool needed = network.graph().is_sink(*it);  // what nobody reads is a result
      for (LayerIndex w = 0; w < network.size(); ++w) {
        const auto& inputs = network.layer(w).inputs;
        if (std::count(inputs.begin(), inputs.end(), *it) > 0 && !done[w]) needed = true;
      }
      it = needed ? std::next(it) : live.erase(it);
    }
  }
  return weights + peak;
}

}  // namespace

TEST_CASE("a cut inside the branches sends both tensors, each once, and adds up as the formula says") {
  const auto network = diamond();
  const auto problem = diamond_problem(network);
  const auto cost = plan::evaluate(problem, plan::cut_after(problem, 2));  // in, a, b here; c, d, e there
  CHECK(cost.head == 12_s);                                                // 2 + 10
  CHECK(cost.up == 10_B);                                                  // a (6, for c) and b (4, for d)
  CHECK(cost.upload == 6.5_s);                                             // 3/2 + 10/2
  CHECK(cost.tail == 4_s);                                                 // 2.5 + 1 + 0.5
  CHECK(cost.download == 3.5_s);                                           // 8/4 + 3/2
  CHECK(cost.latency == 26_s);                                             // 12 + 6.5 + 4 + 3.5
  CHECK(cost.compute_energy == 24_J);                                      // 2 W x 12 s
  CHECK(cost.transmit_energy == 20_J);                                     // 0.5 J/B x 10 B + 3 W x 5 s
  CHECK(cost.receive_energy == 4_J);                                       // 0.25 J/B x 8 B + 1 W x 2 s
  CHECK(cost.energy_inference == 48_J);                                    // 24 + 20 + 4
  CHECK(cost.down == 8_B);
  CHECK(cost.layers_on_device == 2);
  CHECK(cost.uses_cloud);
  CHECK(cost.head_weights == 30_B);  // 10 + 20
}

TEST_CASE("a tensor that two layers in the cloud read is sent once") {
  const auto network = diamond();
  const auto problem = diamond_problem(network);
  CHECK(plan::evaluate(problem, plan::cut_after(problem, 1)).up == 6_B);  // a, for b and c
}

TEST_CASE("device only uses no radio, no cloud and no round trip") {
  const auto network = diamond();
  const auto problem = diamond_problem(network);
  const auto cost = plan::evaluate(problem, plan::cut_after(problem, 5));
  CHECK(cost.latency == 29_s);  // 2 + 10 + 10 + 4 + 3
  CHECK(cost.up == 0_B);
  CHECK(cost.down == 0_B);
  CHECK(cost.upload == 0_s);
  CHECK(cost.download == 0_s);
  CHECK(cost.energy_inference == 58_J);  // 2 W x 29 s
  CHECK_FALSE(cost.uses_cloud);
  CHECK(cost.layers_on_device == 5);
}

TEST_CASE("cloud only sends the encoded input, and needs no memory on the device") {
  const auto network = diamond();
  auto problem = diamond_problem(network);
  problem.output[0] = 5_B;  // encoded; raw it has 12
  const auto cost = plan::evaluate(problem, plan::cut_after(problem, 0));
  CHECK(cost.up == 5_B);
  CHECK(cost.latency == 14_s);  // (1.5 + 5/2) + (1 + 1.5 + 2.5 + 1 + 0.5) + (2 + 1.5)
  CHECK(cost.head_memory == 0_B);
  CHECK(cost.layers_on_device == 0);
  CHECK(cost.compute_energy == 0_J);
}

TEST_CASE("a set that is no prefix is evaluated too") {
  const auto network = diamond();
  const auto problem = diamond_problem(network);
  const auto cost = plan::evaluate(problem, placed({true, true, false, true, false, false}));  // in, a, c here
  CHECK(cost.up == 10_B);    // a (for b) and c (for d)
  CHECK(cost.head == 12_s);  // 2 + 10
  CHECK(cost.tail == 3_s);   // 1.5 + 1 + 0.5
}

TEST_CASE("with two inputs a cut sends what the cloud reads of either") {
  // x -> a, y -> b, {a, b} -> c; y comes after a in the order.
  const auto network = make_network({{"x", {}, 10}, {"a", {0}, 2}, {"y", {}, 7}, {"b", {2}, 3}, {"c", {1, 3}, 1}});
  const auto problem = make_problem(network, {0, 1, 0, 1, 1}, {0, 1, 0, 1, 1});
  CHECK(plan::cut_after(problem, 0).on_device == Placement{true, false, true, false, false});
  CHECK(plan::evaluate(problem, plan::cut_after(problem, 0)).up == 17_B);  // x and y
  CHECK(plan::evaluate(problem, plan::cut_after(problem, 1)).up == 9_B);   // a and y
  CHECK(plan::evaluate(problem, plan::cut_after(problem, 3)).up == 5_B);   // a and b
  CHECK(plan::cut_position(network, plan::cut_after(problem, 1)) == LayerIndex{1});
}

TEST_CASE("the processor that the plan names is the one that counts") {
  const auto network = diamond();
  auto problem = diamond_problem(network);
  auto gpu = problem.processors.front();
  for (auto& time : gpu.layer_time) time = time / 2.0;
  gpu.active_increment = 5_W;
  problem.processors.push_back(gpu);
  const auto cost = plan::evaluate(problem, plan::cut_after(problem, 5, 1));
  CHECK(cost.latency == 14.5_s);           // 29 / 2
  CHECK(cost.energy_inference == 72.5_J);  // 5 W x 14.5 s
}

TEST_CASE("a plan that does not fit the network is our mistake") {
  const auto network = diamond();
  const auto problem = diamond_problem(network);
  CHECK_THROWS_AS(plan::evaluate(problem, placed({true, true})), InternalError);  // size
  CHECK_THROWS_AS(plan::evaluate(problem, placed({true, false, true, false, false, false})),
                  InternalError);  // b without a
  CHECK_THROWS_AS(plan::evaluate(problem, placed({false, false, false, false, false, false})), InternalError);  // input
  CHECK_THROWS_AS(plan::evaluate(problem, Plan{1, Placement(6, true)}), InternalError);  // no such processor
}

// --- memory

TEST_CASE("a chain needs its weights and the largest pair of neighbouring activations") {
  const auto network = make_network({{"in", {}, 10}, {"a", {0}, 40, 1}, {"b", {1}, 30, 2}, {"c", {2}, 5, 4}});
  // in + a = 50, a + b = 70, b + c = 35; weights 7.
  CHECK(dnn::peak_memory(network, dnn::prefix(4, 3)) == 77_B);
  CHECK(dnn::peak_memory(network, dnn::prefix(4, 1)) == 51_B);  // 10 + 40 + 1
}

TEST_CASE("a residual block keeps the shortcut alive until it is added, and frees what was read") {
  // in(10) -> a(8) -> b(6) -> c(4) -> add(a, c)(8) -> d(1).
  const auto network =
      make_network({{"in", {}, 10}, {"a", {0}, 8}, {"b", {1}, 6}, {"c", {2}, 4}, {"add", {1, 3}, 8}, {"d", {4}, 1}});
  // Live while computing: a: in + a = 18; b: a + b = 14; c: a + b + c = 18; add: a + c + add = 20; d: add + d = 9.
  CHECK(dnn::peak_memory(network, dnn::prefix(6, 5)) == 20_B);  // the sum of all would be 37
}

TEST_CASE("what crosses the cut stays until it is sent") {
  // Cut after c: a (for add) and c stay. Live: a: 18; b: a + b = 14; c: a + b + c = 18.
  const auto network =
      make_network({{"in", {}, 10}, {"a", {0}, 8}, {"b", {1}, 16}, {"c", {2}, 4}, {"add", {1, 3}, 8}, {"d", {4}, 1}});
  CHECK(dnn::peak_memory(network, dnn::prefix(6, 3)) == 28_B);  // a + b + c = 8 + 16 + 4
  // Cut after b with the input read in the cloud too: it stays although the device is done with it.
  const auto skip = make_network({{"in", {}, 10}, {"a", {0}, 8}, {"b", {1}, 6}, {"c", {2, 0}, 4}});
  CHECK(dnn::peak_memory(skip, dnn::prefix(4, 2)) == 24_B);  // in + a + b
}

TEST_CASE("on random DAGs the memory of every closed head is that of playing it step by step") {
  std::mt19937 random(11);
  for (int round = 0; round < 60; ++round) {
    const auto network = random_network(random, 8, 1 + random() % 2);
    for (unsigned bits = 1; bits < 256; ++bits) {
      Placement on_device(8);
      for (std::size_t v = 0; v < 8; ++v) on_device[v] = ((bits >> v) & 1U) != 0;
      if (!network.graph().is_downward_closed(on_device)) continue;
      REQUIRE(dnn::peak_memory(network, on_device).value() == memory_by_simulation(network, on_device));
    }
  }
}

TEST_CASE("a longer head never needs less memory") {
  std::mt19937 random(12);
  for (int round = 0; round < 50; ++round) {
    const auto network = random_network(random, 10);
    Bytes before;
    for (LayerIndex last = 0; last < 10; ++last) {
      const auto now = dnn::peak_memory(network, dnn::prefix(10, last));
      CHECK(now >= before);
      before = now;
    }
  }
}

// --- limits

TEST_CASE("each limit that is broken is named with both figures") {
  const auto network = diamond();
  auto problem = diamond_problem(network);
  const auto cost = plan::evaluate(problem, plan::cut_after(problem, 2));  // 26 s, 48 J, 30 B of weights, 2 layers
  CHECK(plan::violations(problem, cost).empty());
  CHECK(plan::is_feasible(problem, cost));
  const auto only = [&](auto change) {
    auto limited = problem;
    change(limited);
    const auto broken = plan::violations(limited, cost);
    CHECK_FALSE(plan::is_feasible(limited, cost));
    CHECK(broken.size() == 1);
    return broken.empty() ? std::string() : broken.front();
  };
  CHECK(only([](auto& p) { p.constraints.deadline = 25_s; }) == "latency 26 s > 25 s");
  CHECK(only([](auto& p) { p.constraints.energy = 40_J; }) == "energy 48 J > 40 J");
  CHECK(only([](auto& p) { p.storage = 29_B; }) == "device storage 30 B > 29 B");
  // Weights 10 + 20, activations: in + a = 18, a + b = 10.
  CHECK(only([](auto& p) { p.memory = 47_B; }) == "device memory 48 B > 47 B");
  CHECK(only([](auto& p) { p.constraints.memory = 40_B; }) == "memory 48 B > 40 B");
  // c, d and e: weights 30 + 0 + 5; a and b arrive (10 B), and c, which reads a, is written beside them.
  CHECK(only([](auto& p) { p.cloud_memory = 48_B; }) == "cloud memory 49 B > 48 B");
  CHECK(only([](auto& p) { p.constraints.min_layers_on_device = 3; }) == "2 of at least 3 layers on the device");
}

TEST_CASE("a limit that is just kept is not broken") {
  const auto network = diamond();
  auto problem = diamond_problem(network);
  const auto cost = plan::evaluate(problem, plan::cut_after(problem, 2));
  problem.constraints.deadline = 26_s;
  problem.constraints.energy = 48_J;
  problem.constraints.memory = 48_B;
  problem.constraints.min_layers_on_device = 2;
  problem.memory = 48_B;
  problem.storage = 30_B;
  problem.cloud_memory = cost.cloud_memory;
  CHECK(plan::is_feasible(problem, cost));
  CHECK(plan::violations(problem, cost).empty());
}

TEST_CASE("a constraint above what the device has does not lift the device's own limit") {
  const auto network = diamond();
  auto problem = diamond_problem(network);
  problem.memory = 40_B;
  problem.constraints.memory = 100_B;
  CHECK_FALSE(plan::is_feasible(problem, plan::evaluate(problem, plan::cut_after(problem, 2))));
}

TEST_CASE("two figures that print alike are told apart in a violation") {
  const auto network = diamond();
  auto problem = diamond_problem(network);
  problem.constraints.deadline = Seconds(25.9999);
  const auto broken = plan::violations(problem, plan::evaluate(problem, plan::cut_after(problem, 2)));
  REQUIRE(broken.size() == 1);
  CHECK(broken.front() != "latency 26 s > 26 s");
}

TEST_CASE("feasible is the same as without violations, on random problems") {
  std::mt19937 random(13);
  for (int round = 0; round < 200; ++round) {
    const auto network = random_network(random, 7);
    auto problem = random_problem(random, network);
    problem.memory = Bytes(static_cast<double>(40 + random() % 120));
    problem.storage = Bytes(static_cast<double>(20 + random() % 120));
    if (random() % 2 == 0) problem.cloud_memory = Bytes(static_cast<double>(random() % 160));
    if (random() % 2 == 0) problem.constraints.energy = Joules(static_cast<double>(random() % 120));
    if (random() % 2 == 0) problem.constraints.deadline = Seconds(static_cast<double>(random() % 60));
    if (random() % 2 == 0) problem.constraints.memory = Bytes(static_cast<double>(random() % 160));
    problem.constraints.min_layers_on_device = random() % 3;
    for (const auto& candidate : plan::prefix_candidates(problem)) {
      REQUIRE(plan::is_feasible(problem, candidate.cost) == plan::violations(problem, candidate.cost).empty());
    }
  }
}

// --- candidates

TEST_CASE("the candidates are every distinct prefix once, on every processor, in order") {
  std::mt19937 random(14);
  for (int round = 0; round < 100; ++round) {
    const std::size_t inputs = 1 + random() % 3;
    const std::size_t processors = 1 + random() % 3;
    INFO(inputs << " inputs, " << processors << " processors");
    const auto network = random_network(random, 8, inputs);
    const auto problem = random_problem(random, network, processors);
    const auto candidates = plan::prefix_candidates(problem);
    // 8 - inputs layers: as many heads of one layer and more on each processor, and the empty head once.
    CHECK(candidates.size() == 1 + processors * (8 - inputs));
    std::set<std::pair<std::size_t, Placement>> distinct;
    std::size_t cloud_only = 0;
    for (const auto& candidate : candidates) {
      distinct.insert({candidate.plan.processor, candidate.plan.on_device});
      if (candidate.cost.layers_on_device == 0) ++cloud_only;
      CHECK(candidate.cost.latency == plan::evaluate(problem, candidate.plan).latency);
    }
    CHECK(distinct.size() == candidates.size());
    CHECK(cloud_only == 1);
    for (std::size_t i = 1; i < candidates.size(); ++i) {
      if (candidates[i].plan.processor != candidates[i - 1].plan.processor) continue;
      CHECK(candidates[i].cost.layers_on_device == candidates[i - 1].cost.layers_on_device + 1);
    }
  }
}

TEST_CASE("an input in the middle of the order makes no cut of its own") {
  const auto network = make_network({{"x", {}, 10}, {"a", {0}, 2}, {"y", {}, 7}, {"b", {1, 2}, 3}});
  const auto problem = make_problem(network, {0, 1, 0, 1}, {0, 1, 0, 1});
  const auto candidates = plan::prefix_candidates(problem);
  REQUIRE(candidates.size() == 3);  // nothing, a, a and b
  CHECK(candidates[1].cost.layers_on_device == 1);
  CHECK(candidates[2].cost.layers_on_device == 2);
}

TEST_CASE("the smaller objective is better, of equals the one with fewer bytes, then the earlier cut") {
  const auto candidate = [](double latency, double energy, double up, std::size_t layers) {
    plan::Candidate c;
    c.cost.latency = Seconds(latency);
    c.cost.energy_inference = Joules(energy);
    c.cost.up = Bytes(up);
    c.cost.layers_on_device = layers;
    return c;
  };
  using plan::Objective;
  CHECK(plan::is_better(candidate(1, 9, 9, 9), candidate(2, 1, 1, 1), Objective::latency));
  CHECK(plan::is_better(candidate(9, 1, 9, 9), candidate(1, 2, 1, 1), Objective::energy));
  CHECK(plan::is_better(candidate(9, 9, 1, 9), candidate(1, 1, 2, 1), Objective::bytes));
  CHECK(plan::is_better(candidate(1, 0, 4, 9), candidate(1, 0, 5, 1), Objective::latency));
  CHECK(plan::is_better(candidate(1, 0, 4, 1), candidate(1, 0, 4, 2), Objective::latency));
  CHECK_FALSE(plan::is_better(candidate(1, 0, 4, 1), candidate(1, 0, 4, 1), Objective::latency));
  // 1 and 1 + 1e-13 are one number here; 1 and 1 + 1e-11 are two.
  CHECK(plan::is_better(candidate(1 + 1e-13, 0, 4, 1), candidate(1, 0, 5, 1), Objective::latency));
  CHECK(plan::is_better(candidate(1, 0, 5, 1), candidate(1 + 1e-11, 0, 4, 1), Objective::latency));
  CHECK_FALSE(plan::is_better(candidate(0, 0, 5, 1), candidate(0, 0, 5, 1), Objective::latency));
}

// --- words

TEST_CASE("a plan is described as device only, cloud only or by the last layer before the cut") {
  const auto network = diamond();
  const auto problem = diamond_problem(network);
  CHECK(plan::describe(network, plan::cut_after(problem, 0)) == "cloud only");
  CHECK(plan::describe(network, plan::cut_after(problem, 2)) == "after b");
  CHECK(plan::describe(network, plan::cut_after(problem, 5)) == "device only");
  CHECK(plan::describe(network, placed({true, true, false, true, false, false})) == "2 layers on the device");
}

TEST_CASE("the name of a cut has its parts: the one tier, or the last layer on the device") {
  const auto network = diamond();
  const auto problem = diamond_problem(network);
  CHECK(plan::cut_name(network, plan::cut_after(problem, 0)).only == plan::Tier::cloud);
  const auto after_b = plan::cut_name(network, plan::cut_after(problem, 2));
  CHECK_FALSE(after_b.only);
  CHECK(after_b.last_on_device == 2);
  CHECK_FALSE(after_b.is_set());
  CHECK(plan::cut_name(network, placed({true, true, false, true, false, false})).is_set());
}

TEST_CASE("the position of a cut is that of its last layer, and only prefixes have one") {
  const auto network = diamond();
  const auto problem = diamond_problem(network);
  for (LayerIndex last = 0; last < 6; ++last) {
    CHECK(plan::cut_position(network, plan::cut_after(problem, last)) == last);
  }
  CHECK_FALSE(plan::cut_position(network, placed({true, true, false, true, false, false})));
}

TEST_CASE("more bandwidth never makes a plan slower, and a lower round trip neither") {
  std::mt19937 random(15);
  for (int round = 0; round < 100; ++round) {
    const auto network = random_network(random, 8);
    const auto problem = random_problem(random, network, 2);
    auto better = problem;
    better.link.up = problem.link.up * 2.0;
    better.link.down = problem.link.down * 1.5;
    better.link.set_rtt(problem.link.up_latency);  // half of what it was
    for (const auto& candidate : plan::prefix_candidates(problem)) {
      CHECK(plan::evaluate(better, candidate.plan).latency <= candidate.cost.latency);
    }
  }
}

TEST_CASE("the time limit of a request is the deadline, else the period") {
  plan::Problem problem;
  CHECK_FALSE(problem.time_limit());
  problem.period = 2_s;
  CHECK(*problem.time_limit() == 2_s);
  problem.constraints.deadline = 5_s;
  CHECK(*problem.time_limit() == 5_s);
}

}  // namespace edgecut::plan_test
