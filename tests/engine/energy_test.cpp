// Joules by hand. The board draws 2 W idle and 0.5 W off; with one inference on its processor 6 W (4 W above idle). The
// radio takes 0.5 W + 1 uJ/B to send and 0.25 W + 2 uJ/B to receive.
#include <catch2/catch.hpp>

#include <vector>

#include "engine/systems.hpp"

namespace edgecut::energy_test {
using namespace edgecut::test;

namespace {

Approx exactly(double value) {
  return Approx(value).epsilon(1e-12).margin(1e-12);
}

// Of a rate, which is told by the bytes that have passed.
Approx nearly(double value) {
  return Approx(value).epsilon(1e-9);
}

void check(const events::DeviceEnergy& energy, double idle, double compute, double radio, double off = 0) {
  CHECK(energy.idle.value() == exactly(idle));
  CHECK(energy.off.value() == exactly(off));
  CHECK(energy.compute.value() == exactly(compute));
  CHECK(energy.radio.value() == exactly(radio));
  CHECK(energy.total.value() == exactly(idle + off + compute + radio));
}

Spec head_of(double seconds, platform::Device device, workload::Workload workload) {
  Spec spec;
  spec.network = network({{1e3, {}}, {1e3, {0}}});
  spec.device = std::move(device);
  spec.truth.device.assign(spec.device.processors.size(), test::seconds({0, seconds}));
  spec.truth.cloud = test::seconds({0, seconds});
  spec.workload = workload;
  spec.on_device = first(2, 2);
  return spec;
}

}  // namespace

TEST_CASE("An idle device draws its idle power and nothing else") {
  // Device 1 computes for 7 s; device 0's only request fails at 0, having no plan.
  Lab lab({Spec(), device_only()});
  const auto recording = lab.run();
  check(recording.run.devices[0], 14, 0, 0);  // 2 W x 7 s
}

TEST_CASE("A busy device draws its active power") {
  Lab lab({device_only()});
  const auto recording = lab.run();
  check(recording.run.devices[0], 14, 28, 0);  // 2 W and 4 W x 7 s
  CHECK(recording.end(0).energy.compute.value() == exactly(28));
}

TEST_CASE("A device draws active power only while it computes") {
  Lab lab({head_of(1, board({cpu(6_W)}), periodic(0.25, 3))});  // at 0, 4, 8: run of 9 s
  const auto recording = lab.run();
  check(recording.run.devices[0], 18, 12, 0);
}

TEST_CASE("A device that is off draws its off power, and its processors nothing") {
  auto spec = head_of(1, board({cpu(6_W)}), periodic(0.125, 3));  // at 0, 8, 16
  spec.off = {{2_s, 12_s}};                                       // the second fails
  Lab lab({spec});
  const auto recording = lab.run();
  check(recording.run.devices[0], 2 * 2 + 2 * 5, 4 * 2, 0, 0.5 * 10);  // on 0-2 and 12-17
}

TEST_CASE("A lone inference costs the same on a board of one slot and of several") {
  for (const int slots : {1, 2, 4}) {
    for (const auto busy : {0_W, 3_W, 4_W}) {
      auto device = board({cpu(6_W, slots)});
      device.busy = busy;
      Lab lab({head_of(1, device, periodic(0.5, 3))});
      const auto recording = lab.run();
      check(recording.run.devices[0], 2 * 5, 3 * 4, 0);
      for (const auto& end : recording.ended) CHECK(end.energy.compute.value() == exactly(4));
    }
  }
}

TEST_CASE("Each busy slot adds its own power, and the board what it adds once") {
  // Heads of 1 s at 0, 0.25, 0.5, ... 1.25 s (six) on four slots: every one finds a slot; the fifth and the sixth start
  // as the first and the second leave. 6 slot-seconds in 2.25 s.
  const auto watts_of = [](const Recording& recording) {
    std::vector<double> watts;
    for (std::size_t i = 0; i < 4; ++i) watts.push_back(recording.power.at(i).power.value());
    return watts;
  };
  auto device = board({cpu(6_W, 4)});
  Lab lab({head_of(1, device, periodic(4, 6))});
  const auto linear = lab.run();
  REQUIRE(linear.run.time == 2.25_s);
  check(linear.run.devices[0], 4.5, 6 * 4, 0);
  CHECK(linear.end(0).energy.compute.value() == exactly(4));
  CHECK(watts_of(linear) == std::vector<double>{6, 10, 14, 18});
  // Of the 4 W above idle the board adds 3 W while anything computes, for 2.25 s, and a slot 1 W.
  device.busy = 3_W;
  Lab split({head_of(1, device, periodic(4, 6))});
  const auto recording = split.run();
  check(recording.run.devices[0], 4.5, 6 * 1 + 2.25 * 3, 0);
  CHECK(watts_of(recording) == std::vector<double>{6, 7, 8, 9});
  // The first is alone, one of two, of three and of four, for a quarter of a second each.
  CHECK(recording.end(0).energy.compute.value() == exactly(1 + 0.25 * 3 * (1 + 1.0 / 2 + 1.0 / 3 + 1.0 / 4)));
  Joules sum;
  for (const auto& end : recording.ended) sum += end.energy.compute;
  CHECK(sum.value() == exactly(6 * 1 + 2.25 * 3));
}

TEST_CASE("A shared processor draws no more than all its slots, and the work is paid once") {
  // 2 slots, 4 W each; three jobs of 1 s at once need 1.5 s at full power: 12 J.
  auto spec = head_of(1, board({cpu(6_W, 2, platform::Discipline::shared)}), periodic(1e9, 3));
  Lab lab({spec});
  const auto recording = lab.run();
  CHECK(recording.run.time.value() == Approx(1.5).epsilon(1e-8));
  CHECK(recording.run.devices[0].compute.value() == exactly(12));
  Joules sum;
  for (const auto& end : recording.ended) sum += end.energy.compute;
  CHECK(sum.value() == exactly(12));
  // With 3 W of the board's own, each slot adds 1 W: 1.5 s x (3 + 2 x 1) W, and each of the three pays a third.
  spec.device.busy = 3_W;
  Lab split({spec});
  const auto shared = split.run();
  CHECK(shared.run.devices[0].compute.value() == Approx(7.5).epsilon(1e-8));
  for (const auto& end : shared.ended) CHECK(end.energy.compute.value() == Approx(2.5).epsilon(1e-8));
}

TEST_CASE("Two processors at once pay for the board by halves, and each has its account") {
  // 3 s on the first (6 W alone) and, of another class, 1 s on the second (10 W alone), both at 0. The board adds 2 W while
  // anything computes: 2 W and 6 W are the slots' own.
  auto device = board({cpu(6_W), cpu(10_W)});
  device.busy = 2_W;
  auto slow = head_of(3, device, periodic(1, 1));
  auto fast = head_of(1, device, periodic(1, 1));
  fast.processor = 1;
  fast.joins = true;
  Lab lab({slow, fast});
  const auto recording = lab.run();
  check(recording.run.devices[0], 2 * 3, 3 * 2 + 1 * 6 + 3 * 2, 0);
  std::vector<double> joules;
  for (const auto& use : recording.run.resources) {
    if (use.kind == events::ResourceUse::Kind::device_processor) joules.push_back(use.energy.value());
  }
  CHECK(joules == std::vector<double>{3 * 2 + 1 + 2 * 2, 6 + 1});  // a half of 2 W for 1 s, then all of it for 2 s
  std::vector<double> paid;
  for (const auto& end : recording.ended) paid.push_back(end.energy.compute.value());
  CHECK(paid == std::vector<double>{6 + 1, 3 * 2 + 1 + 2 * 2});
}

TEST_CASE("A head that is cut off pays for its part of the board until then") {
  auto device = board({cpu(6_W, 2)});
  device.busy = 3_W;
  auto spec = head_of(4, device, periodic(1, 2));  // at 0 and 1 s
  spec.off = {{3_s, 5_s}};
  Lab lab({spec});
  const auto recording = lab.run();
  // 3 s and 2 s of a slot at 1 W; the board's 3 W alone for 1 s, then by halves for 2 s.
  CHECK(recording.end(0).energy.compute.value() == exactly(3 + 3 + 3));
  CHECK(recording.end(1).energy.compute.value() == exactly(2 + 3));
  CHECK(recording.run.devices[0].compute.value() == exactly(5 + 9));
}

TEST_CASE("With two processors the one that computes adds its own increment, and the board's idle power counts once") {
  auto spec = head_of(3, board({cpu(6_W), cpu(10_W)}), one_at_a_time());
  spec.processor = 1;
  Lab lab({spec});
  const auto recording = lab.run();
  check(recording.run.devices[0], 6, 24, 0);  // 2 W and 8 W x 3 s
}

TEST_CASE("Each processor has its own account, and all together are what the device computed") {
  // Two classes of requests on one device: heads of 3 s at 4 W above idle on the first processor at 0 and 4 s, heads of 1 s
  // at 8 W on the second at 0, 2 and 4 s.
  auto slow = head_of(3, board({cpu(6_W), cpu(10_W)}), periodic(0.25, 2));
  auto fast = head_of(1, board({cpu(6_W), cpu(10_W)}), periodic(0.5, 3));
  fast.processor = 1;
  fast.joins = true;
  Lab lab({slow, fast});
  const auto recording = lab.run();
  REQUIRE(recording.run.time == 7_s);
  check(recording.run.devices[0], 14, 2 * 12 + 3 * 8, 0);
  std::vector<double> joules;
  for (const auto& use : recording.run.resources) {
    if (use.kind == events::ResourceUse::Kind::device_processor) joules.push_back(use.energy.value());
  }
  REQUIRE(joules.size() == 2);
  CHECK(joules[0] == exactly(2 * 12));
  CHECK(joules[1] == exactly(3 * 8));
}

TEST_CASE("Sending draws base power for its time and the slope for its bytes") {
  auto spec = cloud_only();
  spec.result = 0_B;
  spec.link = radio(250000_Bps, 250000_Bps, 0_s);  // 1 MB: 4 s
  Lab lab({spec});
  const auto recording = lab.run();
  // 1e6 B x 1 uJ/B + 0.5 W x 4 s; the cloud takes 0.875 s more.
  check(recording.run.devices[0], 2 * 4.875, 0, 1 + 2);
  CHECK(recording.end(0).energy.transmit.value() == exactly(3));
  CHECK(recording.end(0).energy.receive == 0_J);
}

TEST_CASE("Receiving draws its own base power and slope") {
  auto spec = cloud_only();
  spec.link = radio(1000000_Bps, 62500_Bps, 0_s);  // 1 MB up: 1 s; 125 kB down: 2 s
  Lab lab({spec});
  const auto recording = lab.run();
  CHECK(recording.end(0).energy.transmit.value() == exactly(1 + 0.5));
  CHECK(recording.end(0).energy.receive.value() == exactly(0.25 + 0.5));  // 125e3 x 2 uJ/B + 0.25 W x 2 s
  check(recording.run.devices[0], 2 * 3.875, 0, 2.25);
}

TEST_CASE("Half a round trip draws nothing") {
  Lab lab({cloud_only()});  // 0.25 s there and back
  const auto recording = lab.run();
  // 1 MB in 1 s, 125 kB in 0.125 s; 2.5 s in all.
  check(recording.run.devices[0], 5, 0, (1 + 0.5) + (0.25 + 0.25 * 0.125));
}

TEST_CASE("Computing, sending and receiving at once add up") {
  // Cut after a: head 1 s, 500 kB up, 0.75 s tail, 125 kB down, each second. Radio of 500 kB/s and 125 kB/s: 1 s up and
  // 1 s down. Request i: head i to i + 1, upload to i + 2, tail to i + 2.75, download to i + 3.75.
  auto spec = cut_after(1);
  spec.link = radio(500000_Bps, 125000_Bps, 0_s);
  spec.workload = periodic(1, 4);
  Lab lab({spec}, cloud(4));
  const auto recording = lab.run();
  REQUIRE(recording.run.time == 6.75_s);
  // Each: 4 J head; 0.5 + 0.5 J up; 0.25 + 0.25 J down.
  check(recording.run.devices[0], 13.5, 16, 4 * 1.5);
  for (const auto& end : recording.ended) CHECK(end.energy.total().value() == exactly(5.5));
  // From 3 to 3.75 request 3 computes, 2 sends and 0 receives: 2 + 4 + 0.5 + 0.25 W, and for the rates
  // 1 uJ/B x 500 kB/s + 2 uJ/B x 125 kB/s.
  double most = 0.0;
  for (const auto& change : recording.power) most = std::max(most, change.power.value());
  CHECK(most == nearly(6.75 + 0.5 + 0.25));
}

TEST_CASE("A rate that others change costs time, not bytes") {
  // 1 MB each on a backhaul of 1 MB/s; the second device joins at 0.5 s, its head taking that long.
  auto one = cloud_only();
  one.result = 0_B;
  one.link.rtt = 0_s;
  auto two = cut_after(1);
  two.network = network({{1e6, {}}, {1e6, {0}}, {2.5e5, {1}}, {1e5, {2}}});
  two.truth = times({{0, 0.5, 1, 1}}, {0, 1, 1, 1});
  two.result = 0_B;
  two.link.rtt = 0_s;
  Lab lab({one, two}, cloud(2));
  lab.system.backhaul = platform::Backhaul{1000000_Bps, 1000000_Bps};
  const auto recording = lab.run();
  // One: 0.5 MB by 0.5 s, the rest at half rate until 1.5 s. Two: 0.5 MB by 1.5 s, the rest until 2.
  CHECK(recording.end(0).timeline.upload_finished.value() == exactly(1.5));
  CHECK(recording.end(1).timeline.upload_finished.value() == exactly(2));
  CHECK(recording.end(0).energy.transmit.value() == exactly(1 + 0.5 * 1.5));
  CHECK(recording.end(1).energy.transmit.value() == exactly(1 + 0.5 * 1.5));
  // What is reported follows the rate: 2 W idle, 0.5 W to send, and 1 uJ/B at 1 MB/s, then at half of it.
  std::vector<std::pair<double, double>> changes;
  for (const auto& change : recording.power) {
    if (change.device == 0) changes.emplace_back(change.time.value(), change.power.value());
  }
  REQUIRE(changes.size() == 3);
  CHECK(changes[0].second == nearly(3.5));
  CHECK(changes[1].first == exactly(0.5));
  CHECK(changes[1].second == nearly(3));
  CHECK(changes[2].first == exactly(1.5));
  CHECK(changes[2].second == exactly(2));
}

TEST_CASE("SimGrid's host-energy plugin agrees with our account, off periods included") {
  std::vector<Spec> specs;
  const auto shared = platform::Discipline::shared;
  for (int i = 0; i < 6; ++i) {
    auto spec = cut_after(static_cast<std::size_t>(1 + i % 3));
    const int slots = 1 + i % 4;
    spec.device = board({cpu(5.5_W, slots), cpu(9.3_W, slots + 1, i % 2 == 0 ? shared : platform::Discipline::fifo)});
    spec.device.idle = Watts(1.7 + 0.3 * i);
    spec.device.off = Watts(0.1 * i);
    spec.device.busy = Watts(0.3 * i);
    spec.truth = times({{0, 0.11, 0.23, 0.47}, {0, 0.07, 0.13, 0.29}}, {0, 0.013, 0.029, 0.053});
    spec.processor = static_cast<std::size_t>(i % 2);
    spec.workload = poisson(1.5 * slots, 400);
    if (i != 4) spec.off = {{Seconds(5.03 + i), Seconds(11.17 + i)}, {Seconds(30.5), Seconds(31.77)}};
    specs.push_back(spec);
  }
  Lab lab(specs, cloud(1, 2));
  lab.system.backhaul = platform::Backhaul{3000000_Bps, 700000_Bps};
  lab.system.seed = 7;
  Recorder recorder;
  engine::IndependentEnergy independent;
  engine::simulate(lab.system, lab.plans, recorder, independent);
  const auto& recording = recorder.recording;
  REQUIRE(independent.devices.size() == 6);
  std::size_t failed = 0;
  for (const auto& end : recording.ended) failed += end.outcome == events::Outcome::failed ? 1 : 0;
  CHECK(failed > 50);
  CHECK(failed < 1200);
  for (std::size_t i = 0; i < 6; ++i) {
    INFO("device " << i);
    const auto& ours = recording.run.devices[i];
    CHECK(ours.compute > 10_J);
    CHECK(independent.devices[i].value() == Approx((ours.idle + ours.off + ours.compute).value()).epsilon(1e-9));
  }
}

TEST_CASE(
    "SimGrid's host-energy plugin agrees with our account of servers that have a power, hosts and slots and all") {
  // Cut after one or two layers, the middle on the edge server, or everything but the input in the cloud.
  std::vector<Spec> specs;
  for (int i = 0; i < 6; ++i) {
    auto spec = cut_after(static_cast<std::size_t>(1 + i % 3));
    spec.truth = times({{0, 0.11, 0.23, 0.47}}, {0, 0.213, 0.129, 0.053});
    spec.workload = poisson(1.5, 300);
    if (i == 2) spec.off = {{Seconds(5.03), Seconds(11.17)}};
    specs.push_back(spec);
  }
  for (const auto discipline : {platform::Discipline::fifo, platform::Discipline::shared}) {
    auto server = cloud(2);
    server.hosts = 3;
    server.processor.discipline = discipline;
    server.power = platform::HostPower{Watts(97.3), Watts(251.9)};
    Lab lab(specs, server);
    lab.system.seed = 7;
    Recorder recorder;
    engine::IndependentEnergy independent;
    engine::simulate(lab.system, lab.plans, recorder, independent);
    const auto& run = recorder.recording.run;
    REQUIRE(run.servers.size() == 1);
    REQUIRE(run.servers[0].energy.has_value());
    // It worked, and was neither idle nor full all the time.
    CHECK(*run.servers[0].energy > Watts(3 * 97.3) * run.time * 1.01);
    CHECK(*run.servers[0].energy < Watts(3 * 251.9) * run.time * 0.99);
    REQUIRE(independent.cloud.has_value());
    CHECK(independent.cloud->value() == Approx(run.servers[0].energy->value()).epsilon(1e-9));
    CHECK_FALSE(independent.edge.has_value());
  }
}

TEST_CASE("SimGrid's host-energy plugin agrees with our account of an edge server") {
  auto spec = cut_after(1);
  spec.truth.edge = seconds({0, 0.25, 0.5, 1});
  spec.on_edge = {false, false, true, false};
  spec.workload = poisson(0.3, 200);
  auto edge = cloud(2);
  edge.power = platform::HostPower{Watts(11.7), Watts(31.1)};
  auto server = cloud(1);
  server.power = platform::HostPower{Watts(97.3), Watts(251.9)};
  Lab lab({spec, spec}, edge, radio(1000000_Bps, 1000000_Bps, 0_s));
  lab.system.cloud = &server;
  lab.system.seed = 7;
  Recorder recorder;
  engine::IndependentEnergy independent;
  engine::simulate(lab.system, lab.plans, recorder, independent);
  const auto& servers = recorder.recording.run.servers;
  REQUIRE(servers.size() == 2);
  for (const auto& use : servers) {
    REQUIRE(use.energy.has_value());
    const bool is_cloud = use.server == events::ResourceUse::Kind::cloud;
    const auto& theirs = is_cloud ? independent.cloud : independent.edge;
    REQUIRE(theirs.has_value());
    CHECK(*use.energy > (is_cloud ? Watts(97.3) : Watts(11.7)) * recorder.recording.run.time * 1.001);
    CHECK(theirs->value() == Approx(use.energy->value()).epsilon(1e-9));
  }
}

}  // namespace edgecut::energy_test
