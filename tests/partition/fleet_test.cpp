// Fleets of users of one server against every cut and every way to hand out the units.
#include "partition/methods/fleet.hpp"
#include "draws.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <limits>
#include <list>
#include <random>

#include "plan/make_problem.hpp"
#include "units/ensure.hpp"

namespace edgecut::fleet_test {
using plan::FleetProblem;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

struct OwnedFleet {
  std::list<dnn::Network> networks;
  FleetProblem problem;
};

// One user of a chain: seconds on the device and with one unit, bytes of each output (the input's first), 1 B/s each
// way.
void add_user(OwnedFleet& fleet, const std::vector<double>& device, const std::vector<double>& unit,
              const std::vector<double>& outputs, double result = 0.0) {
  std::vector<LayerSpec> specs{{"in", {}, outputs.front()}};
  for (std::size_t v = 1; v < outputs.size(); ++v) specs.push_back({"l" + std::to_string(v), {v - 1}, outputs[v]});
  const auto& network = fleet.networks.emplace_back(make_network(specs));
  fleet.problem.users.push_back(make_problem(network, device, unit));
  set_result(fleet.problem.users.back(), Bytes(result));
}

OwnedFleet random_fleet(std::mt19937& random) {
  OwnedFleet fleet;
  const std::size_t users = 1 + random() % 3;
  for (std::size_t i = 0; i < users; ++i) {
    const auto& network = fleet.networks.emplace_back(random_network(random, 2 + random() % 4));
    auto user = random_problem(random, network);
    for (auto& time : user.cloud_time) time *= 2.0;  // one unit is twice as fast as a device
    user.link.up *= 3.0;
    if (random() % 4 == 0) user.constraints.deadline = Seconds(10.137 + static_cast<double>(random() % 60));
    if (random() % 6 == 0) user.constraints.min_layers_on_device = 1;
    fleet.problem.users.push_back(user);
  }
  fleet.problem.units = random() % 6;
  if (random() % 3 == 0) fleet.problem.speedup = {1.0, 1.5, 1.5, 2.0};  // a plateau, and none after four
  return fleet;
}

// The speed-up written again.
double speedup(const FleetProblem& problem, std::size_t units) {
  if (problem.speedup.empty()) return static_cast<double>(units);
  return problem.speedup[std::min<std::size_t>(units, problem.speedup.size()) - 1];
}

// Every choice of a cut for each user, with every way to hand out the units.
void for_every_allocation(
    const FleetProblem& problem,
    const std::function<void(const std::vector<plan::Candidate>&, const std::vector<std::size_t>&)>& visit) {
  std::vector<std::vector<plan::Candidate>> cuts;
  for (auto user : problem.users) {
    user.constraints.deadline.reset();
    cuts.emplace_back();
    for (const auto& cut : plan::prefix_candidates(user)) {
      if (plan::is_feasible(user, cut.cost)) cuts.back().push_back(cut);
    }
  }
  std::vector<plan::Candidate> chosen;
  std::vector<std::size_t> units;
  const std::function<void(std::size_t)> go = [&](std::size_t left) {
    const std::size_t i = chosen.size();
    if (i == cuts.size()) return visit(chosen, units);
    for (const auto& cut : cuts[i]) {
      for (std::size_t own = cut.cost.uses_cloud ? 1 : 0; own <= (cut.cost.uses_cloud ? left : 0); ++own) {
        chosen.push_back(cut);
        units.push_back(own);
        go(left - own);
        chosen.pop_back();
        units.pop_back();
      }
    }
  };
  go(problem.units);
}

double deadline(const plan::Problem& user) {
  return user.constraints.deadline ? user.constraints.deadline->value() : infinity;
}

struct Optimum {
  double longest = infinity;
  double mean = infinity;
};

// Without a backhaul.
Optimum brute_force(const FleetProblem& problem) {
  Optimum best;
  for_every_allocation(problem, [&](const auto& cuts, const auto& units) {
    double longest = 0.0;
    double sum = 0.0;
    for (std::size_t i = 0; i < cuts.size(); ++i) {
      const auto& cost = cuts[i].cost;
      double latency = (cost.head + cost.upload + cost.download).value();
      if (cost.uses_cloud) latency += cost.tail.value() / speedup(problem, units[i]);
      if (latency > deadline(problem.users[i])) return;
      longest = std::max(longest, latency);
      sum += latency;
    }
    best.longest = std::min(best.longest, longest);
    best.mean = std::min(best.mean, sum / static_cast<double>(cuts.size()));
  });
  return best;
}

// With a backhaul upwards only. A latency is in reach of given cuts and units when the least rates fit into it.
double brute_force_up(const FleetProblem& problem) {
  double best = 1e6;
  for_every_allocation(problem, [&](const auto& cuts, const auto& units) {
    const auto reaches = [&](double limit) {
      double rates = 0.0;
      for (std::size_t i = 0; i < cuts.size(); ++i) {
        const auto& cost = cuts[i].cost;
        double busy = (cost.head + cost.upload - cost.up_transfer + cost.download).value();
        if (cost.uses_cloud) busy += cost.tail.value() / speedup(problem, units[i]);
        const double left = std::min(limit, deadline(problem.users[i])) - busy;
        if (left < 0.0) return false;
        if (cost.up == Bytes()) continue;
        const double rate = cost.up.value() / left;
        if (left == 0.0 || rate > problem.users[i].link.up.value()) return false;
        rates += rate;
      }
      return rates <= problem.backhaul_up->value();
    };
    if (!reaches(best)) return;
    double low = 0.0;
    for (int step = 0; step < 50; ++step) {
      const double limit = (low + best) / 2.0;
      (reaches(limit) ? best : low) = limit;
    }
  });
  return best < 1e6 ? best : infinity;
}

}  // namespace

TEST_CASE("a user's latency is head, upload at its share, tail with its units, download at its share") {
  OwnedFleet fleet;
  add_user(fleet, {0, 3, 9}, {0, 2, 8}, {5, 6, 1}, 4);
  fleet.problem.users[0].link.set_rtt(1_s);
  fleet.problem.units = 4;
  const auto cut = plan::cut_after(fleet.problem.users[0], 1);
  const auto cost = plan::evaluate(fleet.problem, {{cut, 4, Bandwidth(0.5), Bandwidth(0.25)}});
  CHECK(cost.longest == Seconds(3 + 0.5 + 6 / 0.5 + 8 / 4.0 + 0.5 + 4 / 0.25));
  CHECK(plan::evaluate(fleet.problem, {{cut, 0, 1_Bps, 1_Bps}}).longest == plan::never);
  CHECK_THROWS_AS(plan::evaluate(fleet.problem, {{cut, 5, 1_Bps, 1_Bps}}), InternalError);  // of 4 units
  CHECK_THROWS_AS(plan::evaluate(fleet.problem, {{cut, 4, 2_Bps, 1_Bps}}), InternalError);  // over a link of 1 B/s
  fleet.problem.backhaul_up = Bandwidth(0.4);
  CHECK_THROWS_AS(plan::evaluate(fleet.problem, {{cut, 4, Bandwidth(0.5), 1_Bps}}), InternalError);
}

TEST_CASE("units go to the user that the server helps") {
  // Both send 1 B in 1 s. With u of 3 units: 1 + 4 / u and 1 + 12 / u; on the device 100 s. By (1, 2): 5 and 7 s.
  OwnedFleet fleet;
  add_user(fleet, {0, 100}, {0, 4}, {1, 1});
  add_user(fleet, {0, 100}, {0, 12}, {1, 1});
  fleet.problem.units = 3;
  for (const auto& allocation : {partition::iao(fleet.problem), partition::joint_longest(fleet.problem).allocation}) {
    REQUIRE(allocation);
    CHECK((*allocation)[0].units == 1);
    CHECK((*allocation)[1].units == 2);
    CHECK(plan::evaluate(fleet.problem, *allocation).longest == Seconds(7));
  }
  fleet.problem.units = 0;
  CHECK(plan::evaluate(fleet.problem, *partition::iao(fleet.problem)).longest == Seconds(100));
}

TEST_CASE("no cuts and whole units are better than those of 1,000 random fleets without a backhaul") {
  std::mt19937 random(71);
  int infeasible = 0;
  int split = 0;
  for (int round = 0; round < test::draws(1000); ++round) {
    const auto fleet = random_fleet(random);
    const auto& problem = fleet.problem;
    const auto best = brute_force(problem);
    const auto moved = partition::iao(problem);
    const auto joint = partition::joint_longest(problem);
    const auto mean = partition::joint_mean(problem);
    REQUIRE(moved.has_value() == (best.longest < infinity));
    REQUIRE(joint.allocation.has_value() == moved.has_value());
    REQUIRE(mean.has_value() == moved.has_value());
    if (!moved) {
      ++infeasible;
      continue;
    }
    for (const auto* allocation : {&*moved, &*joint.allocation, &*mean}) {
      const auto cost = plan::evaluate(problem, *allocation);
      REQUIRE(cost.is_feasible);
      if (allocation == &*mean) {
        REQUIRE(cost.mean.value() == Approx(best.mean).epsilon(1e-12));
      } else {
        REQUIRE(cost.longest.value() == Approx(best.longest).epsilon(1e-12));
      }
    }
    REQUIRE(joint.bound.value() == Approx(best.longest).epsilon(1e-12));
    const auto uses = [](const plan::Share& share) { return share.units > 0; };
    split += std::ranges::count_if(*moved, uses) > 1 ? 1 : 0;
  }
  CHECK(infeasible > test::draws(30));
  CHECK(infeasible < 500);
  CHECK(split > test::draws(200));
}

TEST_CASE("with a backhaul that is scarce upwards no cuts, units and rates are better in 200 random fleets") {
  std::mt19937 random(72);
  int binding = 0;
  for (int round = 0; round < test::draws(200); ++round) {
    auto fleet = random_fleet(random);
    const double free = brute_force(fleet.problem).longest;
    fleet.problem.backhaul_up = Bandwidth(0.3 + 0.4 * static_cast<double>(random() % 8));
    const double best = brute_force_up(fleet.problem);
    const auto joint = partition::joint_longest(fleet.problem);
    REQUIRE(joint.allocation.has_value() == (best < infinity));
    if (!joint.allocation) continue;
    const auto cost = plan::evaluate(fleet.problem, *joint.allocation);
    REQUIRE(cost.is_feasible);
    REQUIRE(cost.longest.value() == Approx(best).epsilon(1e-6));
    REQUIRE(joint.bound.value() == Approx(best).epsilon(1e-6));
    binding += best > free * 1.001 ? 1 : 0;
  }
  CHECK(binding > test::draws(30));
}

TEST_CASE("time on a backhaul that is scarce both ways is divided by the roots of the bytes") {
  // 1 s of tail each with its unit, 4 B up and 1 B down, 1 B up and 4 B down, 1 B/s each way. By symmetry both
  // directions cost the same, so 9 s are divided 2 : 1 and 1 : 2; upwards 4 / 6 + 1 / 3 = 1 B/s. Equal shares: 4 / 0.5
  // + 1 / 0.5.
  OwnedFleet fleet;
  add_user(fleet, {0, 100}, {0, 1}, {4, 1}, 1);
  add_user(fleet, {0, 100}, {0, 1}, {1, 1}, 4);
  fleet.problem.units = 2;
  fleet.problem.backhaul_up = 1_Bps;
  fleet.problem.backhaul_down = 1_Bps;
  CHECK(plan::evaluate(fleet.problem, *partition::iao(fleet.problem)).longest.value() == Approx(1 + 10));
  const auto joint = partition::joint_longest(fleet.problem);
  REQUIRE(joint.allocation);
  CHECK(plan::evaluate(fleet.problem, *joint.allocation).longest.value() == Approx(1 + 9).epsilon(1e-6));
  CHECK((*joint.allocation)[0].up.value() == Approx(4 / 6.0).epsilon(1e-6));
  CHECK(joint.bound.value() == Approx(1 + 9).epsilon(1e-6));
}

TEST_CASE("for the mean a backhaul is shared by the roots of the bytes, up to the links") {
  // 1 B and 4 B over 3 B/s: 1 and 2 B/s, 1 s and 2 s, and 1 s of tail each. With a link of 1.5 B/s the second takes
  // 4 / 1.5 s and leaves 1.5 B/s to the first.
  OwnedFleet fleet;
  add_user(fleet, {0, 100}, {0, 1}, {1, 1});
  add_user(fleet, {0, 100}, {0, 1}, {4, 1});
  for (auto& user : fleet.problem.users) user.link.up = 10_Bps;
  fleet.problem.units = 2;
  fleet.problem.backhaul_up = 3_Bps;
  CHECK(plan::evaluate(fleet.problem, *partition::joint_mean(fleet.problem)).mean.value() == Approx(1 + 1.5));
  fleet.problem.users[1].link.up = Bandwidth(1.5);
  const auto mean = plan::evaluate(fleet.problem, *partition::joint_mean(fleet.problem)).mean.value();
  CHECK(mean == Approx(1 + (1 / 1.5 + 4 / 1.5) / 2));
}

TEST_CASE("sharing a backhaul both ways is never worse than equal shares, and its bound says how good it is") {
  std::mt19937 random(73);
  int feasible = 0;
  int better = 0;
  int better_mean = 0;
  int at_bound = 0;
  for (int round = 0; round < test::draws(300); ++round) {
    auto fleet = random_fleet(random);
    auto& problem = fleet.problem;
    for (auto& user : problem.users) set_result(user, Bytes(static_cast<double>(random() % 12)));
    problem.backhaul_up = Bandwidth(0.3 + 0.4 * static_cast<double>(random() % 8));
    problem.backhaul_down = Bandwidth(0.3 + 0.4 * static_cast<double>(random() % 8));
    const auto equal = partition::iao(problem);
    const auto joint = partition::joint_longest(problem);
    const auto mean = partition::joint_mean(problem);
    if (!equal) continue;
    ++feasible;
    REQUIRE(joint.allocation);
    REQUIRE(mean);
    const auto base = plan::evaluate(problem, *equal);
    const auto cost = plan::evaluate(problem, *joint.allocation);
    const auto mean_cost = plan::evaluate(problem, *mean);
    REQUIRE((base.is_feasible && cost.is_feasible && mean_cost.is_feasible));
    REQUIRE(cost.longest.value() <= base.longest.value() * (1.0 + 1e-12));
    REQUIRE(mean_cost.mean.value() <= base.mean.value() * (1.0 + 1e-12));
    REQUIRE(joint.bound.value() <= cost.longest.value() * (1.0 + 1e-12));
    REQUIRE(joint.bound.value() >= brute_force(problem).longest * (1.0 - 1e-8));  // rates that are never scarce
    better += cost.longest.value() < base.longest.value() * 0.999 ? 1 : 0;
    better_mean += mean_cost.mean.value() < base.mean.value() * 0.999 ? 1 : 0;
    at_bound += cost.longest.value() <= joint.bound.value() * (1.0 + 1e-6) ? 1 : 0;
  }
  CHECK(better > feasible / 5);
  CHECK(better_mean > feasible / 5);
  CHECK(at_bound > feasible / 2);
}

}  // namespace edgecut::fleet_test
