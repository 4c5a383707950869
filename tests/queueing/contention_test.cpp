// Contention: twenty devices on one backhaul against a fluid solver of our own.
#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/systems.hpp"
#include "queueing/stations.hpp"

namespace edgecut::contention_test {
using namespace edgecut::test;

namespace {

// Messages of devices through radios (one message at a time each, in order) and a link that all share.
struct Message {
  std::size_t device = 0;
  double release = 0.0;  // joins the radio's queue
  double size = 0.0;
  double finish = 0.0;
};

// Max-min fair rates: raise everybody's rate together; who reaches the cap of its own stays there.
std::vector<double> water_fill(const std::vector<double>& caps, double capacity) {
  std::vector<double> rates(caps.size());
  auto order = order_of(caps);
  double left = capacity;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const double share = left / static_cast<double>(order.size() - i);
    rates[order[i]] = std::min(caps[order[i]], share);
    left -= rates[order[i]];
  }
  return rates;
}

struct FluidStatistics {
  double shared_time = 0.0;  // during which somebody got less than its own cap
  double most = 0.0;         // devices sending at once
};

// Plays the messages event by event and fills in `finish`. Those of one device come in order of release.
FluidStatistics play(std::vector<Message>& messages, const std::vector<double>& access, double backhaul) {
  std::vector<std::vector<std::size_t>> queue(access.size());  // by device
  for (std::size_t i = 0; i < messages.size(); ++i) queue[messages[i].device].push_back(i);
  for (auto& q : queue) std::ranges::stable_sort(q, {}, [&](std::size_t i) { return messages[i].release; });
  std::vector<std::size_t> head(access.size(), 0);  // the message each radio sends or will send next
  std::vector<double> left(access.size(), 0.0);     // bytes of it
  for (std::size_t d = 0; d < access.size(); ++d) left[d] = queue[d].empty() ? 0.0 : messages[queue[d][0]].size;

  FluidStatistics statistics;
  double now = 0.0;
  while (true) {
    std::vector<std::size_t> sending;
    double next = INFINITY;
    for (std::size_t d = 0; d < access.size(); ++d) {
      if (head[d] == queue[d].size()) continue;
      const double release = messages[queue[d][head[d]]].release;
      if (release <= now) {
        sending.push_back(d);
      } else {
        next = std::min(next, release);
      }
    }
    if (sending.empty() && next == INFINITY) return statistics;
    const auto caps = pick(access, sending);
    const auto rates = water_fill(caps, backhaul);
    std::size_t first = access.size();
    for (std::size_t i = 0; i < sending.size(); ++i) {
      const double done = now + left[sending[i]] / rates[i];
      if (done <= next) {
        next = done;
        first = i;
      }
    }
    for (std::size_t i = 0; i < sending.size(); ++i) left[sending[i]] -= rates[i] * (next - now);
    if (caps != rates) statistics.shared_time += next - now;
    statistics.most = std::max(statistics.most, static_cast<double>(sending.size()));
    now = next;
    if (first == access.size()) continue;
    const auto d = sending[first];
    messages[queue[d][head[d]]].finish = now;
    ++head[d];
    if (head[d] < queue[d].size()) left[d] = messages[queue[d][head[d]]].size;
  }
}

}  // namespace

TEST_CASE("The fluid solver of this test shares as one does by hand") {
  // As in the kernel's test: caps 1, 4, 10 on 7; 2, 3 and 12 bytes: 2, 1 and 2 + 3/7 s.
  std::vector<Message> messages{{0, 0, 2}, {1, 0, 3}, {2, 0, 12}};
  play(messages, {1, 4, 10}, 7);
  CHECK(messages[0].finish == Approx(2));
  CHECK(messages[1].finish == Approx(1));
  CHECK(messages[2].finish == Approx(2 + 3.0 / 7));
}

TEST_CASE("Twenty unequal devices on one backhaul: 2,000 requests take what a fluid solver says") {
  constexpr std::size_t devices = 20;
  constexpr std::int64_t requests = 100;
  constexpr std::uint64_t seed = 21;
  constexpr double backhaul_up = 10.03e6;
  constexpr double backhaul_down = 2.9e6;
  std::vector<Spec> specs;
  for (std::size_t i = 0; i < devices; ++i) {
    const auto d = static_cast<double>(i);
    Spec spec;
    const double up = 90e3 + 23011.0 * static_cast<double>((7 * i) % 20);  // 90 to 527 kB, in no order
    spec.network = network({{1e6, {}}, {up, {0}}, {1e3, {1}}});
    spec.truth = times({{0, 0.004 + 0.0013 * d, 1}}, {0, 1, 0.01 + 0.0007 * d});
    spec.link = radio(Bandwidth(0.5e6 * std::pow(1.17, d)), Bandwidth(0.4e6 * std::pow(1.13, 19 - d)),
                      Seconds(0.003 * static_cast<double>((3 * i) % 20)));
    spec.result = Bytes(20e3 + 5003.0 * d);
    spec.workload = poisson(0.7 + 0.055 * d, requests);
    spec.on_device = {true, true, false};
    specs.push_back(spec);
  }
  Lab lab(specs, cloud(1000));
  lab.system.seed = seed;
  lab.system.backhaul = platform::Backhaul{Bandwidth(backhaul_up), Bandwidth(backhaul_down)};
  const auto recording = lab.run();

  // Up: released when the head is done (one processor each: Lindley).
  std::vector<Message> up;
  std::vector<double> access_up;
  std::vector<double> access_down;
  std::vector<double> arrived;
  for (std::size_t d = 0; d < devices; ++d) {
    const auto arrival = arrivals(specs[d].workload, seed, d);
    const double head = specs[d].truth.device[0][1].value();
    const auto wait = lindley(arrival, std::vector<double>(arrival.size(), head));
    for (std::size_t i = 0; i < arrival.size(); ++i) {
      up.push_back({d, arrival[i] + wait[i] + head, specs[d].network.layer(1).output.value()});
      arrived.push_back(arrival[i]);
    }
    access_up.push_back(specs[d].link.uplink.value());
    access_down.push_back(specs[d].link.downlink.value());
  }
  const auto shared_up = play(up, access_up, backhaul_up);
  // Down: released after half a round trip and the tail, for which there is always a host.
  std::vector<Message> down;
  for (const auto& message : up) {
    const auto& spec = specs[message.device];
    const double release = message.finish + spec.link.rtt.value() / 2 + spec.truth.cloud[2].value();
    down.push_back({message.device, release, spec.result.value()});
  }
  const auto shared_down = play(down, access_down, backhaul_down);

  // The backhaul binds for a good part of the run, both ways.
  const double span = recording.run.time.value();
  INFO("shared up " << shared_up.shared_time << " s with up to " << shared_up.most << " at once, down "
                    << shared_down.shared_time << " s with up to " << shared_down.most << ", of " << span << " s");
  CHECK(shared_up.shared_time > 0.2 * span);
  CHECK(shared_down.shared_time > 0.05 * span);
  CHECK(shared_up.most > 12);

  std::vector<std::size_t> seen(devices, 0);
  auto ended = recording.ended;
  std::ranges::sort(ended, {}, [](const events::Ended& end) { return end.request.index; });
  REQUIRE(ended.size() == devices * requests);
  double worst = 0.0;
  for (const auto& end : ended) {
    const auto i = end.device * static_cast<std::size_t>(requests) + seen[end.device]++;
    const double latency = down[i].finish + specs[end.device].link.rtt.value() / 2 - arrived[i];
    worst = std::max(worst, std::abs((end.time - end.timeline.arrived).value() / latency - 1));
  }
  CHECK(worst <= 1e-9);
}

}  // namespace edgecut::contention_test
