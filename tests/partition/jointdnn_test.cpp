// JointDNN against trying every assignment of the blocks.
#include "partition/methods/jointdnn.hpp"
#include "draws.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "partition/make_partitioner.hpp"
#include "plan/make_problem.hpp"

namespace edgecut::jointdnn_test {
using Catch::Matchers::Contains;
using partition::JointDnn;
using plan::Objective;

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

// Input and layers in a row; result of the last one.
plan::Problem chain_problem(std::mt19937& random, const dnn::Network& network) {
  auto problem = random_problem(random, network);
  // Layers that one side is much better at, so that it pays to go back and forth.
  for (dnn::LayerIndex v = 1; v < network.size(); ++v) {
    if (random() % 3 == 0) problem.processors[0].layer_time[v] *= 0.02;
    if (random() % 3 == 0) problem.cloud_time[v] *= 6.0;
  }
  problem.link.up = Bandwidth(1.0 + static_cast<double>(random() % 9));
  problem.link.down = Bandwidth(2.0 + static_cast<double>(random() % 9));
  problem.link.set_rtt(Seconds(0.25 * static_cast<double>(random() % 4)));
  problem.cloud_wait = Seconds(0.5 * static_cast<double>(random() % 3));
  problem.allows_return = true;
  if (random() % 2 == 0) {
    problem.sleep = {Seconds(0.25 * static_cast<double>(random() % 4)), Watts(static_cast<double>(random() % 3)),
                     Seconds(static_cast<double>(random() % 4)), Watts(static_cast<double>(random() % 3))};
  }
  return problem;
}

dnn::Network chain(std::mt19937& random, std::size_t layers) {
  std::vector<LayerSpec> specs{{"in", {}, static_cast<double>(1 + random() % 20)}};
  for (std::size_t v = 1; v <= layers; ++v) {
    specs.push_back({"l" + std::to_string(v), {v - 1}, static_cast<double>(1 + random() % 20)});
  }
  return make_network(specs);
}

struct Value {
  double latency = 0.0;
  double energy = 0.0;
};

// A layer's own joules, where there are any.
double joules_in(const std::vector<Joules>& given, std::size_t v, double otherwise) {
  return given.empty() ? otherwise : given[v].value();
}

// Bit v - 1 of `cloud`: layer v runs there. The sum of JointDNN's arcs, written again.
Value value_of(const plan::Problem& problem, unsigned cloud) {
  Value sum;
  const auto& link = problem.link;
  const double active = problem.processors[0].active_increment.value();
  const auto& sleep = problem.sleep;
  double since = -1.0;  // the last byte, in seconds without a transfer; below 0: the radio sleeps
  const auto use = [&](double bytes) {
    if (bytes == 0.0) return;
    if (since < 0.0) {
      sum.latency += sleep.promotion_delay.value();
      sum.energy += sleep.promotion_power.value() * sleep.promotion_delay.value();
      sum.energy += sleep.tail_power.value() * sleep.tail_time.value();
    } else {
      sum.energy += sleep.tail_power.value() * since;
    }
    since = 0.0;
  };
  const auto pass = [&](double seconds) {
    if (since >= 0.0) since += seconds;
  };
  const auto up = [&](double bytes) {
    use(bytes);
    pass(link.up_latency.value());
    sum.latency += link.up_latency.value() + bytes / link.up.value();
    sum.energy += problem.transmit_slope.value() * bytes + problem.transmit_base.value() * bytes / link.up.value();
  };
  const auto down = [&](double bytes) {
    use(bytes);
    pass(link.down_latency.value());
    sum.latency += link.down_latency.value() + bytes / link.down.value();
    sum.energy += problem.receive_slope.value() * bytes + problem.receive_base.value() * bytes / link.down.value();
  };
  bool was_cloud = false;
  const std::size_t last = problem.network->size() - 1;
  for (std::size_t v = 1; v <= last; ++v) {
    const bool is_cloud = ((cloud >> (v - 1)) & 1U) != 0;
    const double tensor = problem.output[v - 1].value();
    if (is_cloud && !was_cloud) up(tensor);
    if (!is_cloud && was_cloud) down(tensor);
    const double here = problem.processors[0].layer_time[v].value();
    sum.latency += is_cloud ? problem.cloud_time[v].value() : here;
    pass(is_cloud ? problem.cloud_time[v].value() : here);
    sum.energy += is_cloud ? joules_in(problem.cloud_layer_energy, v, 0.0)
                           : joules_in(problem.processors[0].layer_energy, v, active * here);
    was_cloud = is_cloud;
  }
  // The wait for the cloud counts once, before its last result.
  if (was_cloud) pass(problem.cloud_wait.value());
  if (was_cloud) down(problem.result[last].value());
  if (cloud != 0) sum.latency += problem.cloud_wait.value();
  return sum;
}

double best_value(const plan::Problem& problem, double budget = infinite) {
  double best = infinite;
  for (unsigned cloud = 0; cloud < (1U << (problem.network->size() - 1)); ++cloud) {
    const auto value = value_of(problem, cloud);
    const bool is_energy = problem.objective == Objective::energy;
    if ((is_energy ? value.latency : value.energy) > budget * (1 + 1e-12)) continue;
    best = std::min(best, is_energy ? value.energy : value.latency);
  }
  return best;
}

}  // namespace

TEST_CASE("on random chains jointdnn equals trying every assignment, for latency and for energy") {
  std::mt19937 random(91);
  int returning = 0;
  for (int round = 0; round < test::draws(1000); ++round) {
    const auto network = chain(random, 1 + random() % 9);
    auto problem = chain_problem(random, network);
    if (round % 4 >= 2) add_joules(random, problem);
    problem.objective = round % 2 == 0 ? Objective::latency : Objective::energy;
    const auto decision = JointDnn().partition(problem);
    REQUIRE(decision.plan);
    const auto cost = plan::evaluate(problem, *decision.plan);
    REQUIRE(cost.objective(problem.objective) == Approx(best_value(problem)).epsilon(1e-12));
    returning += network.graph().is_downward_closed(decision.plan->on_device) ? 0 : 1;
  }
  CHECK(returning > test::draws(30));  // the test has seen plans that come back
}

TEST_CASE("under a budget jointdnn keeps it, finds a plan where there is one, and is seldom far from the best") {
  std::mt19937 random(92);
  int exact = 0;
  int solved = 0;
  int infeasible = 0;
  for (int round = 0; round < test::draws(1000); ++round) {
    const auto network = chain(random, 2 + random() % 8);
    auto problem = chain_problem(random, network);
    if (round % 4 >= 2) add_joules(random, problem);
    const double budget = static_cast<double>(1 + random() % 40);
    problem.objective = round % 2 == 0 ? Objective::latency : Objective::energy;
    if (round % 2 == 0) problem.constraints.energy = Joules(budget);
    if (round % 2 == 1) problem.constraints.deadline = Seconds(budget);
    const double best = best_value(problem, budget);
    const auto decision = JointDnn().partition(problem);
    REQUIRE(decision.plan.has_value() == (best < infinite));
    if (!decision.plan) {
      ++infeasible;
      continue;
    }
    const auto cost = plan::evaluate(problem, *decision.plan);
    REQUIRE(plan::is_feasible(problem, cost));
    const double found = cost.objective(problem.objective);
    REQUIRE(found >= best * (1 - 1e-12));
    ++solved;
    exact += found <= best * (1 + 1e-9) ? 1 : 0;
  }
  CHECK(infeasible > test::draws(10));
  CHECK(solved > test::draws(100));
  INFO("LARAC found the optimum in " << exact << " of " << solved);
  CHECK(exact * 10 > solved * 8);
}

namespace {

// Groups of consecutive layers on either side, in half to one and a half of what their layers take.
void add_groups(std::mt19937& random, plan::Problem& problem) {
  for (dnn::LayerIndex last = 2; last < problem.network->size(); ++last) {
    for (dnn::LayerIndex first = 1; first < last; ++first) {
      for (const auto tier : {plan::Tier::device, plan::Tier::cloud}) {
        if (random() % 3 != 0) continue;
        plan::LayerGroup group{first, last, tier, {}, {}};
        const auto& times = tier == plan::Tier::device ? problem.processors[0].layer_time : problem.cloud_time;
        for (auto v = first; v <= last; ++v) group.time += times[v];
        group.time *= 0.5 + 0.125 * static_cast<double>(random() % 9);
        group.energy = Joules(0.5 * static_cast<double>(random() % 40));
        problem.groups.push_back(group);
      }
    }
  }
}

struct Segmented {
  const plan::Problem& problem;
  bool is_energy;
  double best = infinite;

  // Every way to go on at layer v: one layer or a stated group, here or there, having spent so much.
  void go(std::size_t v, bool in_cloud, double spent) {
    const auto size = problem.network->size();
    if (v == size) {
      best = std::min(best, spent + (in_cloud ? down(problem.result[size - 1].value()) : 0.0));
      return;
    }
    for (const bool to_cloud : {false, true}) {
      const double bytes = problem.output[v - 1].value();
      const double moved = spent + (to_cloud == in_cloud ? 0.0 : to_cloud ? up(bytes) : down(bytes));
      go(v + 1, to_cloud, moved + alone(v, to_cloud));
      for (const auto& group : problem.groups) {
        if (group.first != v || (group.tier == plan::Tier::cloud) != to_cloud) continue;
        go(group.last + 1, to_cloud, moved + (is_energy ? group.energy.value() : group.time.value()));
      }
    }
  }

  [[nodiscard]] double alone(std::size_t v, bool in_cloud) const {
    const auto& cpu = problem.processors[0];
    if (is_energy) {
      return in_cloud ? joules_in(problem.cloud_layer_energy, v, 0.0)
                      : joules_in(cpu.layer_energy, v, cpu.active_increment.value() * cpu.layer_time[v].value());
    }
    return in_cloud ? problem.cloud_time[v].value() : cpu.layer_time[v].value();
  }
  [[nodiscard]] double up(double bytes) const {
    const double time = bytes / problem.link.up.value();
    if (is_energy) return problem.transmit_slope.value() * bytes + problem.transmit_base.value() * time;
    return problem.link.up_latency.value() + time;
  }
  [[nodiscard]] double down(double bytes) const {
    const double time = bytes / problem.link.down.value();
    if (is_energy) return problem.receive_slope.value() * bytes + problem.receive_base.value() * time;
    return problem.link.down_latency.value() + time;
  }
};

}  // namespace

TEST_CASE("on 1,000 random chains with groups jointdnn equals trying every segmentation, and so do its costs") {
  std::mt19937 random(94);
  int grouped = 0;
  int returning = 0;
  for (int round = 0; round < test::draws(1000); ++round) {
    const auto network = chain(random, 2 + random() % 5);
    auto problem = chain_problem(random, network);
    problem.sleep = {};
    problem.cloud_wait = Seconds();  // the wait is once, and no part of a segmentation
    if (round % 4 >= 2) add_joules(random, problem);
    add_groups(random, problem);
    problem.objective = round % 2 == 0 ? Objective::latency : Objective::energy;
    Segmented segmented{problem, round % 2 == 1};
    segmented.go(1, false, 0.0);
    const auto decision = JointDnn().partition(problem);
    REQUIRE(decision.plan);
    INFO(round);
    REQUIRE(plan::evaluate(problem, *decision.plan).objective(problem.objective) ==
            Approx(segmented.best).epsilon(1e-12).margin(1e-12));
    grouped += plan::executed_groups(problem, *decision.plan).empty() ? 0 : 1;
    returning += network.graph().is_downward_closed(decision.plan->on_device) ? 0 : 1;
  }
  CHECK(grouped > test::draws(300));
  CHECK(returning > test::draws(30));
}

TEST_CASE("under a budget jointdnn with groups keeps it, and finds a plan where there is one") {
  std::mt19937 random(95);
  int solved = 0;
  for (int round = 0; round < test::draws(1000); ++round) {
    const auto network = chain(random, 2 + random() % 5);
    auto problem = chain_problem(random, network);
    if (round % 4 >= 2) add_joules(random, problem);
    add_groups(random, problem);
    problem.objective = round % 2 == 0 ? Objective::latency : Objective::energy;
    const double budget = static_cast<double>(1 + random() % 40);
    if (round % 2 == 0) problem.constraints.energy = Joules(budget);
    if (round % 2 == 1) problem.constraints.deadline = Seconds(budget);
    bool is_feasible = false;
    for (unsigned cloud = 0; cloud < (1U << (network.size() - 1)); ++cloud) {
      plan::Plan plan{0, dnn::Placement(network.size(), true), {}, 0, 0};
      for (std::size_t v = 1; v < network.size(); ++v) plan.on_device[v] = ((cloud >> (v - 1)) & 1U) == 0;
      is_feasible = is_feasible || plan::is_feasible(problem, plan::evaluate(problem, plan));
    }
    const auto decision = JointDnn().partition(problem);
    INFO(round);
    REQUIRE(decision.plan.has_value() == is_feasible);
    if (!decision.plan) continue;
    REQUIRE(plan::is_feasible(problem, plan::evaluate(problem, *decision.plan)));
    ++solved;
  }
  CHECK(solved > test::draws(300));
}

TEST_CASE("jointdnn comes back to the device for a layer that the cloud is bad at") {
  // a: 9 s here, 1 s there; b: 1 s here, 20 s there. Up 2 B, down 1 B at 1 B/s: 2 + 1 + 1 + 1 = 5 s.
  // Device only 10 s; cloud only 2 + 21 s; a here and b there 9 + 1 + 20 s.
  const auto network = make_network({{"in", {}, 2}, {"a", {0}, 1}, {"b", {1}, 1}});
  auto problem = make_problem(network, {0, 9, 1}, {0, 1, 20});
  problem.allows_return = true;
  const auto decision = JointDnn().partition(problem);
  REQUIRE(decision.plan);
  CHECK(decision.plan->on_device == dnn::Placement{true, false, true});
  CHECK_THAT(decision.reason, Contains("back to the device"));
  const auto cost = plan::evaluate(problem, *decision.plan);
  CHECK(cost.latency == 5_s);
  CHECK(cost.up == 2_B);
  CHECK(cost.down == 1_B);
}

TEST_CASE("where nothing may come back jointdnn cuts once") {
  const auto network = make_network({{"in", {}, 2}, {"a", {0}, 1}, {"b", {1}, 1}});
  auto problem = make_problem(network, {0, 9, 1}, {0, 1, 20});
  problem.result.assign(3, Bytes());
  problem.allows_return = false;
  const auto decision = JointDnn().partition(problem);
  REQUIRE(decision.plan);
  CHECK(plan::evaluate(problem, *decision.plan).latency ==
        10_s);  // on the device; 9 + 1 + 20 after a, 2 + 21 in the cloud
}

TEST_CASE("on random DAGs jointdnn's plans are valid and no worse than cutting at any cut vertex") {
  std::mt19937 random(93);
  for (int round = 0; round < test::draws(300); ++round) {
    const auto network = random_network(random, 3 + random() % 7, 1 + random() % 2);
    auto problem = random_problem(random, network, 1 + random() % 2);
    problem.allows_return = true;
    const auto decision = JointDnn().partition(problem);
    REQUIRE(decision.plan);
    const auto latency = plan::evaluate(problem, *decision.plan).latency.value();
    for (std::size_t p = 0; p < problem.processors.size(); ++p) {
      for (const auto v : network.cut_vertices()) {
        REQUIRE(latency <= plan::evaluate(problem, plan::cut_after(problem, v, p)).latency.value() * (1 + 1e-12));
      }
    }
  }
}

TEST_CASE("jointdnn places around layers that can run on one side only") {
  const auto network = make_network({{"in", {}, 2}, {"a", {0}, 1}, {"b", {1}, 1}});
  auto problem = make_problem(network, {0, 9, 1}, {0, 1, 20});
  problem.allows_return = true;
  problem.cloud_time[2] = plan::never;
  problem.processors[0].layer_time[1] = plan::never;
  CHECK(JointDnn().partition(problem).plan->on_device == dnn::Placement{true, false, true});
  problem.cloud_time[1] = plan::never;
  CHECK_FALSE(JointDnn().partition(problem).plan);
  CHECK(make_partitioner("kind: jointdnn", {}) != nullptr);
}

}  // namespace edgecut::jointdnn_test
