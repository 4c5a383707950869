// A radio that sleeps: promotion and tail in the engine, beside their closed forms. The default radio sends at 1 MB/s
// with 0.5 W + 1 uJ/B and receives with 0.25 W + 2 uJ/B; here it wakes up in 0.25 s at 2 W and has a tail of 2 s at 1 W.
#include "engine/radio.hpp"

#include <catch2/catch.hpp>

#include <vector>

#include "engine/systems.hpp"

namespace edgecut::radio_test {
using namespace edgecut::test;

namespace {

Approx exactly(double value) {
  return Approx(value).epsilon(1e-12).margin(1e-12);
}

platform::Link sleepy(Bandwidth up = 1000000_Bps, Bandwidth down = 1000000_Bps, Seconds rtt = 0.5_s) {
  auto link = radio(up, down, rtt);
  link.promotion = {0.25_s, 2_W};
  link.tail = {2_s, 1_W};
  return link;
}

// 100 kB up in 0.1 s and nothing back; the cloud takes no time.
Spec burst(double rate, std::int64_t packets) {
  Spec spec;
  spec.network = network({{1e5, {}}, {1e3, {0}}});
  spec.truth = times({{0, 1}}, {0, 0});
  spec.link = sleepy(1000000_Bps, 1000000_Bps, 0_s);
  spec.result = 0_B;
  spec.workload = periodic(rate, packets);
  spec.on_device = first(1, 2);
  return spec;
}

double sum_of(const Recording& recording, Joules events::RequestEnergy::*part) {
  double sum = 0.0;
  for (const auto& end : recording.ended) sum += (end.energy.*part).value();
  return sum;
}

}  // namespace

TEST_CASE("One inference on an idle system: the engine equals the closed form of a sleeping radio") {
  for (std::size_t layers = 0; layers <= 3; ++layers) {
    auto spec = cut_after(layers);
    spec.link = sleepy();
    Lab lab({spec});
    const auto& problem = *lab.system.clients[0].problem;
    const auto cost = plan::evaluate(problem, *lab.plans.partition(problem).plan);
    const auto recording = lab.run();
    const auto& end = recording.end(0);
    INFO(layers);
    CHECK((end.timeline.ended - end.timeline.arrived).value() == exactly(cost.latency.value()));
    CHECK(end.timeline.parts.upload.value() == exactly(cost.upload.value()));
    CHECK(end.energy.promotion.value() == exactly(cost.promotion_energy.value()));
    CHECK(end.energy.tail.value() == exactly(cost.tail_energy.value()));
    CHECK(end.energy.total().value() == exactly(cost.energy_inference.value()));
  }
}

TEST_CASE("The first packet after a pause waits for the radio, the next ones do not") {
  Lab lab({burst(1, 3)});  // at 0, 1, 2: 0.25 s + 0.1 s, then 0.1 s each, inside the tail
  const auto recording = lab.run();
  CHECK(recording.end(0).timeline.ended.value() == exactly(0.35));
  CHECK(recording.end(1).timeline.ended.value() == exactly(1.1));
  CHECK(recording.end(2).timeline.ended.value() == exactly(2.1));
  CHECK(recording.run.devices[0].promotion.value() == exactly(0.5));  // 0.25 s at 2 W, once
}

TEST_CASE("The tail of a burst is cut short by the next packet") {
  // Sending ends at 0.35, 1.1, 2.1; tail between packets 0.65 and 0.9 s, and the run ends with the last byte.
  Lab lab({burst(1, 3)});
  const auto recording = lab.run();
  CHECK(recording.run.devices[0].tail.value() == exactly(0.65 + 0.9));
  CHECK(recording.run.devices[0].transmit.value() == exactly(3 * (0.1 + 0.05)));  // 1 uJ/B and 0.5 W
  // The requests pay for the last tail too, which the run does not see: 2 s.
  CHECK(sum_of(recording, &events::RequestEnergy::tail) == exactly(0.65 + 0.9 + 2));
  CHECK(recording.end(0).energy.tail.value() == exactly(2));         // a whole one,
  CHECK(recording.end(1).energy.tail.value() == exactly(2 - 1.35));  // less what it cut off
}

TEST_CASE("Packets far apart each wake the radio and each have a whole tail") {
  Lab lab({burst(0.2, 4)});  // every 5 s
  const auto recording = lab.run();
  CHECK(recording.run.devices[0].promotion.value() == exactly(4 * 0.5));
  CHECK(recording.run.devices[0].tail.value() == exactly(3 * 2));
  for (const auto& end : recording.ended) {
    CHECK((end.timeline.ended - end.timeline.arrived).value() == exactly(0.35));
    CHECK(end.energy.tail.value() == exactly(2));
  }
}

TEST_CASE("The radio stays connected while an answer is awaited, beyond the tail's time") {
  auto spec = cloud_only();
  spec.link = sleepy();
  spec.link.tail.time = 0.25_s;
  Lab lab({spec});
  const auto recording = lab.run();
  // Last byte up at 1.25; 0.25 s on the way, 0.875 s in the cloud; 0.125 s down.
  CHECK(recording.end(0).timeline.download_started.value() == exactly(2.375));
  CHECK(recording.end(0).energy.promotion.value() == exactly(0.5));
  CHECK(recording.end(0).energy.tail.value() == exactly(1.125 + 0.25));
  CHECK(recording.run.devices[0].tail.value() == exactly(1.125 + 0.25));  // the last half of the round trip outlasts it
}

TEST_CASE("Nobody pays for a tail while the radio is busy the other way") {
  // Cut after a: head 1 s, 500 kB up in 1 s, 0.75 s tail, 125 kB down in 1 s, a request each second.
  auto spec = cut_after(1);
  spec.link = sleepy(500000_Bps, 125000_Bps, 0_s);
  spec.link.promotion = {};
  spec.workload = periodic(1, 4);
  Lab lab({spec}, cloud(4));
  const auto recording = lab.run();
  // Up from 1 to 5, down from 2.75 to 3.75, 3.75 to 4.75, 4.75 to 5.75 and 5.75 to 6.75: no pause, and the run ends.
  REQUIRE(recording.run.time.value() == exactly(6.75));
  CHECK(recording.run.devices[0].tail.value() == exactly(0));
  CHECK(sum_of(recording, &events::RequestEnergy::tail) == exactly(2));
}

TEST_CASE("A device that is switched off loses its radio's tail, and wakes it again afterwards") {
  auto spec = burst(0.5, 3);  // at 0, 2, 4
  spec.off = {{1_s, 1.5_s}};
  Lab lab({spec});
  const auto recording = lab.run();
  // Tail from 0.35 to 1; promotions at 0 and 2; tail from 2.35 to 4, cut by the third packet.
  CHECK(recording.run.devices[0].promotion.value() == exactly(1));
  CHECK(recording.run.devices[0].tail.value() == exactly(0.65 + 1.65));
}

TEST_CASE("A device that is switched off while its radio wakes up fails the request, and leaves nothing behind") {
  auto spec = burst(0.5, 2);
  spec.off = {{0.125_s, 0.5_s}};
  Lab lab({spec});
  const auto recording = lab.run();
  CHECK(recording.end(0).reason == events::FailureReason::device_off);
  CHECK(recording.run.devices[0].promotion.value() == exactly(0.25 + 0.5));  // cut short, and once more
  CHECK(recording.run.devices[0].transmit.value() == exactly(0.15));
  CHECK(recording.end(1).timeline.ended.value() == exactly(2.35));
}

}  // namespace edgecut::radio_test
