// What must hold whatever the numbers are: order, blindness, bounds.
#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "agreement/shipped.hpp"
#include "engine/systems.hpp"
#include "partition/methods/exhaustive.hpp"
#include "partition/methods/placements.hpp"
#include "partition/methods/resource_aware.hpp"
#include "sweep/processes.hpp"

namespace edgecut::properties_test {
using namespace edgecut::test;
using partition::Resource;
using Rule = partition::ResourceAwareOptions::Rule;

namespace {

struct Method {
  std::string name;
  partition::PartitionerPtr partitioner;
  bool knows_nominal_rates_only = false;
};

partition::PartitionerPtr resource_aware(Rule rule) {
  partition::ResourceAwareOptions options;
  options.rule = rule;
  options.scarce = {Resource::bandwidth};
  options.budgets = {{Resource::compute, 0.6}};
  return std::make_unique<partition::ResourceAware>(options);
}

// Every partitioner but the oracle, built directly.
std::vector<Method> methods(const dnn::Network& network) {
  std::vector<Method> all;
  all.push_back({"device_only", std::make_unique<partition::DeviceOnly>(), false});
  all.push_back({"cloud_only", std::make_unique<partition::CloudOnly>(), false});
  all.push_back({"fixed", std::make_unique<partition::Fixed>(network.size() / 2), false});
  all.push_back({"offline_benchmark", std::make_unique<partition::Exhaustive>(), false});
  all.push_back({"offline_benchmark, constraints ignored",
                 std::make_unique<partition::Exhaustive>(partition::ConstraintUse::ignored), false});
  all.push_back({"resource_aware R1", resource_aware(Rule::R1), true});
  all.push_back({"resource_aware R2", resource_aware(Rule::R2), true});
  all.push_back({"resource_aware R3", resource_aware(Rule::R3), true});
  return all;
}

const platform::Device& device_named(const Shipped& shipped, const std::string& name) {
  return *std::ranges::find(shipped.devices, name, &platform::Device::name);
}
const platform::Link& link_named(const Shipped& shipped, const std::string& name) {
  return *std::ranges::find(shipped.links, name, &platform::Link::name);
}
const platform::Cloud& cloud_named(const Shipped& shipped, const std::string& name) {
  return *std::ranges::find(shipped.clouds, name, &platform::Cloud::name);
}

// A 150 kB image, a result of 4 kB.
belief::Task task_of(const dnn::Network& network, const platform::Device& device) {
  belief::Task task;
  task.network = &network;
  task.device = &device;
  for (std::size_t i = 0; i < device.processors.size(); ++i) task.processors.push_back(i);
  task.input = Bytes(150000);
  task.result = Bytes(4000);
  return task;
}

// AlexNet on a Raspberry Pi 3B+ over 10 Mbit/s and 20 ms, where the best cut is near a crossover.
struct Crossover {
  Shipped shipped;
  dnn::Network network = Shipped::network("alexnet");
  platform::Device device = device_named(shipped, "raspberry_pi_3b_plus");
  platform::Cloud cloud = cloud_named(shipped, "c5_4xlarge");
  platform::Link link = link_named(shipped, "lte_2012");

  Crossover() {
    link.uplink = 10_Mbps;
    link.rtt = 0.02_s;
  }
  [[nodiscard]] profile::Profile truth(std::uint64_t seed) const {
    return profile::model_profile(network, {device, cloud}, 0.4, seed);
  }
  [[nodiscard]] profile::NominalRates rates() const {
    return profile::stated_rates({device, cloud}, profile::StatedRate::one_network);
  }
  [[nodiscard]] plan::Problem problem(const profile::Profile& profile) const {
    return belief::make_problem(task_of(network, device), {profile, link, std::nullopt, rates(), &cloud});
  }
};

// The plan that is played, and how long the request takes, when `believed` is asked about and `truth` holds.
struct Played {
  std::string plan;
  double latency = 0.0;
};
Played play(const Crossover& world, const plan::Problem& believed, const profile::Profile& truth,
            const partition::Partitioner& partitioner) {
  engine::System system;
  engine::Client client;
  client.device = &world.device;
  client.link = world.link;
  client.network = &world.network;
  client.truth = truth;
  client.processors = {0};
  client.input = Bytes(150000);
  client.result = Bytes(4000);
  client.problem = &believed;
  system.clients.push_back(client);
  system.cloud = &world.cloud;
  Recorder recorder;
  engine::simulate(system, partitioner, recorder);
  const auto& plan = recorder.recording.plans.at(0);
  const auto& timeline = recorder.recording.end(0).timeline;
  return {plan ? plan::describe(world.network, *plan) : "none", (timeline.ended - timeline.arrived).value()};
}

}  // namespace

TEST_CASE("More bandwidth never makes a plan's idle latency longer") {
  const Shipped shipped;
  for (const auto& name : main_networks) {
    const auto network = Shipped::network(name);
    const auto& device = device_named(shipped, "rk3588");
    const auto& cloud = shipped.clouds.front();
    const auto truth = profile::model_profile(network, {device, cloud}, 0.15, 5);
    auto link = link_named(shipped, "lte_2012");
    const auto rates = profile::stated_rates({device, cloud}, profile::StatedRate::peak);
    auto problem = belief::make_problem(task_of(network, device), {truth, link, std::nullopt, rates, &cloud});
    const auto cuts = plan::prefix_candidates(problem);
    for (const auto& cut : cuts) {
      for (auto* rate : {&problem.link.up, &problem.link.down}) {
        Seconds before(INFINITY);
        const auto usual = *rate;
        for (double mbps = 0.1; mbps < 2000; mbps *= 1.3) {
          *rate = Bandwidth(mbps * 125e3);
          const auto latency = plan::evaluate(problem, cut.plan).latency;
          CHECK(latency <= before);
          before = latency;
        }
        *rate = usual;
      }
    }
  }
}

TEST_CASE("More bandwidth never makes a request on an idle system longer") {
  // One client a bandwidth, each with a link and a host of its own.
  for (std::size_t layers = 0; layers < 3; ++layers) {
    const auto results = sweep::run_processes(
        1, 1,
        [&](std::size_t) {
          std::vector<Spec> specs;
          for (double rate = 1e4; rate < 1e9; rate *= 1.17) {
            specs.push_back(cut_after(layers));
            specs.back().link.uplink = specs.back().link.downlink = Bandwidth(rate);
          }
          Lab lab(specs, cloud(static_cast<int>(specs.size())));
          const auto recording = lab.run();
          std::vector<double> latency(specs.size());
          for (const auto& end : recording.ended) latency[end.device] = end.time.value();
          return std::string(std::ranges::is_sorted(latency, std::greater<>()) ? "never" : "longer");
        },
        [](std::size_t) {});
    CHECK(results[0].output == "never");
  }
}

TEST_CASE("With more bandwidth the best plan is never slower") {
  Crossover world;
  const auto truth = world.truth(3);
  Seconds before(INFINITY);
  for (double mbps = 0.1; mbps < 2000; mbps *= 1.2) {
    world.link.uplink = Bandwidth(mbps * 125e3);
    const auto problem = world.problem(truth);
    const auto latency = plan::evaluate(problem, *partition::Exhaustive().partition(problem).plan).latency;
    CHECK(latency <= before);
    before = latency;
  }
}

TEST_CASE("A device that is never off draws at least its idle power, and at most everything at once") {
  std::vector<Spec> specs;
  for (std::size_t i = 0; i < 12; ++i) {
    auto spec = cut_after(i % 4);
    spec.workload = poisson(0.05 * static_cast<double>(1 + i), 100);
    specs.push_back(spec);
  }
  Lab lab(specs, cloud(3));
  lab.system.backhaul = platform::Backhaul{1500000_Bps, 400000_Bps};
  const auto recording = lab.run();
  for (const auto& energy : recording.run.devices) {
    CHECK(energy.total >= 2_W * recording.run.time);
    // 6 W, sending 0.5 W + 1 W at full rate, receiving 0.25 W + 2 W
    CHECK(energy.total <= 9.75_W * recording.run.time);
  }
}

TEST_CASE("Blindness: with the belief fixed, another truth changes no plan but the oracle's") {
  const Crossover world;
  const auto believed = world.problem(world.truth(1));  // the benchmark, recorded once
  const auto all = methods(world.network);
  constexpr std::size_t truths = 12;
  const auto results = sweep::run_processes(
      (all.size() + 1) * truths, 2,
      [&](std::size_t job) {
        const auto truth = world.truth(2 + job % truths);
        const auto which = job / truths;
        const auto true_problem = world.problem(truth);
        const auto played = which == all.size() ? play(world, true_problem, truth, partition::Exhaustive())
                                                : play(world, believed, truth, *all[which].partitioner);
        return fmt::format("{}\n{:.17g}", played.plan, played.latency);
      },
      [](std::size_t) {});
  for (std::size_t which = 0; which <= all.size(); ++which) {
    std::set<std::string> plans;
    std::set<std::string> latencies;
    for (std::size_t i = 0; i < truths; ++i) {
      const auto& result = results[which * truths + i];
      REQUIRE(result.failure == "");
      const auto newline = result.output.find('\n');
      plans.insert(result.output.substr(0, newline));
      latencies.insert(result.output.substr(newline + 1));
    }
    if (which == all.size()) {
      CHECK(plans.size() >= 2);  // the oracle follows the truth
    } else {
      INFO(all[which].name);
      CHECK(plans.size() == 1);
      CHECK(latencies.size() == truths);  // the world did change
    }
  }
}

TEST_CASE("Blindness: a method that looks at no layer times plans the same whatever was measured") {
  const Crossover world;
  for (const auto& method : methods(world.network)) {
    if (method.name.starts_with("offline_benchmark")) continue;
    INFO(method.name);
    const auto nominal = profile::nominal_profile(world.network, world.rates());
    const auto ask = [&](const profile::Profile& measured) {
      const auto problem = world.problem(method.knows_nominal_rates_only ? nominal : measured);
      return *method.partitioner->partition(problem).plan;
    };
    const auto plan = ask(world.truth(1));
    for (std::uint64_t seed = 2; seed < 30; ++seed) CHECK(ask(world.truth(seed)) == plan);
  }
}

TEST_CASE("Blindness: what one method is asked changes no other method's plan, nor its own next one") {
  const Crossover world;
  const auto all = methods(world.network);
  const auto problem = world.problem(world.truth(1));
  std::vector<plan::Plan> before;
  for (const auto& method : all) before.push_back(*method.partitioner->partition(problem).plan);
  for (std::uint64_t seed = 2; seed < 20; ++seed) {
    const auto other = world.problem(world.truth(seed));
    static_cast<void>(all[seed % all.size()].partitioner->partition(other));
    for (std::size_t i = 0; i < all.size(); ++i) CHECK(*all[i].partitioner->partition(problem).plan == before[i]);
  }
}

TEST_CASE("Blindness: a belief is a copy that a later change of the world does not reach") {
  Crossover world;
  auto truth = world.truth(1);
  const auto believed = world.problem(truth);
  const auto before = *partition::Exhaustive().partition(believed).plan;
  for (auto& time : truth.device[0]) time *= 100.0;
  world.link.uplink = 1000_Mbps;
  CHECK(*partition::Exhaustive().partition(believed).plan == before);
  CHECK(*partition::Exhaustive().partition(world.problem(truth)).plan != before);
}

TEST_CASE("On an idle system no feasible plan of any method beats the oracle") {
  const Shipped shipped;
  std::size_t compared = 0;
  std::size_t worse = 0;
  for (const auto& name : main_networks) {
    const auto network = Shipped::network(name);
    const auto all = methods(network);
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
      const auto& device = shipped.devices[seed % shipped.devices.size()];
      const auto& cloud = shipped.clouds[seed % shipped.clouds.size()];
      auto link = shipped.links[(seed / 3) % shipped.links.size()];
      auto task = task_of(network, device);
      task.objective = static_cast<plan::Objective>(seed % 3);
      if (seed % 4 == 1) task.constraints.min_layers_on_device = 1;
      if (seed % 5 == 2) task.constraints.deadline = 0.5_s;
      if (seed % 7 == 3) task.constraints.energy = 0.5_J;
      const auto truth = profile::model_profile(network, {device, cloud}, 0.3, seed);
      const auto measured = profile::model_profile(network, {device, cloud}, 0.3, seed + 1000);
      const auto rates = profile::stated_rates({device, cloud}, profile::StatedRate::one_network);
      const auto nominal = profile::nominal_profile(network, rates);
      const auto true_problem = belief::make_problem(task, {truth, link, std::nullopt, rates, &cloud});
      link.uplink *= 0.3 + 0.2 * static_cast<double>(seed % 9);  // what the methods believe
      const auto oracle = partition::Exhaustive().partition(true_problem);
      for (const auto& method : all) {
        INFO(name << ", seed " << seed << ", " << method.name);
        const auto& profile = method.knows_nominal_rates_only ? nominal : measured;
        const auto decision =
            method.partitioner->partition(belief::make_problem(task, {profile, link, std::nullopt, rates, &cloud}));
        if (!decision.plan) continue;
        const auto cost = plan::evaluate(true_problem, *decision.plan);
        CHECK(plan::violations(true_problem, cost).empty() == plan::is_feasible(true_problem, cost));
        if (!plan::is_feasible(true_problem, cost)) continue;
        REQUIRE(oracle.plan);
        const double best = plan::evaluate(true_problem, *oracle.plan).objective(task.objective);
        const double reached = cost.objective(task.objective);
        CHECK(best <= reached * (1 + 1e-12));
        ++compared;
        if (reached > best * 1.01) ++worse;
      }
    }
  }
  CHECK(compared > 500);
  CHECK(worse > 100);  // there is something to lose
}

}  // namespace edgecut::properties_test
