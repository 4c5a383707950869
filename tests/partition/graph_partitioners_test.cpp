#include "partition/methods/graph_partitioners.hpp"
#include "draws.hpp"
#include "partition/methods/dads.hpp"

#include <catch2/catch.hpp>

#include "dnn/complexity.hpp"
#include "partition/make_partitioner.hpp"
#include "partition/methods/exhaustive.hpp"
#include "partition/methods/resource_aware.hpp"
#include "partition/random_problem.hpp"
#include "partition/search/constrained_cut.hpp"
#include "partition/search/slowest_stage.hpp"

namespace edgecut::partition::graph_partitioners_test {
namespace {

using plan::Objective;
using plan::Problem;
using tests::brute_force;
using tests::make_layer;
using tests::plain_problem;
using tests::random_problem;

double value_of(const Problem& problem, const Decision& decision) {
  REQUIRE(decision.plan.has_value());
  return plan::evaluate(problem, *decision.plan).objective(problem.objective);
}

std::size_t small_size(std::mt19937& random) {
  return 2 + random() % 9;
}

Objective any_objective(std::mt19937& random) {
  constexpr std::array objectives{Objective::latency, Objective::energy, Objective::bytes};
  return objectives.at(random() % objectives.size());
}

TEST_CASE("a tensor that two cloud layers read is sent once: fixture A is 11, not 16") {
  // in -> v1 -> {v2, v3} -> v4; seconds to send: in 12, v1 6, v2 4, v3 4, v4 0.1.
  // v1 on the device: 2 + 6 + 1 + 1 + 1 = 11; sending v1 twice would make 17 and device-only (2 + 10 + 10 + 4 = 26)
  // or cloud-only (12 + 4 = 16) would look better.
  const auto owned = plain_problem(
      {make_layer(0, {}), make_layer(1, {0}), make_layer(2, {1}), make_layer(3, {1}), make_layer(4, {2, 3})},
      {0, 2, 10, 10, 4}, {0, 1, 1, 1, 1}, {12, 6, 4, 4, 0.1});
  for (const Decision& decision : {MinCut().partition(owned.problem), Qdmp().partition(owned.problem)}) {
    CHECK(value_of(owned.problem, decision) == Approx(11.0).epsilon(1e-12));
  }
}

TEST_CASE("a layer in the cloud cannot hand back to the device for free: fixture B is 33, not 4") {
  // in -> a -> b -> c; seconds to send: in 100, a 1, b 9, c 0. b is slow on the device, c in the cloud.
  // Without reverse arcs a and c on the device and b in the cloud would cost 1 + 1 + 1 + 1 = 4, which is no plan.
  // a on the device: 1 + 1 + 1 + 30 = 33; device-only 1 + 50 + 1 = 52.
  const auto owned = plain_problem({make_layer(0, {}), make_layer(1, {0}), make_layer(2, {1}), make_layer(3, {2})},
                                   {0, 1, 50, 1}, {0, 10, 1, 30}, {100, 1, 9, 0});
  for (const Decision& decision : {MinCut().partition(owned.problem), Qdmp().partition(owned.problem)}) {
    CHECK(value_of(owned.problem, decision) == Approx(33.0).epsilon(1e-12));
  }
}

TEST_CASE("min_cut and qdmp equal brute force on 1,000 random DAGs, for every objective") {
  std::mt19937 random(1);
  for (int trial = 0; trial < test::draws(1000); ++trial) {
    auto owned = random_problem(random, small_size(random), 1 + random() % 2);
    if (trial % 3 == 1) tests::add_joules(random, owned.problem);
    owned.problem.objective = any_objective(random);
    const auto expected = brute_force(owned.problem);
    INFO("trial " << trial);
    CHECK(value_of(owned.problem, MinCut().partition(owned.problem)) == Approx(*expected).epsilon(1e-12).margin(1e-12));
    CHECK(value_of(owned.problem, Qdmp().partition(owned.problem)) == Approx(*expected).epsilon(1e-12).margin(1e-12));
  }
}

TEST_CASE("the costs of a placement sum up to its closed-form objective") {
  std::mt19937 random(2);
  for (int trial = 0; trial < test::draws(100); ++trial) {
    auto owned = random_problem(random, small_size(random));
    if (trial % 2 == 1) tests::add_joules(random, owned.problem);
    for (const auto objective : {Objective::latency, Objective::energy, Objective::bytes}) {
      const auto costs = objective_costs(owned.problem, objective, {0, 0});
      tests::for_every_plan(owned.problem, [&](const plan::Candidate& candidate) {
        CHECK(costs.of(owned.network->graph(), candidate.plan.on_device) ==
              Approx(candidate.cost.objective(objective)).epsilon(1e-12).margin(1e-12));
      });
    }
  }
}

// Limits that cut off about half of the plans, so that they matter.
void add_limits(std::mt19937& random, Problem& problem) {
  std::vector<plan::Cost> costs;
  tests::for_every_plan(problem, [&](const plan::Candidate& candidate) { costs.push_back(candidate.cost); });
  const auto typical = [&] { return costs[random() % costs.size()]; };
  if (random() % 2 == 0) problem.constraints.energy = typical().energy_inference;
  if (random() % 2 == 0) problem.constraints.deadline = typical().latency;
  if (random() % 2 == 0) problem.constraints.memory = typical().head_memory;
  if (random() % 2 == 0) problem.storage = typical().head_weights;
  if (random() % 2 == 0) problem.constraints.min_layers_on_device = random() % 3;
  if (random() % 2 == 0) problem.cloud_memory = typical().cloud_memory;
}

TEST_CASE("min_cut under limits equals brute force on 1,000 random DAGs, and says so when nothing is feasible") {
  std::mt19937 random(3);
  int infeasible = 0;
  for (int trial = 0; trial < test::draws(1000); ++trial) {
    auto owned = random_problem(random, small_size(random), 1 + random() % 2);
    if (trial % 3 == 1) tests::add_joules(random, owned.problem);
    owned.problem.objective = any_objective(random);
    add_limits(random, owned.problem);
    const auto expected = brute_force(owned.problem);
    const auto decision = MinCut().partition(owned.problem);
    INFO("trial " << trial << ": " << decision.reason);
    REQUIRE(decision.plan.has_value() == expected.has_value());
    if (!expected) {
      ++infeasible;
      continue;
    }
    CHECK(plan::is_feasible(owned.problem, plan::evaluate(owned.problem, *decision.plan)));
    CHECK(value_of(owned.problem, decision) == Approx(*expected).epsilon(1e-9).margin(1e-12));
  }
  CHECK(infeasible > test::draws(10));
  CHECK(infeasible < 500);
}

TEST_CASE("what runs in the cloud must fit into its memory: min_cut equals brute force, and no method breaks it") {
  std::mt19937 random(17);
  int bound = 0;
  for (int trial = 0; trial < test::draws(300); ++trial) {
    auto owned = random_problem(random, small_size(random));
    const auto free = MinCut().partition(owned.problem);
    owned.problem.cloud_memory = plan::evaluate(owned.problem, *free.plan).cloud_memory * 0.9;
    const auto expected = brute_force(owned.problem);
    const auto decision = MinCut().partition(owned.problem);
    INFO("trial " << trial << ": " << decision.reason);
    REQUIRE(expected.has_value());  // device only needs none of it
    CHECK(value_of(owned.problem, decision) == Approx(*expected).epsilon(1e-9).margin(1e-12));
    bound += decision.plan != free.plan ? 1 : 0;
    for (const auto& kind : kinds()) {
      Setting setting;
      setting.network = owned.network.get();
      setting.processors = {"cpu"};
      PartitionerPtr method;
      try {
        method = make_partitioner("{kind: " + kind.name + "}", setting);
      } catch (const config::Error&) {
        continue;  // it needs options
      }
      const auto chosen = method->partition(owned.problem);
      INFO(kind.name);
      auto returning = owned.problem;
      returning.allows_return = true;  // as some methods' plans do
      CHECK((!chosen.plan || plan::is_feasible(returning, plan::evaluate(returning, *chosen.plan))));
    }
  }
  CHECK(bound > test::draws(50));
}

// The least objective over all three-tier plans that can run.
std::optional<double> three_tier_optimum(const Problem& problem) {
  std::optional<double> best;
  tests::for_every_three_tier_plan(problem, [&](const plan::Candidate& candidate) {
    if (!(candidate.cost.latency < plan::never)) return;
    const double value = candidate.cost.objective(problem.objective);
    if (!best || value < *best) best = value;
  });
  return best;
}

TEST_CASE("min_cut on three tiers equals brute force on 1,000 random DAGs, with and without a direct link") {
  std::mt19937 random(21);
  int with_edge = 0;
  int impossible = 0;
  for (int trial = 0; trial < 1000; ++trial) {
    auto owned = random_problem(random, 3 + random() % 5);
    tests::add_edge(random, owned.problem);
    if (trial % 3 == 0) tests::bar_layers(random, owned.problem);
    if (trial % 4 == 0) tests::add_encodings(random, owned.problem);
    if (trial % 3 == 1) tests::add_joules(random, owned.problem);
    owned.problem.objective = any_objective(random);
    const auto expected = three_tier_optimum(owned.problem);
    const auto decision = MinCut().partition(owned.problem);
    INFO("trial " << trial << ": " << decision.reason);
    REQUIRE(decision.plan.has_value() == expected.has_value());
    if (!expected) {
      ++impossible;
      continue;
    }
    CHECK(value_of(owned.problem, decision) == Approx(*expected).epsilon(1e-9).margin(1e-12));
    if (plan::evaluate(owned.problem, *decision.plan).uses_edge) ++with_edge;
  }
  CHECK(with_edge > 100);
  CHECK(impossible > 5);
  CHECK(impossible < 200);
}

TEST_CASE("min_cut and qdmp equal brute force where tensors may cross encoded and layers cannot run everywhere") {
  std::mt19937 random(22);
  int encoded = 0;
  for (int trial = 0; trial < test::draws(500); ++trial) {
    auto owned = random_problem(random, small_size(random), 1 + random() % 2);
    tests::add_encodings(random, owned.problem);
    if (trial % 2 == 0) tests::bar_layers(random, owned.problem);
    if (trial % 3 == 1) tests::add_joules(random, owned.problem);
    owned.problem.objective = any_objective(random);
    const auto expected = brute_force(owned.problem);
    INFO("trial " << trial);
    for (const auto& decision : {MinCut().partition(owned.problem), Qdmp().partition(owned.problem)}) {
      INFO(decision.reason);
      REQUIRE(decision.plan.has_value() == expected.has_value());
      if (!expected) continue;
      CHECK(value_of(owned.problem, decision) == Approx(*expected).epsilon(1e-9).margin(1e-12));
      if (decision.plan->encoding == 1) ++encoded;
    }
  }
  CHECK(encoded > test::draws(20));
}

TEST_CASE("for throughput min_cut finds the shortest slowest stage of 300 random DAGs, under limits too") {
  std::mt19937 random(23);
  for (int trial = 0; trial < test::draws(300); ++trial) {
    auto owned = random_problem(random, small_size(random));
    owned.problem.objective = Objective::throughput;
    if (trial % 2 == 0) add_limits(random, owned.problem);
    const auto expected = brute_force(owned.problem);
    const auto decision = MinCut().partition(owned.problem);
    INFO("trial " << trial << ": " << decision.reason);
    REQUIRE(decision.plan.has_value() == expected.has_value());
    if (expected) CHECK(value_of(owned.problem, decision) == Approx(*expected).epsilon(1e-8));
  }
}

// A share of up to 150 %, so that some do not bind.
double any_share(std::mt19937& random) {
  return static_cast<double>(random() % 150) / 100.0;
}

// Compute, energy and storage always, since limits would make budgets of them otherwise; memory and bandwidth sometimes.
ResourceAwareOptions any_budgets(std::mt19937& random) {
  ResourceAwareOptions options;
  options.rule = ResourceAwareOptions::Rule::R4;
  for (const auto resource : {Resource::compute, Resource::energy, Resource::storage}) {
    options.budgets[resource] = any_share(random);
  }
  if (random() % 2 == 0) options.budgets[Resource::memory] = any_share(random);
  if (random() % 2 == 0) options.budgets[Resource::bandwidth] = any_share(random);
  return options;
}

// Shares of MACs, of parameters, of joules (by layer where those are known, else they go with MACs), of the peak of the whole network, and of the bytes of the inputs.
bool keeps_budgets(const Problem& problem, const ResourceAwareOptions& options, const plan::Candidate& candidate) {
  const auto& network = *problem.network;
  const dnn::Placement whole(network.size(), true);
  double macs = 0;
  double parameters = 0;
  double input = 0;
  double joules = 0;
  double all_joules = 0;
  const auto& own = problem.processors[0].layer_energy;
  for (dnn::LayerIndex v = 0; v < network.size(); ++v) {
    if (network.is_input(v)) input += problem.output[v].value();
    const double of_layer = own.empty() ? static_cast<double>(network.layer(v).macs) : own[v].value();
    all_joules += of_layer;
    if (!candidate.plan.on_device[v]) continue;
    joules += of_layer;
    macs += static_cast<double>(network.layer(v).macs);
    parameters += static_cast<double>(network.layer(v).parameters);
  }
  const auto within = [&](Resource resource, double used, double all) {
    const auto share = options.budgets.find(resource);
    return share == options.budgets.end() || used <= share->second * all;
  };
  return within(Resource::compute, macs, static_cast<double>(network.total_macs())) &&
         within(Resource::energy, joules, all_joules) &&
         within(Resource::storage, parameters, static_cast<double>(network.total_parameters())) &&
         within(Resource::memory, candidate.cost.head_memory.value(),
                dnn::peak_memory(network, whole, network.active()).value()) &&
         within(Resource::bandwidth, candidate.cost.up.value(), input);
}

TEST_CASE("resource_aware R4 equals brute force under every budget and under limits on 1,000 random DAGs") {
  std::mt19937 random(4);
  int infeasible = 0;
  for (int trial = 0; trial < test::draws(1000); ++trial) {
    auto owned = random_problem(random, small_size(random));
    owned.problem.objective = any_objective(random);
    if (trial % 3 == 1) tests::add_joules(random, owned.problem);
    if (trial % 2 == 0) add_limits(random, owned.problem);
    const auto options = any_budgets(random);
    const auto expected = brute_force(owned.problem, [&](const plan::Candidate& candidate) {
      return keeps_budgets(owned.problem, options, candidate);
    });
    const auto decision = ResourceAware(options).partition(owned.problem);
    INFO("trial " << trial << ": " << decision.reason);
    REQUIRE(decision.plan.has_value() == expected.has_value());
    if (!expected) {
      ++infeasible;
      continue;
    }
    CHECK(keeps_budgets(owned.problem, options, plan::make_candidate(owned.problem, *decision.plan)));
    CHECK(value_of(owned.problem, decision) == Approx(*expected).epsilon(1e-9).margin(1e-12));
  }
  CHECK(infeasible > test::draws(50));
  CHECK(infeasible < 700);
}

TEST_CASE("at the node limit the search returns its best plan and a bound that no plan beats") {
  std::mt19937 random(5);
  int unproven = 0;
  for (int trial = 0; trial < test::draws(200); ++trial) {
    auto owned = random_problem(random, 10);
    add_limits(random, owned.problem);
    const auto optimum =
        constrained_cut(owned.problem, [](const plan::Variant&) { return std::vector<SumLimit>(); }, {3});
    const auto expected = brute_force(owned.problem);
    if (!optimum.is_proven) ++unproven;
    if (!optimum.best) continue;
    INFO("trial " << trial);
    REQUIRE(expected.has_value());
    const double value = optimum.best->cost.objective(owned.problem.objective);
    CHECK(value >= *expected * (1 - 1e-12));
    CHECK(optimum.bound <= *expected * (1 + 1e-12));
    CHECK(optimum.gap(owned.problem.objective) <= 1.0);
  }
  CHECK(unproven > 0);
}

TEST_CASE("R4 at a node limit of 1 says the gap to what no plan is below, as text and as a number") {
  std::mt19937 random(7);
  int open = 0;
  for (int trial = 0; trial < 200; ++trial) {
    const auto owned = random_problem(random, 10);
    ResourceAwareOptions options;
    options.rule = ResourceAwareOptions::Rule::R4;
    options.budgets = {{Resource::compute, 0.4}, {Resource::storage, 0.5}};
    const auto best = ResourceAware(options).partition(owned.problem);  // 20,000 nodes: proven
    options.node_limit = 1;
    const auto first = ResourceAware(options).partition(owned.problem);
    INFO("trial " << trial << ": " << first.reason);
    REQUIRE(first.gap.has_value() == first.plan.has_value());
    if (!first.plan) continue;
    REQUIRE(best.gap == 0.0);
    const double value = value_of(owned.problem, first);
    CHECK(value * (1.0 - *first.gap) <= value_of(owned.problem, best) * (1 + 1e-9));
    if (*first.gap > 0.0) {
      ++open;
      CHECK_THAT(first.reason, Catch::Matchers::Contains("gap"));
    }
  }
  CHECK(open > 0);  // few: random DAGs whose first bound is not the optimum
}

TEST_CASE("min_cut and the oracle have a gap of 0, where they are proven optimal, and cuts tried one by one none") {
  std::mt19937 random(8);
  for (int trial = 0; trial < 50; ++trial) {
    auto owned = random_problem(random, 8);
    if (trial % 2 == 0) add_limits(random, owned.problem);
    const auto minimum = MinCut().partition(owned.problem);
    if (!minimum.plan) continue;
    CHECK(minimum.gap == 0.0);
    CHECK(*Oracle().partition(owned.problem).gap <= 1e-9);
    CHECK_FALSE(Exhaustive().partition(owned.problem).gap);
  }
}

TEST_CASE("no slowest stage is below its bound, and a node limit of 1 says the gap to it") {
  std::mt19937 random(9);
  int open = 0;
  for (int trial = 0; trial < test::draws(200); ++trial) {
    auto owned = random_problem(random, 9);
    owned.problem.objective = Objective::throughput;
    const auto expected = brute_force(owned.problem);
    REQUIRE(expected.has_value());
    const double bound = slowest_stage_bound(owned.problem);
    CHECK(bound <= *expected * (1 + 1e-9));
    const auto decision = shortest_slowest_stage(owned.problem, {1});
    REQUIRE(decision.gap.has_value());
    if (*decision.gap > 0.0) {
      ++open;
      CHECK(value_of(owned.problem, decision) * (1.0 - *decision.gap) == Approx(bound));
    }
  }
  CHECK(open > test::draws(10));
}

TEST_CASE("the search for the shortest slowest stage ends where stages take no time, or next to none") {
  // One input and two layers; all stages take 0 s, or what is hardly above it.
  for (const double seconds : {0.0, 5e-324, 1e-320, 1e-300}) {
    auto owned = plain_problem({make_layer(0, {}), make_layer(1, {0}), make_layer(2, {1})}, {0, seconds, seconds},
                               {0, seconds, seconds}, {seconds, seconds, seconds});
    owned.problem.objective = Objective::throughput;
    const auto decision = MinCut().partition(owned.problem);
    INFO(seconds << " s: " << decision.reason);
    CHECK(decision.gap == 0.0);
    CHECK(value_of(owned.problem, decision) <= 2.0 * seconds);
  }
}

TEST_CASE("the node limit is that of all rounds of the search for the shortest slowest stage") {
  // A later round begins with what is left; none is, and the search ends after the first.
  std::mt19937 random(31);
  auto owned = random_problem(random, 9);
  owned.problem.objective = Objective::throughput;
  const auto decision = shortest_slowest_stage(owned.problem, {0});
  REQUIRE(decision.plan.has_value());
  CHECK(decision.gap > 0.0);
  CHECK(decision.reason.ends_with("no shorter one found before the node limit"));
}

TEST_CASE("dads_heavy is within three times the shortest slowest stage, and mostly finds it") {
  std::mt19937 random(6);
  int exact = 0;
  constexpr int trials = 300;
  for (int trial = 0; trial < trials; ++trial) {
    const auto owned = random_problem(random, small_size(random));
    std::optional<Seconds> best;
    tests::for_every_plan(owned.problem, [&](const plan::Candidate& candidate) {
      const auto slowest = slowest_stage(owned.problem, candidate.cost);
      if (!best || slowest < *best) best = slowest;
    });
    const auto decision = DadsHeavy().partition(owned.problem);
    REQUIRE(decision.plan.has_value());
    const auto found = slowest_stage(owned.problem, plan::evaluate(owned.problem, *decision.plan));
    INFO("trial " << trial);
    CHECK(found <= *best * 3.0);
    if (found <= *best * (1.0 + 1e-9)) ++exact;
  }
  CHECK(exact > trials * 8 / 10);
}

TEST_CASE("dads_light minimises latency whatever the objective") {
  std::mt19937 random(7);
  auto owned = random_problem(random, 8);
  owned.problem.objective = Objective::bytes;
  const auto decision = DadsLight().partition(owned.problem);
  owned.problem.objective = Objective::latency;
  CHECK(value_of(owned.problem, decision) == Approx(*brute_force(owned.problem)).epsilon(1e-12));
}

TEST_CASE("no cut of the layer order beats the oracle, and where they tie it chooses as they do") {
  std::mt19937 random(8);
  for (int trial = 0; trial < test::draws(300); ++trial) {
    auto owned = random_problem(random, small_size(random));
    owned.problem.objective = any_objective(random);
    const auto oracle = Oracle().partition(owned.problem);
    const auto of_order = Exhaustive().partition(owned.problem);
    INFO("trial " << trial);
    CHECK(value_of(owned.problem, oracle) <= value_of(owned.problem, of_order) * (1 + 1e-12));
    if (value_of(owned.problem, oracle) == value_of(owned.problem, of_order)) CHECK(*oracle.plan == *of_order.plan);
  }
}

}  // namespace
}  // namespace edgecut::partition::graph_partitioners_test
