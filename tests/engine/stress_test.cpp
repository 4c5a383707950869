// Random systems, each in a process of its own: the counts add up, time runs forward, the account balances.
#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "draws.hpp"
#include "engine/systems.hpp"
#include "sweep/processes.hpp"
#include "units/limit.hpp"
#include "units/random.hpp"

namespace edgecut::stress_test {
using namespace edgecut::test;
using events::FailureReason;
using events::Outcome;
using Kind = events::ResourceUse::Kind;

namespace {

// With a grid all times are multiples of 1/64 s (wherever nothing is shared), so that many things are due at once.
enum class Times { on_a_grid, anywhere };

class Dice {
 public:
  Dice(std::uint64_t seed, Times times) : random_(seed, {"stress"}), times_(times) {}
  double unit() { return static_cast<double>(random_() >> 11U) * 0x1p-53; }
  int below(int n) { return static_cast<int>(random_() % static_cast<std::uint64_t>(n)); }
  bool chance(double p) { return unit() < p; }
  /// Up to `most` seconds.
  double time(double most) {
    return times_ == Times::on_a_grid ? below(static_cast<int>(most * 64) + 1) / 64.0 : unit() * most;
  }
  /// Whole bytes, at least one; 15,625 B take 1/64 s at 1 MB/s.
  double bytes() { return times_ == Times::on_a_grid ? 15625.0 * (1 + below(40)) : 1.0 + below(600000); }
  double rate() { return times_ == Times::on_a_grid ? 250000.0 * (1 << below(4)) : 1e5 + unit() * 3e6; }

 private:
  RandomStream random_;
  Times times_;
};

dnn::Network any_network(Dice& dice) {
  std::vector<Node> nodes{{dice.bytes(), {}}};
  const int inputs = 1 + dice.below(2);
  const int layers = 2 + dice.below(7);
  for (int i = 1; i < inputs + layers; ++i) {
    Node node{dice.bytes(), {}};
    if (i >= inputs) {
      std::set<std::size_t> reads;
      for (int n = 1 + dice.below(3); n > 0; --n) reads.insert(static_cast<std::size_t>(dice.below(i)));
      node.inputs.assign(reads.begin(), reads.end());
    }
    nodes.push_back(node);
  }
  return network(nodes);
}

std::vector<bool> any_head(const dnn::Network& network, Dice& dice) {
  std::vector<bool> on_device(network.size());
  const double share = dice.unit() * 1.5;
  for (std::size_t v = 0; v < network.size(); ++v) {
    const auto& reads = network.graph().predecessors(v);
    on_device[v] =
        reads.empty() || (dice.chance(share) && std::ranges::all_of(reads, [&](auto u) { return on_device[u]; }));
  }
  return on_device;
}

Spec any_client(Dice& dice) {
  Spec spec;
  spec.network = any_network(dice);
  std::vector<platform::Processor> processors;
  for (int n = 1 + dice.below(2); n > 0; --n) {
    processors.push_back(cpu(Watts(2 + 5 * dice.unit()), 1 + dice.below(3),
                             dice.chance(0.3) ? platform::Discipline::shared : platform::Discipline::fifo));
  }
  spec.device = board(processors);
  if (dice.chance(0.3)) {
    const auto least = std::ranges::min(processors, {}, &platform::Processor::active);
    spec.device.busy = dice.unit() * spec.device.increment(least);
  }
  spec.link = radio(Bandwidth(dice.rate()), Bandwidth(dice.rate()), Seconds(dice.chance(0.3) ? 0.0 : dice.time(0.5)));
  const auto layer_times = [&] {
    std::vector<Seconds> result;
    for (std::size_t v = 0; v < spec.network.size(); ++v) {
      result.emplace_back(spec.network.is_input(v) || dice.chance(0.1) ? 0.0 : dice.time(0.4));
    }
    return result;
  };
  spec.truth.device.clear();
  for (std::size_t i = 0; i < processors.size(); ++i) spec.truth.device.push_back(layer_times());
  spec.truth.cloud = layer_times();
  spec.result = dice.chance(0.2) ? 0_B : Bytes(dice.bytes());
  const auto requests = 1 + dice.below(40);
  const double rate = 0.25 * (1 << dice.below(5));
  spec.workload = dice.chance(0.3)   ? one_at_a_time(requests)
                  : dice.chance(0.5) ? periodic(rate, requests)
                                     : poisson(rate, requests);
  if (dice.chance(0.3)) spec.workload.queue_limit = dice.below(5);
  if (!dice.chance(0.05)) spec.on_device = any_head(spec.network, dice);
  spec.processor = static_cast<std::size_t>(dice.below(static_cast<int>(processors.size())));
  if (dice.chance(0.4)) {
    double time = dice.time(3);
    for (int n = 1 + dice.below(3); n > 0; --n) {
      const double until = time + 1.0 / 64 + dice.time(2);
      spec.off.push_back({Seconds(time), Seconds(until)});
      time = until + (dice.chance(0.2) ? 0.0 : dice.time(4));
    }
  }
  return spec;
}

// Gives a client a part on the edge server, and perhaps a direct link to the cloud.
void add_edge(Spec& spec, Dice& dice) {
  for (std::size_t v = 0; v < spec.network.size(); ++v) {
    spec.truth.edge.emplace_back(spec.network.is_input(v) || dice.chance(0.1) ? 0.0 : dice.time(0.4));
  }
  if (dice.chance(0.3)) {
    spec.direct = radio(Bandwidth(dice.rate()), Bandwidth(dice.rate()), Seconds(dice.time(0.5)));
  }
  if (!spec.on_device || dice.chance(0.2)) return;
  spec.on_edge = any_head(spec.network, dice);
  for (std::size_t v = 0; v < spec.network.size(); ++v) {
    const auto& reads = spec.network.graph().predecessors(v);
    spec.on_edge[v] = !(*spec.on_device)[v] && spec.on_edge[v] &&
                      std::ranges::all_of(reads, [&](auto u) { return (*spec.on_device)[u] || spec.on_edge[u]; });
  }
}

// The steps of a request in the only order allowed.
const std::vector<std::string> order{
    "arrived",           "planned",       "head started",       "head finished",       "upload started",
    "upload finished",   "edge started",  "edge finished",      "relay started",       "relay finished",
    "tail started",      "tail finished", "relay back started", "relay back finished", "download started",
    "download finished", "ended"};

class Checker {
 public:
  Checker(const Lab& lab, const std::vector<Spec>& specs, const Recording& recording)
      : lab_(lab), specs_(specs), recording_(recording) {}

  std::string check() {
    check_steps();
    for (const auto& end : recording_.ended) check_end(end);
    for (std::size_t i = 0; i < specs_.size(); ++i) check_device(i);
    check_slots();
    check_use();
    return wrong_;
  }

 private:
  void expect(bool holds, const std::string& what) {
    if (!holds && wrong_.size() < 1000) wrong_ += what + "\n";
  }
  void expect_same(double a, double b, const std::string& what) {
    expect(relative_difference(a, b, 1.0) <= 1e-9, fmt::format("{}: {:.17g} is not {:.17g}", what, a, b));
  }

  void check_steps() {
    double time = 0.0;
    std::uint32_t arrived = 0;
    std::map<std::uint32_t, std::size_t> stage;
    for (const auto& step : recording_.steps) {
      expect(step.time >= time, fmt::format("time goes back to {:.17g}", step.time));
      time = step.time;
      if (step.what == "arrived") expect(step.request == arrived++, "requests are not numbered in order of arrival");
      const auto position = static_cast<std::size_t>(std::ranges::find(order, step.what) - order.begin());
      const auto found = stage.find(step.request);
      expect((found == stage.end()) == (position == 0), fmt::format("#{} does not begin by arriving", step.request));
      expect(found == stage.end() || found->second < position,
             fmt::format("#{}: {} too late", step.request, step.what));
      stage[step.request] = position;
    }
    std::int64_t requests = 0;
    for (const auto& spec : specs_) requests += spec.workload.requests;
    expect(arrived == requests, "not every request arrived");
    expect(recording_.ended.size() == static_cast<std::size_t>(requests), "not as many ends as requests");
    for (const auto& [request, position] : stage) {
      expect(position + 1 == order.size(), fmt::format("#{} has no end", request));
    }
    expect(recording_.ended.empty() || recording_.run.time == recording_.ended.back().time,
           "the run does not end with its last request");
  }

  void check_end(const events::Ended& end) {
    const auto& spec = specs_[end.device];
    const auto id = end.request.index;
    if (end.outcome == Outcome::dropped) {
      expect(spec.workload.queue_limit.has_value(), fmt::format("#{} dropped without a limit", id));
      expect(end.time == end.timeline.arrived, fmt::format("#{} dropped after its arrival", id));
    } else if (end.outcome == Outcome::failed) {
      const bool infeasible = end.reason == FailureReason::infeasible;
      expect(infeasible == !spec.on_device || (!infeasible && !spec.off.empty()), fmt::format("#{}: wrong reason", id));
      expect(infeasible || is_off(spec, end.time.value()),
             fmt::format("#{} failed at {:.17g} s while its device is on", id, end.time.value()));
    } else {
      check_timeline(end, spec);
    }
  }

  void check_timeline(const events::Ended& end, const Spec& spec) {
    const auto& t = end.timeline;
    const auto id = end.request.index;
    const std::vector<Seconds> passed{t.arrived,        t.head_started,     t.head_finished,
                                      t.upload_started, t.upload_finished,  t.tail_started,
                                      t.tail_finished,  t.download_started, t.ended};
    expect(std::ranges::is_sorted(passed), fmt::format("#{}: its timeline goes back", id));
    expect(t.ended == end.time, fmt::format("#{} ends twice", id));
    const auto& deadline = lab_.system.deadline;
    expect((end.outcome == Outcome::late) == (deadline && exceeds(t.ended - t.arrived, *deadline)),
           fmt::format("#{}: late or not", id));
    const plan::Plan plan{spec.processor, *spec.on_device, spec.on_edge};
    const auto cost = plan::evaluate(*lab_.system.clients[end.device].problem, plan);
    expect(end.up == cost.up && end.down == cost.down, fmt::format("#{}: bytes", id));
    const auto at_least = [&](Seconds took, Seconds least, const char* what) {
      expect(took.value() >= least.value() - 1e-9, fmt::format("#{}: {} in {} s", id, what, took.value()));
    };
    at_least(t.head_finished - t.head_started, cost.head, "head");
    at_least(t.upload_finished - t.upload_started, cost.upload, "upload");
    at_least(t.tail_finished - t.tail_started, cost.tail, "tail");
    at_least(t.ended - t.download_started, cost.download, "download");
    if (spec.device.processors[spec.processor].discipline == platform::Discipline::fifo) {
      expect_same((t.head_finished - t.head_started).value(), cost.head.value(), fmt::format("#{}: head", id));
    }
    const auto& parts = t.parts;
    at_least(parts.edge, cost.edge, "edge");
    at_least(parts.relay, cost.relay + cost.relay_back, "relay");
    const Seconds all = parts.device_queue + parts.head + parts.radio_queue + parts.upload + parts.edge_queue +
                        parts.edge + parts.relay + parts.cloud_queue + parts.tail + parts.download;
    expect_same(all.value(), (t.ended - t.arrived).value(), fmt::format("#{}: parts", id));
    // Who computes beside others shares with them what the board adds.
    const double joules = end.energy.compute.value();
    if (spec.device.busy == Watts()) {
      expect_same(joules, cost.compute_energy.value(), fmt::format("#{}: compute energy", id));
    } else {
      expect(joules <= cost.compute_energy.value() * (1 + 1e-9), fmt::format("#{}: compute energy", id));
    }
  }

  // `until` belongs to the time on, but what happens at it may have failed in the period before.
  // SimGrid takes two events within 1e-12 s for one.
  static bool is_off(const Spec& spec, double time) {
    return std::ranges::any_of(spec.off, [&](const auto& off) {
      return off.from.value() <= time + 1e-12 && time - 1e-12 <= off.until.value();
    });
  }

  void check_device(std::size_t i) {
    const auto& energy = recording_.run.devices[i];
    const double span = recording_.run.time.value();
    double off = 0.0;
    for (const auto& period : specs_[i].off) {
      off += std::max(0.0, std::min(span, period.until.value()) - std::min(span, period.from.value()));
    }
    const auto& device = specs_[i].device;
    expect_same(energy.idle.value(), device.idle.value() * (span - off), "idle energy");
    expect_same(energy.off.value(), device.off.value() * off, "off energy");
    expect_same(energy.total.value(), (energy.idle + energy.off + energy.compute + energy.radio).value(),
                "total energy");
    events::RequestEnergy sum;
    for (const auto& end : recording_.ended) {
      if (end.device != i) continue;
      sum.compute += end.energy.compute;
      sum.transmit += end.energy.transmit;
      sum.receive += end.energy.receive;
    }
    expect_same(energy.compute.value(), sum.compute.value(), fmt::format("device {}: compute energy", i));
    expect_same(energy.radio.value(), (sum.transmit + sum.receive).value(), fmt::format("device {}: radio energy", i));
    expect_same(integral_of_power(i), energy.total.value(), fmt::format("device {}: power", i));
  }

  double integral_of_power(std::size_t i) const {
    double sum = 0.0;
    double since = 0.0;
    double power = specs_[i].device.idle.value();
    for (const auto& change : recording_.power) {
      if (change.device != i) continue;
      sum += power * (change.time.value() - since);
      since = change.time.value();
      power = change.power.value();
    }
    return sum + power * (recording_.run.time.value() - since);
  }

  // A radio sends one at a time, receives one at a time, and a FIFO processor runs as many as it has slots.
  void check_slots() {
    std::vector<int> heads(specs_.size());
    std::map<std::uint32_t, std::size_t> device;
    for (const auto& end : recording_.ended) device[end.request.index] = end.device;
    std::set<std::uint32_t> running;
    for (const auto& step : recording_.steps) {
      const auto i = device.at(step.request);
      if (step.what == "head started") {
        ++heads[i];
        running.insert(step.request);
        const auto& processor = specs_[i].device.processors[specs_[i].processor];
        expect(processor.discipline == platform::Discipline::shared || heads[i] <= processor.slots,
               fmt::format("#{}: no slot free", step.request));
      } else if ((step.what == "head finished" || step.what == "ended") && running.erase(step.request) > 0) {
        --heads[i];
      }
    }
  }

  void check_use() {
    const double span = recording_.run.time.value();
    for (const auto& use : recording_.run.resources) {
      expect(use.work.value() <= use.capacity * span * (1 + 1e-9) + 1e-12,
             fmt::format("{} worked for longer than the run", events::name(use.kind)));
      expect(use.mean_queue <= static_cast<double>(use.longest_queue) + 1e-12, "mean queue above the longest");
    }
  }

  const Lab& lab_;
  const std::vector<Spec>& specs_;
  const Recording& recording_;
  std::string wrong_;
};

struct World {
  std::vector<Spec> specs;
  std::unique_ptr<Lab> lab;
};

enum class Tiers { two, three };

World any_world(std::uint64_t seed, Times times, kernel::Choice kernel, Tiers tiers) {
  Dice dice(seed, times);
  World world;
  for (int n = 1 + dice.below(6); n > 0; --n) world.specs.push_back(any_client(dice));
  const auto server = cloud(1 + dice.below(2), 1 + dice.below(3),
                            dice.chance(0.3) ? platform::Discipline::shared : platform::Discipline::fifo);
  if (tiers == Tiers::three) {
    for (auto& spec : world.specs) add_edge(spec, dice);
    const auto relay = radio(Bandwidth(dice.rate()), Bandwidth(dice.rate()), Seconds(dice.time(0.5)));
    world.lab = std::make_unique<Lab>(world.specs, server, relay);
  } else {
    world.lab = std::make_unique<Lab>(world.specs, server);
  }
  auto& system = world.lab->system;
  if (dice.chance(0.5)) system.backhaul = platform::Backhaul{Bandwidth(dice.rate()), Bandwidth(dice.rate())};
  if (dice.chance(0.5)) system.deadline = Seconds(dice.time(3));
  system.seed = seed;
  system.kernel = kernel;
  return world;
}

std::string simulate_and_check(std::uint64_t seed, Times times, kernel::Choice kernel, Tiers tiers = Tiers::two) {
  const auto world = any_world(seed, times, kernel, tiers);
  return Checker(*world.lab, world.specs, world.lab->run()).check();
}

// The first step in which the kernels differ.
std::string compare_kernels(std::uint64_t seed, Tiers tiers = Tiers::two) {
  const auto express = any_world(seed, Times::anywhere, kernel::Choice::express, tiers).lab->run();
  const auto reference = any_world(seed, Times::anywhere, kernel::Choice::reference, tiers).lab->run();
  if (express.steps.size() != reference.steps.size()) return "not as many steps";
  for (std::size_t i = 0; i < express.steps.size(); ++i) {
    const auto& a = express.steps[i];
    const auto& b = reference.steps[i];
    if (a.what == b.what && a.request == b.request && relative_difference(a.time, b.time) < 1e-9) continue;
    return fmt::format("{} #{} at {:.17g}, {} #{} at {:.17g}", a.what, a.request, a.time, b.what, b.request, b.time);
  }
  return "";
}

void stress(std::size_t seeds, const std::function<std::string(std::uint64_t)>& check) {
  const auto results = sweep::run_processes(seeds, 2, check, [](std::size_t) {});
  for (std::size_t seed = 0; seed < results.size(); ++seed) {
    INFO("seed " << seed);
    CHECK(results[seed].failure == "");
    CHECK(results[seed].output == "");
  }
}

void stress(std::size_t seeds, Times times, kernel::Choice kernel) {
  stress(seeds, [&](std::uint64_t seed) { return simulate_and_check(seed, times, kernel); });
}

}  // namespace

TEST_CASE("In 400 random systems every request ends once and time, bytes and joules add up") {
  stress(draws(400), Times::anywhere, kernel::Choice::reference);
}

TEST_CASE("In 400 random systems where many things happen at once the same holds") {
  stress(draws(400), Times::on_a_grid, kernel::Choice::reference);
}

TEST_CASE("Where many things happen at once the same holds on the express kernel") {
  stress(draws(400), Times::on_a_grid, kernel::Choice::express);
}

TEST_CASE("In 400 random systems both kernels let the same happen at the same times") {
  stress(draws(400), [](std::uint64_t seed) { return compare_kernels(seed); });
}

TEST_CASE("In 400 random systems with an edge server the same holds") {
  stress(draws(400), [](std::uint64_t seed) {
    return simulate_and_check(seed, Times::anywhere, kernel::Choice::express, Tiers::three);
  });
}

TEST_CASE("In 200 random systems with an edge server where many things happen at once the same holds") {
  stress(draws(200), [](std::uint64_t seed) {
    return simulate_and_check(seed, Times::on_a_grid, kernel::Choice::reference, Tiers::three);
  });
}

TEST_CASE("In 200 random systems with an edge server both kernels let the same happen at the same times") {
  stress(draws(200), [](std::uint64_t seed) { return compare_kernels(seed, Tiers::three); });
}

}  // namespace edgecut::stress_test
