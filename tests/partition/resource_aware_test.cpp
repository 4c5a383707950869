// The three rules of resource-aware partitioning, by hand on one chain.
#include "draws.hpp"
#include "partition/methods/resource_budgets.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <random>

#include "plan/make_problem.hpp"

namespace edgecut::resource_aware_test {
using Catch::Matchers::Contains;
using partition::Resource;
using partition::ResourceAware;
using partition::ResourceAwareOptions;
using Rule = ResourceAwareOptions::Rule;

namespace {

// in -> a -> b -> c -> d.
//          in    a    b    c    d
// MACs           10   30   20   40     cumulative FLOP shares  0.1 0.4 0.6 1
// parameters     50   10   30   10     cumulative              0.5 0.6 0.9 1
// bytes    100   80   20   60    1     sent                    100 80 20 60 0
dnn::Network chain() {
  return make_network({{"in", {}, 100},
                       {"a", {0}, 80, 200, 10, 50},
                       {"b", {1}, 20, 40, 30, 10},
                       {"c", {2}, 60, 120, 20, 30},
                       {"d", {3}, 1, 40, 40, 10}});
}

// Nominal rates: 1 FLOP/s on the device, 10 in the cloud: device times 20, 60, 40, 80 s, cloud times a tenth.
plan::Problem problem_of(const dnn::Network& network) {
  return make_problem(network, {0, 20, 60, 40, 80}, {0, 2, 6, 4, 8});
}

std::string cut(const plan::Problem& problem, const ResourceAwareOptions& options) {
  const auto decision = ResourceAware(options).partition(problem);
  return decision.plan ? plan::describe(*problem.network, *decision.plan) : "none: " + decision.reason;
}

ResourceAwareOptions r1(std::vector<Resource> scarce, std::map<Resource, double> budgets) {
  ResourceAwareOptions options;
  options.rule = Rule::R1;
  options.scarce = std::move(scarce);
  options.budgets = std::move(budgets);
  return options;
}

}  // namespace

TEST_CASE("budgets are derived from the time limit, the storage, the energy limit and the uplink") {
  const auto network = chain();
  auto problem = problem_of(network);
  problem.constraints.deadline = 50_s;
  problem.constraints.energy = 100_J;
  problem.storage = 300_B;
  const auto budgets = partition::derive_budgets(problem, {}, 0);
  CHECK(budgets.compute == 0.25);            // 1 FLOP/s x 50 s / (2 x 100 MAC)
  CHECK(budgets.storage == 0.75);            // 300 / (200 + 40 + 120 + 40)
  CHECK(budgets.energy == 0.25);             // 100 J / (2 W x 200 FLOP / (1 FLOP/s))
  CHECK(budgets.bandwidth_scarcity == 2.0);  // 100 B / (1 B/s x 50 s)
}

TEST_CASE("the deadline is the time limit, else the period, without either nothing limits compute and bandwidth") {
  const auto network = chain();
  auto problem = problem_of(network);
  CHECK(std::isinf(partition::derive_budgets(problem, {}, 0).compute));
  CHECK(std::isinf(partition::derive_budgets(problem, {}, 0).energy));
  CHECK(partition::derive_budgets(problem, {}, 0).bandwidth_scarcity == 0.0);
  problem.period = 100_s;
  CHECK(partition::derive_budgets(problem, {}, 0).compute == 0.5);  // 100 / 200
  problem.constraints.deadline = 20_s;
  CHECK(partition::derive_budgets(problem, {}, 0).compute == 0.1);  // 20 / 200
}

TEST_CASE("a budget that is given goes before the derived one") {
  const auto network = chain();
  auto problem = problem_of(network);
  problem.constraints.deadline = 50_s;
  ResourceAwareOptions options;
  options.budgets = {{Resource::compute, 0.9}, {Resource::energy, 0.3}};
  const auto budgets = partition::derive_budgets(problem, options, 0);
  CHECK(budgets.compute == 0.9);
  CHECK(budgets.energy == 0.3);
}

TEST_CASE("amounts are shares of what the whole network takes") {
  const auto network = chain();
  const auto problem = problem_of(network);
  ResourceAwareOptions options;
  options.amounts = {{Resource::compute, 50.0},
                     {Resource::energy, 100.0},
                     {Resource::storage, 300.0},
                     {Resource::memory, 110.0},
                     {Resource::bandwidth, 40.0}};
  const auto budgets = partition::derive_budgets(problem, options, 0);
  CHECK(budgets.compute == 0.25);  // 50 FLOP / 200
  CHECK(budgets.energy == 0.25);   // 100 J / (2 W x 200 s)
  CHECK(budgets.storage == 0.75);  // 300 B / 400
  // Weights 400 and, while a runs, 100 read and 80 written: 580.
  CHECK(budgets.memory == Approx(110.0 / 580.0));
  CHECK(budgets.bandwidth_scarcity == 2.5);  // 100 B / 40
  CHECK(budgets.sent == 40.0);
}

TEST_CASE("absolute budgets bound the head in every rule, R4 with the same cut on a chain") {
  const auto network = chain();
  auto problem = problem_of(network);
  problem.link.up = Bandwidth(0.5);
  // Seconds: in 200 + 20 = 220; a 20 + 160 + 18 = 198; b 80 + 40 + 12 = 132; c 248; d 200.
  for (const auto rule : {Rule::R3, Rule::R4}) {
    const auto within = [&](Resource resource, double amount) {
      ResourceAwareOptions options;
      options.rule = rule;
      options.amounts = {{resource, amount}};
      return cut(problem, options);
    };
    CHECK(within(Resource::compute, 80.0) == "after b");  // 2 x 40 MAC
    CHECK(within(Resource::compute, 79.0) == "after a");
    CHECK(within(Resource::energy, 160.0) == "after b");  // 2 W x 80 s
    CHECK(within(Resource::energy, 159.0) == "after a");
    CHECK(within(Resource::storage, 240.0) == "after b");  // 200 + 40
    CHECK(within(Resource::storage, 239.0) == "after a");
    CHECK(within(Resource::memory, 420.0) == "after b");  // weights 240 and, while a runs, 100 + 80
    CHECK(within(Resource::memory, 419.0) == "after a");  // 200 + 180 = 380
    CHECK(within(Resource::bandwidth, 20.0) == "after b");
    CHECK(within(Resource::bandwidth, 19.0) == "device only");
  }
}

TEST_CASE("a share of memory or of the bytes sent is one of the whole network's or the encoded input's") {
  const auto network = chain();
  auto problem = problem_of(network);
  problem.link.up = Bandwidth(0.5);
  for (const auto rule : {Rule::R3, Rule::R4}) {
    ResourceAwareOptions options;
    options.rule = rule;
    options.budgets = {{Resource::memory, 0.7}};  // 406 of 580: a takes 380, b 420
    CHECK(cut(problem, options) == "after a");
    options.budgets = {{Resource::bandwidth, 0.1}};  // 10 of 100 B
    CHECK(cut(problem, options) == "device only");
  }
}

TEST_CASE("R1, memory scarce: the largest share of memory that there is") {
  const auto network = chain();
  auto problem = problem_of(network);
  // Peaks: a 200 + 180 = 380, b 240 + 180 = 420, c 360 + 180 = 540, d 580.
  problem.memory = 500_B;
  CHECK(cut(problem, r1({Resource::memory}, {})) == "after b");
  problem.memory = 560_B;
  CHECK(cut(problem, r1({Resource::memory}, {})) == "after c");
  CHECK(cut(problem, r1({Resource::memory, Resource::bandwidth}, {{Resource::memory, 0.7}})) == "after a");  // 406 B
}

TEST_CASE("R1, lifetime scarce: the fewest joules of an inference, the radio's included") {
  const auto network = chain();
  auto problem = problem_of(network);
  // Computing: in 0, a 40, b 160, c 240, d 400 J. Sending takes 1 W x 100, 80, 20, 60 s at 1 B/s.
  problem.transmit_base = 1_W;
  CHECK(cut(problem, r1({Resource::lifetime}, {})) == "cloud only");  // 100 J; a 120, b 180
  problem.transmit_base = 5_W;
  CHECK(cut(problem, r1({Resource::lifetime}, {})) == "after b");  // 500; a 440, b 160 + 100 = 260, c 540, d 400
  CHECK(cut(problem, r1({Resource::lifetime}, {{Resource::compute, 0.3}})) == "after a");
}

TEST_CASE("R2 weighs memory and lifetime by how scarce they are, where they are named") {
  const auto network = chain();
  auto problem = problem_of(network);
  problem.transmit_base = 5_W;
  problem.constraints.energy = 500_J;
  ResourceAwareOptions options;
  options.rule = Rule::R2;
  options.scarce = {Resource::lifetime};
  CHECK(cut(problem, options) == "after b");  // 260 J, the fewest
  options.scarce = {Resource::memory, Resource::lifetime};
  problem.memory = 5800_B;  // budget 10: weight 0.1; of lifetime 500 / 400: 0.8
  // (0.1 peak / 580 + 0.8 joules / 400) / 0.9: in 1.111, b (0.0724 + 0.52) / 0.9 = 0.658.
  const auto decision = ResourceAware(options).partition(problem);
  CHECK(plan::describe(network, *decision.plan) == "after b");
  CHECK_THAT(decision.reason, Contains("0.658"));
  problem.memory = 580_B;               // budget 1: weight 1
  problem.constraints.energy = 5000_J;  // weight 0.08
  // in 500 J: (0 + 0.08 x 1.25) / 1.08; b (0.724 + 0.052) / 1.08.
  CHECK(cut(problem, options) == "cloud only");
}

TEST_CASE("each processor has its own compute and energy budget") {
  const auto network = chain();
  auto problem = problem_of(network);
  problem.constraints.deadline = 50_s;
  problem.constraints.energy = 100_J;
  auto gpu = problem.processors.front();
  gpu.nominal = FlopRate(4);
  gpu.active_increment = 5_W;
  problem.processors.push_back(gpu);
  const auto budgets = partition::derive_budgets(problem, {}, 1);
  CHECK(budgets.compute == 1.0);  // 4 x 50 / 200
  CHECK(budgets.energy == 0.4);   // 100 / (5 x 200 / 4)
}

TEST_CASE("a network without MACs or weights has no limit in them") {
  const auto network = make_network({{"in", {}, 100}, {"a", {0}, 80}});
  auto problem = make_problem(network, {0, 1}, {0, 1});
  problem.constraints.deadline = 1_s;
  problem.constraints.energy = 1_J;
  const auto budgets = partition::derive_budgets(problem, {}, 0);
  CHECK(std::isinf(budgets.compute));
  CHECK(std::isinf(budgets.storage));
  CHECK(std::isinf(budgets.energy));
}

TEST_CASE("R1, compute scarce: the cut with the largest share of FLOPs that the budget allows") {
  const auto network = chain();
  const auto problem = problem_of(network);
  CHECK(cut(problem, r1({Resource::compute}, {{Resource::compute, 0.5}})) == "after b");  // 0.4 <= 0.5 < 0.6
  CHECK(cut(problem, r1({Resource::compute}, {{Resource::compute, 0.6}})) == "after c");  // just allowed
  CHECK(cut(problem, r1({Resource::compute}, {{Resource::compute, 0.05}})) == "cloud only");
  CHECK(cut(problem, r1({Resource::compute}, {{Resource::compute, 1.0}})) == "device only");
}

TEST_CASE("R1, storage scarce: the cut with the largest share of parameters that the budget allows") {
  const auto network = chain();
  const auto problem = problem_of(network);
  CHECK(cut(problem, r1({Resource::storage}, {{Resource::storage, 0.7}})) == "after b");  // 0.6 <= 0.7 < 0.9
  CHECK(cut(problem, r1({Resource::storage}, {{Resource::storage, 0.55}})) == "after a");
}

TEST_CASE("R1, energy scarce: joules go with FLOPs") {
  const auto network = chain();
  const auto problem = problem_of(network);
  CHECK(cut(problem, r1({Resource::energy}, {{Resource::energy, 0.5}})) == "after b");
}

TEST_CASE("where joules are known by layer the share of energy is one of them, in every rule") {
  const auto network = chain();
  auto problem = problem_of(network);
  problem.processors[0].layer_energy = {0_J, 60_J, 20_J, 10_J, 10_J};  // cumulative shares 0.6 0.8 0.9 1
  CHECK(cut(problem, r1({Resource::energy}, {{Resource::energy, 0.85}})) == "after b");
  problem.link.up = Bandwidth(0.5);
  for (const auto rule : {Rule::R3, Rule::R4}) {
    ResourceAwareOptions options;
    options.rule = rule;
    options.budgets = {{Resource::energy, 0.7}};
    CHECK(cut(problem, options) == "after a");  // 198 s; b, 132 s, would take 0.8
    options.budgets = {};
    options.amounts = {{Resource::energy, 79.0}};
    CHECK(cut(problem, options) == "after a");
    options.amounts = {{Resource::energy, 80.0}};
    CHECK(cut(problem, options) == "after b");
  }
}

TEST_CASE("where bytes of weights alone are known the share of storage is one of them") {
  const auto network = make_network({{"in", {}, 100}, {"a", {0}, 10, 50}, {"b", {1}, 20, 30}, {"c", {2}, 30, 20}});
  const auto problem = make_problem(network, {0, 1, 1, 1}, {0, 9, 9, 9});
  for (const auto rule : {Rule::R3, Rule::R4}) {
    ResourceAwareOptions options;
    options.rule = rule;
    options.budgets = {{Resource::storage, 0.7}};  // a 0.5, b 0.8, c 1
    CHECK(cut(problem, options) == "after a");
    options.budgets = {{Resource::storage, 1.0}};
    CHECK(cut(problem, options) == "device only");
  }
}

TEST_CASE("R1, bandwidth scarce: the fewest bytes among the cuts that the budgets allow") {
  const auto network = chain();
  const auto problem = problem_of(network);
  CHECK(cut(problem, r1({Resource::bandwidth}, {{Resource::compute, 0.7}})) == "after b");  // 20 B of 100, 80, 20, 60
  CHECK(cut(problem, r1({Resource::bandwidth}, {{Resource::compute, 0.3}})) == "after a");  // 80 B of 100, 80
  CHECK(cut(problem, r1({Resource::bandwidth}, {{Resource::compute, 1.0}})) == "device only");  // 0 B
}

TEST_CASE("R1, bandwidth scarce: of equal bytes the earliest cut") {
  const auto network =
      make_network({{"in", {}, 100}, {"a", {0}, 20, 0, 10}, {"b", {1}, 20, 0, 10}, {"c", {2}, 1, 0, 80}});
  const auto problem = make_problem(network, {0, 1, 1, 1}, {0, 1, 1, 1});
  CHECK(cut(problem, r1({Resource::bandwidth}, {{Resource::compute, 0.5}})) == "after a");
}

TEST_CASE("R1: cuts whose shares differ by less than a hundredth are told apart by bytes") {
  // Shares of FLOPs: a 0.5, b 0.505, c 0.52, d 1. Within 0.01 of the largest allowed: a and b for 0.51.
  const auto network = make_network(
      {{"in", {}, 100}, {"a", {0}, 10, 0, 500}, {"b", {1}, 50, 0, 5}, {"c", {2}, 60, 0, 15}, {"d", {3}, 1, 0, 480}});
  const auto problem = make_problem(network, {0, 1, 1, 1, 1}, {0, 1, 1, 1, 1});
  CHECK(cut(problem, r1({Resource::compute}, {{Resource::compute, 0.51}})) == "after a");  // 10 B, not 50
  CHECK(cut(problem, r1({Resource::compute}, {{Resource::compute, 0.60}})) == "after c");  // 0.505 is 0.015 below
}

TEST_CASE("R1, several scarce: in the order given, the next among what the one before left") {
  // Shares of FLOPs: a 0.5, b 0.505, c 1; of parameters: a 0.2, b 0.8, c 1; bytes: in 100, a 10, b 50.
  const auto network =
      make_network({{"in", {}, 100}, {"a", {0}, 10, 0, 500, 20}, {"b", {1}, 50, 0, 5, 60}, {"c", {2}, 1, 0, 495, 20}});
  const auto problem = make_problem(network, {0, 1, 1, 1}, {0, 1, 1, 1});
  const std::map<Resource, double> budgets{{Resource::compute, 0.6}};
  CHECK(cut(problem, r1({Resource::compute, Resource::storage}, budgets)) == "after b");    // a and b tie in FLOPs
  CHECK(cut(problem, r1({Resource::compute, Resource::bandwidth}, budgets)) == "after a");  // a and b tie in FLOPs
  CHECK(cut(problem, r1({Resource::bandwidth, Resource::storage}, budgets)) == "after a");  // fewest bytes first
}

TEST_CASE("R1 finds what is scarce by the budgets, the scarcest first") {
  const auto network = chain();
  auto problem = problem_of(network);
  problem.storage = 280_B;                       // beta_P = 280 / 400 = 0.7
  problem.constraints.deadline = 500_s;          // beta_F = 500 / 200 = 2.5; bandwidth: 100 / 500 = 0.2 of it
  CHECK(cut(problem, r1({}, {})) == "after b");  // storage alone: the largest share of parameters <= 0.7 is 0.6
  // At a tenth of the bandwidth o_in / (B t) = 100 / (0.1 x 500) = 2, a budget of 0.5, scarcer than storage:
  problem.link.up = Bandwidth(0.1);
  problem.storage = 370_B;  // 0.925: up to c by parameters (0.9); weights 200 + 40 + 120 = 360 fit
  problem.constraints.deadline.reset();
  problem.period = 500_s;
  CHECK(cut(problem, r1({}, {})) == "after b");  // the fewest bytes of 100, 80, 20, 60
}

TEST_CASE("R1 with nothing scarce is R3") {
  const auto network = chain();
  auto problem = problem_of(network);
  problem.link.up = 10_Bps;
  ResourceAwareOptions r3;
  r3.rule = Rule::R3;
  problem.period = 1000_s;
  CHECK(cut(problem, r1({}, {})) == cut(problem, r3));
  CHECK_THAT(ResourceAware(r1({}, {})).partition(problem).reason, Contains("R3"));
}

TEST_CASE("R1 on several processors takes the one thought faster for the same cut") {
  const auto network = chain();
  auto problem = problem_of(network);
  auto gpu = problem.processors.front();
  gpu.name = "gpu";
  gpu.nominal = FlopRate(2);
  for (auto& time : gpu.layer_time) time = time / 2.0;
  problem.processors.push_back(gpu);
  const auto decision = ResourceAware(r1({Resource::bandwidth}, {{Resource::compute, 0.5}})).partition(problem);
  CHECK(decision.plan->processor == 1);
  CHECK(plan::describe(network, *decision.plan) == "after b");
}

TEST_CASE("R2 with weights minimises their mean of shares and bytes") {
  const auto network = chain();
  const auto problem = problem_of(network);
  ResourceAwareOptions options;
  options.rule = Rule::R2;
  // Compute and bandwidth alike: (0 + 1)/2, (0.1 + 0.8)/2, (0.4 + 0.2)/2, (0.6 + 0.6)/2, (1 + 0)/2.
  options.weights = {{Resource::compute, 1.0}, {Resource::bandwidth, 1.0}};
  CHECK(cut(problem, options) == "after b");
  CHECK_THAT(ResourceAware(options).partition(problem).reason, Contains("0.300"));
  // Storage against bandwidth: (0 + 1)/2, (0.5 + 0.8)/2, (0.6 + 0.2)/2, (0.9 + 0.6)/2, (1 + 0)/2.
  options.weights = {{Resource::storage, 1.0}, {Resource::bandwidth, 1.0}};
  CHECK(cut(problem, options) == "after b");
  // Compute weighs 9 times: 0.1 x 1, 0.9 x 0.1 + 0.1 x 0.8 = 0.17, ...: cloud only.
  options.weights = {{Resource::compute, 9.0}, {Resource::bandwidth, 1.0}};
  CHECK(cut(problem, options) == "cloud only");
  // Only bandwidth counts: 0 B.
  options.weights = {{Resource::bandwidth, 2.0}};
  CHECK(cut(problem, options) == "device only");
}

TEST_CASE("R2 derives its weights from the budgets, each at most 10") {
  const auto network = chain();
  auto problem = problem_of(network);
  // Storage is plenty (400 / 1e12), no energy limit. Device only has share 1 > beta_F.
  problem.period = 160_s;            // beta_F = 160 / 200: s_F = 1.25
  problem.link.up = Bandwidth(0.5);  // s_D = 100 / (0.5 x 160) = 1.25: as heavy
  ResourceAwareOptions options;
  options.rule = Rule::R2;
  // (share + D / 100) / 2: in 0.5, a 0.45, b 0.3, c 0.6.
  CHECK(cut(problem, options) == "after b");
  problem.link.up = 2_Bps;  // s_D = 100 / 320 = 0.3125, so w_F = 0.8 and w_D = 0.2
  // 0.8 share + 0.2 D / 100: in 0.2, a 0.24, b 0.36, c 0.6.
  CHECK(cut(problem, options) == "cloud only");
  problem.link.up = Bandwidth(0.5);
  options.budgets = {{Resource::compute, 0.05}};  // s_F = min(10, 20) = 10: only the input fits
  CHECK(cut(problem, options) == "cloud only");
}

TEST_CASE("R2 caps a weight at 10") {
  const auto network = chain();
  auto problem = problem_of(network);
  problem.link.up = Bandwidth(0.001);  // s_D = min(10, 100 / (0.001 x 190)) = 10, not 526
  problem.period = 190_s;              // s_F = 1.0526
  ResourceAwareOptions options;
  options.rule = Rule::R2;
  const auto decision = ResourceAware(options).partition(problem);
  // b: (1.0526 x 0.4 + 10 x 0.2) / 11.0526 = 0.2190.
  CHECK(plan::describe(network, *decision.plan) == "after b");
  CHECK_THAT(decision.reason, Contains("0.219"));
}

TEST_CASE("R3 is the best cut by nominal times among those that the budgets allow") {
  const auto network = chain();
  auto problem = problem_of(network);
  problem.link.up = 10_Bps;
  ResourceAwareOptions options;
  // Seconds: in 10 + 20 = 30; a 20 + 8 + 18 = 46; b 80 + 2 + 12 = 94; c 120 + 6 + 8 = 134; d 200.
  CHECK(cut(problem, options) == "cloud only");
  problem.link.up = Bandwidth(0.5);
  // in 200 + 20 = 220; a 20 + 160 + 18 = 198; b 80 + 40 + 12 = 132; c 120 + 120 + 8 = 248; d 200.
  CHECK(cut(problem, options) == "after b");
  options.budgets = {{Resource::compute, 0.3}};
  CHECK(cut(problem, options) == "after a");
  options.budgets = {{Resource::storage, 0.2}};
  CHECK(cut(problem, options) == "cloud only");
  options.budgets = {};
  problem.objective = plan::Objective::bytes;
  CHECK(cut(problem, options) == "device only");
  options.budgets = {{Resource::compute, 0.9}};
  CHECK(cut(problem, options) == "after b");  // 20 B
  problem.objective = plan::Objective::energy;
  options.budgets = {};
  CHECK(cut(problem, options) == "cloud only");  // no radio power here: 0 J
  problem.constraints.min_layers_on_device = 1;
  CHECK(cut(problem, options) == "after a");  // 2 W x 20 s
}

TEST_CASE("where no cut keeps the budgets and the limits none is returned") {
  const auto network = chain();
  auto problem = problem_of(network);
  problem.constraints.min_layers_on_device = 3;
  for (const auto rule : {Rule::R1, Rule::R2, Rule::R3}) {
    ResourceAwareOptions options;
    options.rule = rule;
    options.budgets = {{Resource::compute, 0.5}};  // three layers are 0.6
    const auto decision = ResourceAware(options).partition(problem);
    CHECK_FALSE(decision.plan);
    CHECK_THAT(decision.explained(), Contains("infeasible"));
  }
}

TEST_CASE("on random problems every rule keeps the budgets and the scenario's limits") {
  std::mt19937 random(31);
  int found = 0;
  for (int round = 0; round < test::draws(300); ++round) {
    const auto network = random_network(random, 8);
    auto problem = random_problem(random, network, 1 + random() % 2);
    problem.constraints.min_layers_on_device = random() % 4;
    if (random() % 2 == 0) problem.constraints.energy = Joules(static_cast<double>(random() % 150));
    ResourceAwareOptions options;
    options.rule = std::vector{Rule::R1, Rule::R2, Rule::R3}[random() % 3];
    const double budget = static_cast<double>(random() % 11) / 10.0;
    options.budgets = {{Resource::compute, budget}, {Resource::energy, 1e9}};
    if (options.rule == Rule::R1) options.scarce = {Resource::bandwidth};
    if (options.rule == Rule::R2) options.weights = {{Resource::bandwidth, 1.0}, {Resource::compute, 0.5}};
    const auto decision = ResourceAware(options).partition(problem);
    if (!decision.plan) continue;
    ++found;
    REQUIRE(plan::is_feasible(problem, plan::evaluate(problem, *decision.plan)));
    double macs = 0.0;
    for (dnn::LayerIndex v = 0; v < network.size(); ++v) {
      if (decision.plan->on_device[v]) macs += static_cast<double>(network.layer(v).macs);
    }
    if (network.total_macs() > 0) REQUIRE(macs / static_cast<double>(network.total_macs()) <= budget);
  }
  CHECK(found > test::draws(50));
}

}  // namespace edgecut::resource_aware_test
