// Probes of bandwidths, by hand and on both kernels: when they go, what they cost and what they teach. The link takes
// 1 MB/s both ways and half a second there and back; sending draws 0.5 W + 1 uJ/B and receiving 0.25 W + 2 uJ/B.
#include <catch2/catch.hpp>

#include <memory>
#include <vector>

#include "engine/systems.hpp"

namespace edgecut::probing_test {
using namespace edgecut::test;
using belief::Awareness;
using Kind = events::ResourceUse::Kind;

namespace {

constexpr double MB = 1e6;

Approx exactly(double value) {
  return Approx(value).epsilon(1e-9).margin(1e-9);
}

void probe_with(Lab& lab, Seconds every, Bytes size) {
  lab.system.kernel = either();
  lab.system.awareness.bandwidth = Awareness::Bandwidth::estimate;
  lab.system.awareness.decide = Awareness::Decide::per_request;
  lab.system.awareness.probe = belief::Probe{every, size};
}

std::vector<double> starts(const Recording& run) {
  std::vector<double> times;
  for (const auto& probe : run.probes) times.push_back(probe.time.value());
  return times;
}

// The best cut by its latency.
class Best final : public partition::Partitioner {
 public:
  [[nodiscard]] partition::Decision partition(const plan::Problem& problem) const override {
    const auto candidates = plan::prefix_candidates(problem);
    const auto* best = &candidates.front();
    for (const auto& candidate : candidates) {
      if (plan::is_better(candidate, *best, problem.objective)) best = &candidate;
    }
    return {best->plan, "best"};
  }
};

// 50 kB/s both ways until 30 s, 1 MB/s from then on.
Spec slow_at_first() {
  auto spec = cloud_only();
  auto steps = std::make_shared<std::vector<platform::CourseStep>>();
  *steps = {{0_s, 0.05 * MB}, {30_s, MB}};
  platform::Course course;
  course.steps.emplace();
  course.steps->steps = steps;
  spec.link.motion.up = spec.link.motion.down = course;
  spec.workload = periodic(0.04, 4);  // at 0, 25, 50 and 75 s
  return spec;
}

std::vector<std::size_t> layers_on_device(const Recording& run) {
  std::vector<std::size_t> layers;
  for (const auto& plan : run.plans) {
    layers.push_back(static_cast<std::size_t>(std::ranges::count(plan.value().on_device, true)) - 1);
  }
  return layers;
}

}  // namespace

TEST_CASE("A probe goes up and comes back, costs its time, bytes and joules, and is no request") {
  // On the device alone: 7 s at 0, 10 and 20 s. Probes of 500 kB every 5 s, the last at 25 s: 0.5 s up, 0.25 s, 0.5 s back
  // and 0.25 s. Each takes 0.5 W x 0.5 s + 0.5 J up, and 0.25 W x 0.5 s + 1 J back.
  auto spec = device_only();
  spec.workload = periodic(0.1, 3);
  Lab lab({spec});
  probe_with(lab, 5_s, 500000_B);
  const auto run = lab.run();
  REQUIRE(run.run.time == 27_s);
  const auto& probes = run.run.probes;
  CHECK(probes.count == 5);
  CHECK(probes.up == 2500000_B);
  CHECK(probes.down == 2500000_B);
  CHECK(probes.time.value() == exactly(5 * 1.0));
  CHECK(probes.energy.value() == exactly(5 * (0.75 + 1.125)));
  CHECK(run.run.devices[0].radio.value() == exactly(5 * (0.75 + 1.125)));
  CHECK(run.run.devices[0].compute.value() == exactly(3 * 28));
  REQUIRE(run.ended.size() == 3);
  for (std::uint32_t i = 0; i < 3; ++i) {
    CHECK(run.end(i).energy.total().value() == exactly(28));
    CHECK((run.end(i).timeline.ended - run.end(i).timeline.arrived).value() == exactly(7));
    CHECK(run.end(i).up == 0_B);
  }
  const std::vector<double> begins = starts(run);
  REQUIRE(begins.size() == 10);
  for (std::size_t i = 0; i < 5; ++i) {
    CHECK(begins[2 * i] == exactly(5.0 * static_cast<double>(i + 1)));
    CHECK(begins[2 * i + 1] == exactly(5.0 * static_cast<double>(i + 1) + 0.75));
    CHECK(run.probed[2 * i].over == Kind::uplink);
    CHECK(run.probed[2 * i + 1].over == Kind::downlink);
    CHECK(run.probed[2 * i + 1].time.value() == exactly(begins[2 * i + 1] + 0.5));
  }
  CHECK(run.use(Kind::uplink).work.value() == exactly(2.5));
}

TEST_CASE("Who stays on the device learns from probes that the link is good again, and without them never does") {
  // The first request takes 20 s to send, which shows 50 kB/s; the second stays on the device. The link is good from
  // 30 s on, which nobody sees but a probe, at 40 s. (At 20 s the radio sends.)
  Lab lab({slow_at_first()});
  lab.system.awareness.bandwidth = Awareness::Bandwidth::estimate;
  lab.system.awareness.decide = Awareness::Decide::per_request;
  Recorder starving;
  engine::simulate(lab.system, Best(), starving);
  CHECK(layers_on_device(starving.recording) == std::vector<std::size_t>{0, 3, 3, 3});
  probe_with(lab, 20_s, 10000_B);
  Recorder learning;
  engine::simulate(lab.system, Best(), learning);
  CHECK(layers_on_device(learning.recording) == std::vector<std::size_t>{0, 3, 0, 0});
  CHECK(starts(learning.recording).front() == exactly(40));
}

TEST_CASE("A probe waits for nobody and nobody waits behind it but for the radio") {
  // 1 MB up from 0 to 1 s, the result down from 2.125 to 2.25 s. The probe at 0.9 s finds the radio busy and is left out;
  // that at 1.8 s is sent by 1.9 s, and its way back, from 2.15 s on, waits for the result.
  auto spec = cloud_only();
  spec.workload = periodic(0.4, 2);  // at 0 and 2.5 s
  Lab lab({spec});
  probe_with(lab, 0.9_s, 100000_B);
  const auto run = lab.run();
  CHECK(starts(run)[0] == exactly(1.8));
  CHECK(starts(run)[1] == exactly(2.25));
  // At 2.7 s the second request sends, until 3.5 s; it has not waited.
  CHECK(run.time("upload started", 1) == exactly(2.5));
  // A request that comes while a probe is being sent waits for it.
  auto late = cloud_only();
  late.workload = periodic(1.0 / 1.85, 2);  // at 0 and 1.85 s
  Lab other({late});
  probe_with(other, 0.9_s, 100000_B);
  const auto waits = other.run();
  CHECK(waits.time("upload started", 1) == exactly(1.9));
  CHECK(waits.end(1).timeline.parts.radio_queue.value() == exactly(0.05));
}

TEST_CASE("A probe is lost with a device that goes off, and what was sent of it is paid") {
  // At 5 s until 5.2 s: 200 kB, 0.5 W x 0.2 s + 0.2 J. The device is off at 10 s; the next is at 15 s.
  auto spec = device_only();
  spec.workload = periodic(0.05, 2);  // at 0, which fails, and at 20 s
  spec.off = {{5.2_s, 12_s}};
  Lab lab({spec});
  probe_with(lab, 5_s, 500000_B);
  const auto run = lab.run();
  REQUIRE(run.run.time == 27_s);
  CHECK(run.run.probes.count == 3);  // at 15, 20 and 25 s
  CHECK(run.run.probes.up.value() == exactly(1700000));
  CHECK(run.run.probes.energy.value() == exactly(0.3 + 3 * 1.875));
  CHECK(run.run.devices[0].radio.value() == exactly(0.3 + 3 * 1.875));
  CHECK(run.probed.front().time.value() == exactly(5.2));
}

TEST_CASE("A probe that outlasts the run ends with it") {
  // One request of 7 s; the probe at 6.5 s has sent half of its megabyte by then: 0.5 W x 0.5 s + 0.5 J.
  Lab lab({device_only()});
  probe_with(lab, 6.5_s, 1000000_B);
  const auto run = lab.run();
  CHECK(run.run.time == 7_s);
  CHECK(run.run.probes.count == 0);
  CHECK(run.run.probes.up.value() == exactly(500000));
  CHECK(run.run.probes.energy.value() == exactly(0.75));
  CHECK(run.run.devices[0].radio.value() == exactly(0.75));
  CHECK(run.run.devices[0].total.value() == exactly(14 + 28 + 0.75));
}

TEST_CASE("A probe pays for waking the radio and for the tail after it") {
  // 1 s at 2 W to wake up, 3 s at 1 W after the last byte, and 0.5 s of them between up and down: 2 + 0.25 + 3 J beside
  // 0.75 + 1.125 J, each of two times: at 10 and 20 s.
  auto spec = device_only();
  spec.link.promotion = {1_s, 2_W};
  spec.link.tail = {3_s, 1_W};
  spec.workload = periodic(0.05, 2);  // until 27 s
  Lab lab({spec});
  probe_with(lab, 10_s, 500000_B);
  const auto run = lab.run();
  CHECK(run.run.probes.count == 2);
  CHECK(run.run.probes.time.value() == exactly(2 * 2.0));
  CHECK(run.run.probes.energy.value() == exactly(2 * (2 + 0.25 + 3 + 0.75 + 1.125)));
  CHECK(run.run.devices[0].radio.value() == exactly(run.run.probes.energy.value()));
  for (const auto& end : run.ended) CHECK(end.energy.total().value() == exactly(28));
}

TEST_CASE("Probes of a fleet are spread over the interval") {
  auto spec = device_only();
  spec.workload = one_at_a_time(4);  // 28 s
  Lab lab({spec, spec});
  probe_with(lab, 10_s, 1000_B);
  const auto run = lab.run();
  std::vector<std::pair<std::size_t, double>> ups;
  for (const auto& probe : run.probes) {
    if (probe.over == Kind::uplink) ups.emplace_back(probe.device, probe.time.value());
  }
  REQUIRE(ups.size() == 4);
  const std::vector<std::pair<std::size_t, double>> expected{{0, 10.0}, {1, 15.0}, {0, 20.0}, {1, 25.0}};
  CHECK(ups == expected);
}

TEST_CASE("A direct link is probed after the other") {
  auto spec = device_only();
  spec.truth.edge = spec.truth.cloud;
  spec.direct = radio(500000_Bps, 500000_Bps, 0_s);
  Lab lab({spec}, test::cloud(), radio());
  probe_with(lab, 4_s, 100000_B);
  const auto run = lab.run();
  // 4 to 4.7 s over the link, then 0.2 s up and 0.2 s down over the direct one.
  REQUIRE(run.probes.size() == 4);
  CHECK_FALSE(run.probes[1].is_direct);
  CHECK(run.probes[2].is_direct);
  CHECK(run.probes[2].time.value() == exactly(4.7));
  CHECK(run.probed[3].time.value() == exactly(5.1));
  CHECK(run.run.probes.count == 2);
}

TEST_CASE("A loop whose requests are refused goes on when a probe has left the radio") {
  // No request may wait. The one of 2.5 s finds the radio taken by a probe of 1 MB and is refused; the next comes when
  // there is room, not never.
  auto spec = cloud_only();
  spec.workload = one_at_a_time(3);
  spec.workload.queue_limit = 0;
  Lab lab({spec});
  probe_with(lab, 2.4_s, 1000000_B);
  const auto run = lab.run();
  CHECK(run.ended.size() == 3);
}

}  // namespace edgecut::probing_test
