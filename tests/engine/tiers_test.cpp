// Edge servers, direct links, returns and early exits as the engine plays them, by hand.
#include <catch2/catch.hpp>

#include "engine/systems.hpp"

namespace edgecut::tiers_test {
using namespace edgecut::test;
using Kind = events::ResourceUse::Kind;

namespace {

// a on the device (1 s), b on the edge server (0.5 s), c in the cloud (0.5 s).
Spec over_three_tiers() {
  auto spec = cut_after(1);
  spec.truth.edge = seconds({0, 0.25, 0.5, 1});
  spec.on_edge = {false, false, true, false};
  return spec;
}

// 500 kB/s both ways, 0.25 s a round trip.
platform::Link wire() {
  return radio(500000_Bps, 500000_Bps, 0.25_s);
}

// in -> a -> x (exit 0), a -> b -> c (exit 1); a, x, b and c take 1, 1, 2 and 4 s on the device.
Spec with_exits(double first_rate) {
  auto layers = network({{1e6, {}}, {5e5, {0}}, {1e3, {1}}, {2.5e5, {1}}, {1e5, {3}}}).layers();
  dnn::Exits exits;
  exits.exits = {{"x", 2}, {"c", 4}};
  exits.operating_points = {{"mixed", {first_rate, 1.0 - first_rate}}};
  Spec spec;
  spec.network = dnn::Network("test", "a network for tests", "none", "fp32", layers, exits);
  spec.truth = times({{0, 1, 1, 2, 4}}, {0, 0.125, 0.125, 0.25, 0.5});
  spec.on_device = {true, true, true, false, false};
  spec.exit_policy = spec.network.first_operating_point();
  return spec;
}

void check_times(const Recording& recording, const std::vector<std::pair<std::string, double>>& expected) {
  INFO(recording.text());
  REQUIRE(recording.steps.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CHECK(recording.steps[i].what == expected[i].first);
    CHECK(recording.steps[i].time == expected[i].second);
  }
}

}  // namespace

TEST_CASE("A request passes the edge server and the cloud, and comes back by the same way") {
  Lab lab({over_three_tiers()}, cloud(), wire());
  const auto recording = lab.run();
  check_times(recording, {{"arrived", 0},
                          {"planned", 0},
                          {"head started", 0},
                          {"head finished", 1},
                          {"upload started", 1},
                          {"upload finished", 1.75},  // 500 kB at 1 MB/s, and 0.25 s
                          {"edge started", 1.75},
                          {"edge finished", 2.25},
                          {"relay started", 2.25},
                          {"relay finished", 2.875},  // 250 kB at 500 kB/s, and 0.125 s
                          {"tail started", 2.875},
                          {"tail finished", 3.375},
                          {"relay back started", 3.375},
                          {"relay back finished", 3.75},  // 125 kB: 0.25 s, and 0.125 s
                          {"download started", 3.75},
                          {"download finished", 4.125},  // 125 kB: 0.125 s, and 0.25 s
                          {"ended", 4.125}});
  const auto& parts = recording.end(0).timeline.parts;
  CHECK(parts.edge == 0.5_s);
  CHECK(parts.relay == 1_s);  // 0.625 s up and 0.375 s back
  CHECK(parts.download == 0.375_s);
  CHECK(recording.use(Kind::edge).work == 0.5_s);
  CHECK(recording.use(Kind::relay_up).work == 0.5_s);
  CHECK(recording.use(Kind::relay_down).work == 0.25_s);
}

TEST_CASE("Who needs no edge server is relayed past its queue") {
  auto spec = cut_after(1);
  spec.truth.edge = seconds({0, 0.25, 0.5, 1});
  Lab lab({spec}, cloud(), wire());
  const auto recording = lab.run();
  CHECK(recording.time("edge started", 0) == -1.0);
  CHECK(recording.time("relay started", 0) == 1.75);
  CHECK(recording.time("tail started", 0) == 2.875);  // 500 kB: 1 s, and 0.125 s
  CHECK(recording.time("ended", 0) == 4.375);         // tail 0.75 s, 0.25 + 0.125 s back, 0.125 + 0.25 s down
}

TEST_CASE("A direct link goes past the edge server, on the same queue and at its own power") {
  auto spec = cut_after(1);
  spec.truth.edge = seconds({0, 0.25, 0.5, 1});
  spec.direct = radio(250000_Bps, 250000_Bps, 1_s);
  spec.direct->transmit = {JoulesPerByte(2e-6), 1_W};
  Lab lab({spec}, cloud(), wire());
  const auto recording = lab.run();
  CHECK(recording.time("relay started", 0) == -1.0);
  CHECK(recording.time("tail started", 0) == 3.5);  // head 1 s, 500 kB at 250 kB/s: 2 s, and 0.5 s
  CHECK(recording.time("ended", 0) == 5.25);        // tail 0.75 s, 125 kB: 0.5 s, and 0.5 s
  CHECK(recording.end(0).energy.transmit == 3_J);   // 500 kB x 2 uJ/B and 2 s x 1 W
  CHECK(recording.use(Kind::uplink).work == 2_s);
  const auto& problem = *lab.system.clients[0].problem;
  const auto cost = plan::evaluate(problem, *lab.plans.partition(problem).plan);
  CHECK(recording.end(0).energy.total().value() == Approx(cost.energy_inference.value()).epsilon(1e-12));
}

TEST_CASE("The radio of a direct link sleeps by itself") {
  auto spec = cut_after(1);
  spec.truth.edge = seconds({0, 0.25, 0.5, 1});
  spec.direct = radio(250000_Bps, 250000_Bps, 1_s);
  spec.direct->promotion = {0.5_s, 2_W};
  spec.direct->tail = {3_s, 1_W};
  Lab lab({spec}, cloud(), wire());
  const auto recording = lab.run();
  // Head 1 s, promotion 0.5 s, 500 kB: 2 s, 0.5 s; cloud 0.75 s, 125 kB: 0.5 s, 0.5 s.
  CHECK(recording.time("ended", 0) == 5.75);
  CHECK(recording.end(0).energy.promotion == 1_J);
  CHECK(recording.end(0).energy.tail == Joules(0.5 + 0.75 + 3));
  CHECK(recording.run.devices[0].tail == Joules(0.5 + 0.75 + 0.5));
  CHECK(recording.run.devices[0].tail_after == 2.5_J);
  const auto& problem = *lab.system.clients[0].problem;
  const auto cost = plan::evaluate(problem, *lab.plans.partition(problem).plan);
  CHECK(cost.energy_inference.value() == Approx(recording.end(0).energy.total().value()).epsilon(1e-12));
}

TEST_CASE("The battery and the reported power follow the radio of a direct link") {
  auto spec = cut_after(1);
  spec.truth.edge = seconds({0, 0.25, 0.5, 1});
  spec.direct = radio(250000_Bps, 250000_Bps, 1_s);
  spec.direct->transmit = {JoulesPerByte(2e-6), 1_W};
  spec.device.battery = platform::Battery{};
  spec.device.battery->capacity = 1000_J;
  Lab lab({spec}, cloud(), wire());
  const auto recording = lab.run();
  CHECK(recording.run.batteries[0].drawn.value() == Approx(recording.run.devices[0].total.value()).epsilon(1e-12));
  double most = 0.0;
  for (const auto& change : recording.power) most = std::max(most, change.power.value());
  CHECK(most == Approx(6).epsilon(1e-9));  // the head; sending takes 2 + 1 W and 2 uJ/B x 250 kB/s
  CHECK(recording.power.at(1).power.value() == Approx(3.5).epsilon(1e-9));
}

TEST_CASE("Two devices queue for the edge server's one slot and share its link") {
  auto spec = over_three_tiers();
  Lab queue({spec, spec}, cloud(), wire());
  const auto one_slot = queue.run();
  CHECK(one_slot.end(0).timeline.parts.edge_queue == 0_s);
  CHECK(one_slot.end(1).timeline.parts.edge_queue == 0.5_s);
  CHECK(one_slot.use(Kind::edge).longest_queue == 1);
  Lab shared({spec, spec}, cloud(2), wire());
  const auto two_slots = shared.run();
  CHECK(two_slots.end(1).timeline.parts.edge_queue == 0_s);
  // Both messages of 250 kB from 2.25 s on at 250 kB/s each: 1 s, and 0.125 s.
  CHECK(two_slots.time("relay finished", 0) == 3.375);
  CHECK(two_slots.time("relay finished", 1) == 3.375);
}

TEST_CASE("A device that goes off lets go of the edge server and of the relay") {
  auto spec = over_three_tiers();
  auto broken = spec;
  broken.off = {{2_s, 100_s}};  // 0.25 s into its part on the edge server
  Lab on_edge({broken, spec}, cloud(), wire());
  const auto first = on_edge.run();
  CHECK(first.end(0).outcome == events::Outcome::failed);
  CHECK(first.end(1).timeline.parts.edge_queue == 0.25_s);
  CHECK(first.use(Kind::edge).work == 0.75_s);  // 0.25 s in vain
  broken.off = {{2.5_s, 100_s}};                // half its message is relayed
  Lab on_relay({broken}, cloud(), wire());
  const auto second = on_relay.run();
  CHECK(second.end(0).outcome == events::Outcome::failed);
  CHECK(second.use(Kind::relay_up).work == 0.25_s);
}

TEST_CASE("A plan may return to the device") {
  auto spec = device_only();
  spec.on_device = {true, true, false, true};  // b in the cloud
  spec.allows_return = true;
  Lab lab({spec});
  const auto recording = lab.run();
  check_times(recording, {{"arrived", 0},
                          {"planned", 0},
                          {"head started", 0},
                          {"head finished", 1},
                          {"upload started", 1},
                          {"upload finished", 1.75},
                          {"tail started", 1.75},
                          {"tail finished", 2},
                          {"download started", 2},
                          {"download finished", 2.5},  // b's 250 kB: 0.25 s, and 0.25 s
                          {"head started", 2.5},
                          {"head finished", 6.5},  // c
                          {"ended", 6.5}});
  const auto& end = recording.end(0);
  CHECK(end.timeline.parts.head == 5_s);
  CHECK(end.down == Bytes(2.5e5));
  CHECK(end.energy.compute == 20_J);  // 5 s x 4 W
}

TEST_CASE("Who leaves at an exit on the device uses neither radio nor cloud") {
  auto spec = with_exits(0.5);
  spec.workload = one_at_a_time(400);
  Lab lab({spec});
  const auto recording = lab.run();
  int early = 0;
  for (const auto& end : recording.ended) {
    const bool is_early = end.up == Bytes();
    early += is_early ? 1 : 0;
    // Both run a and x: 2 s. Then 500 kB: 0.75 s, b and c: 0.75 s, 125 kB: 0.375 s.
    const double latency = is_early ? 2 : 3.875;
    CHECK((end.timeline.ended - end.timeline.arrived).value() == Approx(latency).epsilon(1e-12));
  }
  CHECK(early == Approx(200).margin(40));  // four standard deviations of 10
}

TEST_CASE("Exits are drawn by seed and device, whatever the plan") {
  const auto exits_of = [](std::uint64_t seed, bool cloud_only) {
    auto spec = with_exits(0.5);
    spec.workload = one_at_a_time(100);
    if (cloud_only) spec.on_device = first(1, 5);
    Lab lab({spec, spec});
    lab.system.seed = seed;
    auto ended = lab.run().ended;
    std::vector<std::vector<bool>> early(2);
    // With everything in the cloud the first exit computes a and x only.
    for (const auto& end : ended) {
      const auto& parts = end.timeline.parts;
      early[end.device].push_back(cloud_only ? parts.tail < 0.5_s : end.up == Bytes());
    }
    return early;
  };
  const auto some = exits_of(1, false);
  CHECK(some == exits_of(1, true));
  CHECK(some[0] != some[1]);
  CHECK(some != exits_of(2, false));
}

}  // namespace edgecut::tiers_test
