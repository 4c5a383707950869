// A plan that is at a limit keeps it, whatever the last digits of the sums: every method, and every limit of its own.
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "partition/make_partitioner.hpp"
#include "partition/methods/fleet.hpp"
#include "partition/methods/pipeline.hpp"
#include "plan/make_problem.hpp"

namespace edgecut::limits_test {
namespace {

const double at = 0.3;                    // in binary, 0.1 + 0.2 is a little more
const double below = 0.3 * (1.0 - 1e-6);  // and this is too little

// 0.1 s and 0.2 s on the device; the cloud can run nothing.
const dnn::Network& network() {
  static const auto net = make_network({{"in", {}, 1e6}, {"a", {0}, 1e6, 0, 10, 10}, {"b", {1}, 1e6, 0, 20, 20}});
  return net;
}

plan::Problem problem() {
  const double never = plan::never.value();
  auto problem = make_problem(network(), {0, 0.1, 0.2}, {0, never, never});
  problem.processors.front().nominal = FlopRate(1e9);
  problem.processors.front().active_increment = 1_W;
  plan::Encoding plain{"plain", problem.output, {}, {}, 0.0, {0, 1, 1}};
  plain.encode = plain.decode = std::vector<Seconds>(network().size());
  problem.encodings = {plain};
  return problem;
}

bool finds_a_plan(const std::string& text, const plan::Problem& problem) {
  partition::Setting setting{&network(), {"cpu"}, true, true};
  setting.encodings = {"plain"};
  setting.knows_distortion = true;
  const auto partitioner = make_partitioner(text, setting);
  const auto decision = partitioner->start(1)->partition(problem, {});
  if (decision.plan) CHECK(partitioner->explainer().admits(problem, *decision.plan));
  return decision.plan.has_value();
}

const std::vector<std::string>& methods() {
  static const std::vector<std::string> list{"kind: device_only",
                                             "kind: offline_benchmark",
                                             "kind: scission",
                                             "kind: bandwidth_specific",
                                             "{kind: autosplit, distortion: 1}",
                                             "kind: min_cut",
                                             "kind: qdmp",
                                             "kind: dads_light",
                                             "kind: dads_heavy",
                                             "kind: jointdnn",
                                             "kind: neurosurgeon",
                                             "kind: online_bandit",
                                             "{kind: random, seed: 1}",
                                             "{kind: resource_aware, rule: R1}",
                                             "{kind: resource_aware, rule: R2}",
                                             "{kind: resource_aware, rule: R3}",
                                             "{kind: resource_aware, rule: R4}",
                                             "kind: oracle"};
  return list;
}

}  // namespace

TEST_CASE("0.1 s and 0.2 s are within a deadline of 0.3 s, to every method") {
  for (const auto& text : methods()) {
    INFO(text);
    auto limited = problem();
    limited.processors.front().nominal = FlopRate(60 / at);  // R4's share of the work that is done in time is all of it
    limited.constraints.deadline = Seconds(at);
    CHECK(finds_a_plan(text, limited));
    limited.constraints.deadline = Seconds(below);
    CHECK_FALSE(finds_a_plan(text, limited));
  }
}

TEST_CASE("0.1 J and 0.2 J are within a limit of 0.3 J, to every method") {
  for (const auto& text : methods()) {
    INFO(text);
    auto limited = problem();
    limited.transmit_slope = JoulesPerByte(1);
    limited.processors.front().layer_energy = {Joules(), Joules(0.1), Joules(0.2)};
    limited.constraints.deadline = 1_s;
    limited.constraints.energy = Joules(at);
    CHECK(finds_a_plan(text, limited));
    limited.objective = plan::Objective::energy;
    CHECK(finds_a_plan(text, limited));
    limited.constraints.energy = Joules(below);
    CHECK_FALSE(finds_a_plan(text, limited));
  }
}

TEST_CASE("0.1 B and 0.2 B fit into 0.3 B of memory and of storage, to every method") {
  const auto net = make_network({{"in", {}, 0}, {"a", {0}, 0, 0.1, 10, 10}, {"b", {1}, 0, 0.2, 20, 20}});
  for (const auto& text : methods()) {
    INFO(text);
    auto limited = problem();
    limited.network = &net;
    limited.constraints.deadline = 1_s;
    auto stored = limited;
    limited.memory = Bytes(at);
    CHECK(finds_a_plan(text, limited));
    limited.memory = Bytes(below);
    CHECK_FALSE(finds_a_plan(text, limited));
    stored.storage = Bytes(at);
    CHECK(finds_a_plan(text, stored));
  }
}

TEST_CASE("An accuracy of 0.7 - 0.4 keeps a limit of 0.3") {
  auto limited = problem();
  plan::Cost cost;
  cost.accuracy = 0.7 - 0.4;
  limited.constraints.accuracy = at;
  REQUIRE(*cost.accuracy < at);
  CHECK(plan::is_feasible(limited, cost));
  cost.accuracy = below;
  CHECK_FALSE(plan::is_feasible(limited, cost));
}

TEST_CASE("A method's own limits have the tolerance of all limits") {
  auto limited = problem();
  limited.constraints.deadline = 1_s;
  CHECK(finds_a_plan("{kind: scission, max_head: 0.3 s}", limited));
  CHECK_FALSE(finds_a_plan("{kind: scission, max_head: 0.299999 s}", limited));
  // 10 of 30 and 20 of 30 MAC, together a hair more or less than the whole.
  CHECK(finds_a_plan("{kind: resource_aware, rule: R4, budgets: {compute: 100 %}}", limited));
  CHECK_FALSE(finds_a_plan("{kind: resource_aware, rule: R4, budgets: {compute: 99.9999 %}}", limited));
}

TEST_CASE("A user's deadline of 0.3 s is kept by 0.1 s and 0.2 s") {
  plan::FleetProblem fleet;
  fleet.users = {problem()};
  fleet.users.front().encodings.clear();
  fleet.users.front().constraints.deadline = Seconds(at);
  CHECK(partition::iao(fleet));
  CHECK(partition::joint_longest(fleet).allocation);
  CHECK(partition::joint_mean(fleet));
  fleet.backhaul_up = 1_Bps;
  CHECK(partition::joint_longest(fleet).allocation);
  fleet.users.front().constraints.deadline = Seconds(below);
  CHECK_FALSE(partition::joint_longest(fleet).allocation);
  CHECK_FALSE(partition::joint_mean(fleet));
}

TEST_CASE("A stage of 0.1 B and 0.2 B fits into a host of 0.3 B") {
  const auto net = make_network({{"in", {}, 0}, {"a", {0}, 0, 0.1}, {"b", {1}, 0, 0.2}});
  plan::PipelineProblem chain{&net, {{"host", {Seconds(), 1_s, 1_s}, Bytes(at), 1_Bps}}, {}, Seconds(), false};
  chain.output.assign(3, Bytes());
  const auto found = partition::pipeline(chain);
  REQUIRE(found);
  CHECK(plan::evaluate(chain, *found).fits);
  chain.hosts.front().memory = Bytes(below);
  CHECK_FALSE(partition::pipeline(chain));
}

}  // namespace edgecut::limits_test
