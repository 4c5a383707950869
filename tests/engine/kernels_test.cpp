// Both kernels under the whole engine: the latency of every request of random systems, overloaded ones, bandwidths that
// move and exact ties among them.
#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <sstream>
#include <string>
#include <vector>

#include "engine/systems.hpp"
#include "sweep/processes.hpp"
#include "units/random.hpp"

namespace edgecut::kernels_test {
using namespace edgecut::test;

namespace {

// A third of the systems each: any numbers; more work than the devices, links and cloud can do; all times on a grid of
// 1/64 s, so that much is due at once. In every second one bandwidths move.
enum class Flavour { any, overloaded, ties };

Flavour flavour_of(std::uint64_t seed) {
  return static_cast<Flavour>(seed % 3);
}
bool moves(std::uint64_t seed) {
  return seed % 2 == 0;
}

class Writer {
 public:
  Writer(std::uint64_t seed, std::uint64_t draft)
      : seed_(seed), random_(seed, {"kernels", std::to_string(draft)}), flavour_(flavour_of(seed)) {}

  std::unique_ptr<Lab> write(kernel::Choice kernel) {
    std::vector<Spec> specs;
    for (int n = 2 + below(9); n > 0; --n) specs.push_back(client());
    const auto hosts = flavour_ == Flavour::overloaded ? 1 : 1 + below(3);
    auto lab = std::make_unique<Lab>(specs, serving(cloud(hosts, 1 + below(2), discipline())));
    for (auto& client : lab->system.clients) client.workload.priority = below(3);
    if (below(4) > 0) {
      lab->system.backhaul = platform::Backhaul{Bandwidth(bandwidth()), Bandwidth(bandwidth())};
      if (moves(seed_)) lab->system.backhaul->motion.up = course(lab->system.backhaul->uplink.value());
    }
    lab->system.seed = seed_;
    lab->system.kernel = kernel;
    return lab;
  }

 private:
  int below(int n) { return static_cast<int>(random_() % static_cast<std::uint64_t>(n)); }
  double any(double low, double high) { return low + (high - low) * static_cast<double>(random_() >> 11U) * 0x1p-53; }
  bool on_grid() const { return flavour_ == Flavour::ties; }
  Seconds time(double most) {
    return Seconds(on_grid() ? below(static_cast<int>(most * 64) + 1) / 64.0 : any(0, most));
  }
  // 15,625 B take 1/64 s at 1 MB/s.
  double bytes() { return on_grid() ? 15625.0 * (1 + below(40)) : 1.0 + below(600000); }
  double bandwidth() { return on_grid() ? 250000.0 * (1 << below(4)) : any(1e5, 3e6); }
  platform::Discipline discipline() {
    return below(4) == 0 ? platform::Discipline::shared : platform::Discipline::fifo;
  }

  // Every second server has more to it than a queue in order of arrival.
  platform::Cloud serving(platform::Cloud server) {
    auto& how = server.serving;
    if (below(2) == 0) return server;
    if (below(2) == 0) how.queue_limit = below(6);
    if (server.processor.discipline == platform::Discipline::shared) return server;
    if (below(2) == 0) how.order = platform::Order::priority;
    if (below(2) == 0) {
      const int largest = 2 + below(4);
      how.batching = platform::Batching{largest, time(0.5), platform::BatchTimes::modelled(0.5, largest)};
    }
    if (below(2) == 0) {
      platform::Autoscaling rule;
      rule.max_hosts = server.hosts + 2;
      rule.target_queue = 2.0;
      rule.interval = Seconds(0.5) + time(1);
      rule.start_up = time(1);
      how.autoscaling = rule;
    }
    return server;
  }

  // Steps, some of them outages, which end with the usual bandwidth.
  platform::Course course(double usual) {
    std::vector<platform::CourseStep> steps{{Seconds(), usual}};
    double from = 0.0;
    for (int n = 1 + below(12); n > 0; --n) {
      from += 1.0 / 64 + time(3).value();
      steps.push_back({Seconds(from), below(5) == 0 ? 0.0 : bandwidth()});
    }
    steps.push_back({Seconds(from + 1.0), usual});
    platform::Course result;
    result.steps.emplace();
    result.steps->steps = std::make_shared<const std::vector<platform::CourseStep>>(steps);
    return result;
  }

  Spec client() {
    auto spec = cut_after(static_cast<std::size_t>(below(3)));  // 0: everything in the cloud
    spec.network = network({{bytes(), {}}, {bytes(), {0}}, {bytes(), {1}}, {bytes(), {2}}});
    const double pace = flavour_ == Flavour::overloaded ? 0.5 : 0.125;
    const auto layers = [&] {
      return std::vector<double>{0.0, time(pace).value(), time(pace).value(), time(pace).value()};
    };
    spec.device = board({cpu(6_W, 1 + below(2), discipline())});
    spec.truth = times({layers()}, layers());
    spec.link = radio(Bandwidth(bandwidth()), Bandwidth(bandwidth()), time(0.25));
    if (moves(seed_) && below(2) == 0) {
      spec.link.motion.up = course(spec.link.uplink.value());
      spec.link.motion.down = course(spec.link.downlink.value());
    }
    spec.result = below(4) == 0 ? 0_B : Bytes(bytes());
    const auto requests = 10 + below(30);
    const double rate = flavour_ == Flavour::overloaded ? 4.0 : 1.0;
    spec.workload = on_grid()       ? periodic(rate, requests)
                    : below(4) == 0 ? one_at_a_time(requests)
                                    : poisson(rate, requests);
    return spec;
  }

  std::uint64_t seed_;
  RandomStream random_;
  Flavour flavour_;
};

// Two instants that are nearly one may come in another order in the other kernel, and rightly so.
bool has_near_miss(const Recording& recording) {
  for (std::size_t i = 1; i < recording.steps.size(); ++i) {
    const double gap = recording.steps[i].time - recording.steps[i - 1].time;
    if (gap > 0.0 && gap < 1e-8) return true;
  }
  return false;
}

// Steps of different requests at one instant, of systems in which that is no chance.
std::size_t ties(const Recording& recording) {
  std::size_t count = 0;
  for (std::size_t i = 1; i < recording.steps.size(); ++i) {
    const auto& a = recording.steps[i - 1];
    const auto& b = recording.steps[i];
    count += a.time == b.time && a.request != b.request && a.what != "arrived" ? 1 : 0;
  }
  return count;
}

// The first request whose end differs, or nothing.
std::string difference(const Recording& express, const Recording& reference) {
  if (express.ended.size() != reference.ended.size()) return "not as many ends";
  for (std::size_t i = 0; i < reference.ended.size(); ++i) {
    const auto& a = express.ended[i];
    const auto& b = reference.ended[i];
    const double latency = (a.time - a.timeline.arrived).value();
    const double expected = (b.time - b.timeline.arrived).value();
    const double allowed = 1e-8 + 1e-9 * expected;
    if (a.request == b.request && a.outcome == b.outcome && std::abs(latency - expected) <= allowed) continue;
    return fmt::format("#{} took {:.17g} s, #{} took {:.17g} s", a.request.index, latency, b.request.index, expected);
  }
  return "";
}

// "near" where the system is to be drawn again; else "same REQUESTS TIES SATURATED", or what differs.
std::string compare(std::uint64_t seed, std::uint64_t draft) {
  const auto play = [&](kernel::Choice kernel) { return Writer(seed, draft).write(kernel)->run(); };
  const auto express = play(kernel::Choice::express);
  const auto reference = play(kernel::Choice::reference);
  if (has_near_miss(reference)) return "near";
  const auto different = difference(express, reference);
  if (!different.empty()) return different;
  const bool saturated =
      std::ranges::any_of(reference.run.resources, [](const auto& resource) { return resource.offered_load >= 1.0; });
  return fmt::format("same {} {} {}", reference.ended.size(), ties(reference), saturated ? 1 : 0);
}

}  // namespace

TEST_CASE("In 200 random systems every request takes as long on the express kernel as on the reference kernel") {
  constexpr std::size_t systems = 200;
  std::vector<std::uint64_t> open(systems);
  std::iota(open.begin(), open.end(), 0);
  std::size_t redrawn = 0;
  std::size_t requests = 0;
  std::size_t tied = 0;
  std::size_t saturated = 0;
  for (std::uint64_t draft = 0; !open.empty(); ++draft) {
    const auto results = sweep::run_processes(
        open.size(), 2, [&](std::size_t i) { return compare(open[i], draft); }, [](std::size_t) {});
    std::vector<std::uint64_t> again;
    for (std::size_t i = 0; i < open.size(); ++i) {
      INFO("seed " << open[i] << ", draft " << draft << ": " << results[i].output << results[i].failure);
      if (results[i].output == "near") {
        again.push_back(open[i]);
        continue;
      }
      std::istringstream text(results[i].output);
      std::string verdict;
      std::size_t ended = 0;
      std::size_t ties_of = 0;
      std::size_t is_saturated = 0;
      text >> verdict >> ended >> ties_of >> is_saturated;
      REQUIRE(verdict == "same");
      requests += ended;
      tied += ties_of;
      saturated += is_saturated;
    }
    redrawn += again.size();
    open = again;
  }
  CAPTURE(redrawn, requests, tied, saturated);
  REQUIRE(redrawn * 100 < systems);  // less than 1 %
  REQUIRE(requests > 50 * systems);
  REQUIRE(tied > 5 * systems);
  REQUIRE(saturated > systems / 4);
  REQUIRE(saturated < systems);
}

}  // namespace edgecut::kernels_test
