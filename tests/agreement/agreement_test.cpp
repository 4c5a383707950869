// On an idle system the engine equals the closed form: latency and its parts, energy and its parts, bytes. One
// simulation plays many plans at once: each client has one request, a link of its own and a host of its own in the
// cloud, so that nothing is shared.
#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agreement/shipped.hpp"
#include "draws.hpp"
#include "engine/systems.hpp"
#include "partition/methods/exhaustive.hpp"
#include "partition/methods/placements.hpp"
#include "partition/methods/resource_aware.hpp"
#include "sweep/processes.hpp"
#include "units/random.hpp"

namespace edgecut::agreement_test {
using namespace edgecut::test;
using partition::Resource;

namespace {

using Options = partition::ResourceAwareOptions;

std::vector<partition::PartitionerPtr> all_partitioners(const dnn::Network& network) {
  std::vector<partition::PartitionerPtr> all;
  all.push_back(std::make_unique<partition::DeviceOnly>());
  all.push_back(std::make_unique<partition::CloudOnly>());
  all.push_back(std::make_unique<partition::Fixed>(network.size() / 2));
  all.push_back(std::make_unique<partition::Exhaustive>());
  all.push_back(std::make_unique<partition::Exhaustive>(partition::ConstraintUse::ignored));
  Options options;
  options.budgets = {{Resource::compute, 0.5}};
  options.scarce = {Resource::bandwidth};
  for (const auto rule : {Options::Rule::R1, Options::Rule::R2, Options::Rule::R3}) {
    options.rule = rule;
    all.push_back(std::make_unique<partition::ResourceAware>(options));
  }
  return all;
}

// A random downward-closed set: what a random set of layers needs.
plan::Plan random_plan(const plan::Problem& problem, RandomStream& random) {
  const auto& network = *problem.network;
  plan::Plan plan{random() % problem.processors.size(), dnn::Placement(network.size(), false)};
  for (auto n = 1 + random() % 3; n > 0; --n) plan.on_device[random() % network.size()] = true;
  for (auto v = network.size(); v-- > 0;) {
    if (network.is_input(v)) plan.on_device[v] = true;
    if (!plan.on_device[v]) continue;
    for (const auto u : network.graph().predecessors(v)) plan.on_device[u] = true;
  }
  return plan;
}

// Clients of one network, device and cloud; a plan each.
class Clients {
 public:
  Clients(const dnn::Network& network, const platform::Device& device, platform::Cloud cloud, std::uint64_t seed)
      : network_(network), device_(device), cloud_(std::move(cloud)) {
    truth_ = profile::model_profile(network, {device, cloud_}, 0.15, seed);
    for (std::size_t i = 0; i < device.processors.size(); ++i) all_processors_.push_back(i);
  }

  plan::Problem problem(const platform::Link& link, Bytes input) const {
    belief::Task task;
    task.network = &network_;
    task.device = &device_;
    task.processors = all_processors_;
    task.input = input;
    task.result = Bytes(4000);
    const auto rates = profile::stated_rates({device_, cloud_}, profile::StatedRate::one_network);
    return belief::make_problem(task, {truth_, link, std::nullopt, rates, &cloud_});
  }

  void add(const plan::Problem& problem, const platform::Link& link, Bytes input, const plan::Plan& plan) {
    const auto& own = problems_.emplace_back(problem);
    plans_.set(&own, plan);
    expected_.push_back(plan::evaluate(own, plan));
    engine::Client client;
    client.device = &device_;
    client.link = link;
    client.network = &network_;
    client.truth = truth_;
    client.processors = all_processors_;
    client.input = input;
    client.result = Bytes(4000);
    client.problem = &own;
    system_.clients.push_back(client);
  }

  // The number of plans compared, and on further lines what differs.
  std::string compare() {
    cloud_.hosts = static_cast<int>(system_.clients.size());
    system_.cloud = &cloud_;
    Recorder recorder;
    engine::simulate(system_, plans_, recorder);
    const auto& recording = recorder.recording;
    for (const auto& end : recording.ended) compare(end);
    for (std::size_t i = 0; i < expected_.size(); ++i) {
      const Joules whole = device_.idle * recording.run.time + expected_[i].energy_inference - tail_after(recording, i);
      expect(i, "energy_device", recording.run.devices[i].total.value(), whole.value());
    }
    return fmt::format("{}\n{}", recording.ended.size(), wrong_);
  }

 private:
  // What the radio's tail takes after the end of the run.
  [[nodiscard]] Joules tail_after(const Recording& recording, std::size_t i) const {
    const auto& link = system_.clients[i].link;
    if (!expected_[i].leaves_device()) return {};
    for (const auto& end : recording.ended) {
      if (end.device != i) continue;
      const Seconds left = end.timeline.ended - link.rtt / 2.0 + link.tail.time - recording.run.time;
      return link.tail.power * std::max(Seconds(), left);
    }
    return {};
  }

  // `clock`: what the number is a difference of two readings of, times `factor`.
  void expect(std::size_t i, const char* what, double engine, double closed_form, Seconds clock = {},
              double factor = 1.0) {
    // A difference of clock readings is known to their last bit, and SimGrid takes two events within 1e-12 s for one.
    const double resolution = clock > Seconds() ? factor * (2e-12 + 4 * 0x1p-53 * clock.value()) : 0.0;
    if (std::abs(engine - closed_form) <= 1e-9 * std::abs(closed_form) + resolution) return;
    if (wrong_.size() > 2000) return;
    wrong_ += fmt::format("{} on {} over {}, {}: {} is {:.17g}, expected {:.17g}\n", network_.name(), device_.name,
                          system_.clients[i].link.name,
                          plan::describe(network_, *plans_.partition(*system_.clients[i].problem).plan), what, engine,
                          closed_form);
  }

  void compare(const events::Ended& end) {
    const auto i = end.device;
    const auto& cost = expected_[i];
    const auto& t = end.timeline;
    if (end.outcome != events::Outcome::completed) wrong_ += "not completed\n";
    expect(i, "latency", (t.ended - t.arrived).value(), cost.latency.value());
    expect(i, "head", (t.head_finished - t.arrived).value(), cost.head.value());
    expect(i, "upload", (t.upload_finished - t.head_finished).value(), cost.upload.value(), t.upload_finished);
    expect(i, "tail", (t.tail_finished - t.upload_finished).value(), cost.tail.value(), t.tail_finished);
    expect(i, "download", (t.ended - t.tail_finished).value(), cost.download.value(), t.ended);
    expect(i, "up", end.up.value(), cost.up.value());
    expect(i, "down", end.down.value(), cost.down.value());
    expect(i, "compute energy", end.energy.compute.value(), cost.compute_energy.value());
    const auto& link = system_.clients[i].link;
    expect(i, "transmit energy", end.energy.transmit.value(), cost.transmit_energy.value(), t.upload_finished,
           link.transmit.at(link.uplink).value());
    expect(i, "receive energy", end.energy.receive.value(), cost.receive_energy.value(), t.ended,
           link.receive.at(link.downlink).value());
    expect(i, "promotion energy", end.energy.promotion.value(), cost.promotion_energy.value());
    expect(i, "tail energy", end.energy.tail.value(), cost.tail_energy.value(), t.ended, link.tail.power.value());
    expect(i, "energy_inference", end.energy.total().value(), cost.energy_inference.value());
  }

  const dnn::Network& network_;
  const platform::Device& device_;
  platform::Cloud cloud_;
  profile::Profile truth_;
  std::vector<std::size_t> all_processors_;
  std::deque<plan::Problem> problems_;
  std::vector<plan::Cost> expected_;
  engine::System system_;
  Plans plans_;
  std::string wrong_;
};

// Under a sanitizer one device of so many does: what memory does is the same on all of them.
constexpr std::size_t device_step = test::sanitized ? 8 : 1;

// Each case takes every third link, the next case the ones beside them: over the devices every link meets every cloud.
constexpr std::size_t link_step = 3;

// One network on one device with one cloud, over its share of the links. Of the cuts (on every processor) every one, or about
// `cuts` evenly spread, the first and the last among them; every partitioner's plan; and random plans.
struct Case {
  std::string network;
  const platform::Device* device = nullptr;
  const platform::Cloud* cloud = nullptr;
  std::size_t cuts = 0;  // 0: all
  std::size_t random_plans = 0;
  std::size_t link_step = agreement_test::link_step;
};

std::string compare(const Shipped& shipped, const Case& which, const dnn::Network& network, std::uint64_t seed) {
  Clients clients(network, *which.device, *which.cloud, seed);
  RandomStream random(seed, {"plans", which.network});
  for (std::size_t l = seed % which.link_step; l < shipped.links.size(); l += which.link_step) {
    const auto& link = shipped.links[l];
    const Bytes input = (l + seed) % 2 == 0 ? network.raw_input() : Bytes(150000);
    const auto problem = clients.problem(link, input);
    const auto candidates = plan::prefix_candidates(problem);
    const std::size_t step = which.cuts == 0 ? 1 : std::max<std::size_t>(1, candidates.size() / which.cuts);
    for (std::size_t i = 0; i < candidates.size(); i += step) clients.add(problem, link, input, candidates[i].plan);
    clients.add(problem, link, input, candidates.back().plan);
    for (const auto& partitioner : all_partitioners(network)) {
      const auto decision = partitioner->partition(problem);
      if (decision.plan) clients.add(problem, link, input, *decision.plan);
    }
    for (std::size_t n = 0; n < which.random_plans; ++n) {
      clients.add(problem, link, input, random_plan(problem, random));
    }
  }
  return clients.compare();
}

// Returns how many plans were compared.
std::size_t compare_all(const Shipped& shipped, const std::vector<Case>& cases) {
  std::map<std::string, dnn::Network> networks;
  for (const auto& which : cases) {
    if (!networks.contains(which.network)) networks.emplace(which.network, Shipped::network(which.network));
  }
  const auto results = sweep::run_processes(
      cases.size(), 2, [&](std::size_t i) { return compare(shipped, cases[i], networks.at(cases[i].network), i); },
      [](std::size_t) {});
  std::size_t compared = 0;
  for (std::size_t i = 0; i < results.size(); ++i) {
    INFO(cases[i].network << " on " << cases[i].device->name << " with " << cases[i].cloud->name);
    CHECK(results[i].failure == "");
    const auto newline = results[i].output.find('\n');
    REQUIRE(newline != std::string::npos);
    compared += std::stoul(results[i].output);
    CHECK(results[i].output.substr(newline + 1) == "");
  }
  return compared;
}

std::vector<Case> cases_of(const Shipped& shipped, const std::string& network, std::size_t cuts,
                           std::size_t random_plans) {
  std::vector<Case> cases;
  for (std::size_t d = 0; d < shipped.devices.size(); d += device_step) {
    cases.push_back({network, &shipped.devices[d], &shipped.clouds[d % shipped.clouds.size()], cuts, random_plans});
  }
  return cases;
}

// Every cut on every processor, device by device; the clouds take turns.
void check_every_cut(const std::string& network) {
  const Shipped shipped;
  std::size_t processors = 0;
  for (std::size_t d = 0; d < shipped.devices.size(); d += device_step) {
    processors += shipped.devices[d].processors.size();
  }
  const auto compared = compare_all(shipped, cases_of(shipped, network, 0, 5));
  // Layers after the input on each processor; the cut after the input once a device, more for partitioners.
  const auto cuts = (Shipped::network(network).size() - 1) * processors;
  CHECK(compared > cuts * (shipped.links.size() / link_step));
}

// Each classifier meets one of `step` devices, the next network the one beside it. What else the field runs is large and
// meets one device over one link.
void check_other_networks(std::size_t cuts, std::size_t random_plans, std::size_t step) {
  const Shipped shipped;
  std::vector<Case> cases;
  std::vector<Case> others;
  for (std::size_t n = 0; n < shipped.networks.size(); ++n) {
    if (std::ranges::find(main_networks, shipped.networks[n]) != main_networks.end()) continue;
    const auto all = cases_of(shipped, shipped.networks[n], cuts, random_plans);
    if (!Shipped::is_learned_from(shipped.networks[n])) {
      others.push_back(all[n % all.size()]);
      others.back().link_step = shipped.links.size();
      continue;
    }
    for (std::size_t d = n % step; d < all.size(); d += step) cases.push_back(all[d]);
  }
  CHECK(others.size() >= 10);
  CHECK(cases.size() >= 20 * (shipped.devices.size() / step));
  CHECK(compare_all(shipped, cases) > cuts * (shipped.links.size() / link_step) * cases.size());
  CHECK(compare_all(shipped, others) > cuts * others.size());
}

}  // namespace

TEST_CASE("AlexNet: the engine equals the closed form for every cut, links and clouds in turn") {
  check_every_cut("alexnet");
}

TEST_CASE("VGG16: the engine equals the closed form for every cut, links and clouds in turn") {
  check_every_cut("vgg16");
}

TEST_CASE("ResNet-18: the engine equals the closed form for every cut, links and clouds in turn") {
  check_every_cut("resnet18");
}

TEST_CASE("MobileNetV2: the engine equals the closed form for every cut, links and clouds in turn") {
  check_every_cut("mobilenet_v2");
}

TEST_CASE("Every other network: the engine equals the closed form for three cuts and a random plan", "[unsanitized]") {
  check_other_networks(3, 1, 24);
}

TEST_CASE("Every other network: the engine equals the closed form for cuts all over it, and random plans",
          "[.][slow]") {
  check_other_networks(12, 4, 6);
}

TEST_CASE("Plans that are no prefix of the layer order agree, too") {
  const Shipped shipped;
  std::vector<Case> cases;
  for (const std::string network : {"resnet18", "mobilenet_v2", "googlenet", "densenet121"}) {
    cases.push_back({network, &shipped.devices.back(), &shipped.clouds.front(), 2, 100});
  }
  CHECK(compare_all(shipped, cases) >= 4 * 100 * (shipped.links.size() / link_step));
}

}  // namespace edgecut::agreement_test
