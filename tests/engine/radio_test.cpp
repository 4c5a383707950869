// A radio that sleeps: promotion and tail in the engine, beside their closed forms. The default radio sends at 1 MB/s
// with 0.5 W + 1 uJ/B and receives with 0.25 W + 2 uJ/B; here it wakes up in 0.25 s at 2 W and has a tail of 2 s at 1 W.
#include "engine/radio.hpp"

#include <catch2/catch.hpp>

#include <vector>

#include "draws.hpp"
#include "engine/systems.hpp"
#include "units/random.hpp"

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
  // Each pays for what was drawn after its last byte. The last tail outlasts the run: 2 s.
  CHECK(recording.end(0).energy.tail.value() == exactly(0.65));
  CHECK(recording.end(1).energy.tail.value() == exactly(0.9));
  CHECK(recording.end(2).energy.tail.value() == exactly(2));
  CHECK(recording.run.devices[0].tail_after.value() == exactly(2));
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
  CHECK(recording.end(0).energy.tail.value() == exactly(0.65));  // what was drawn of it
  CHECK(recording.end(1).energy.tail.value() == exactly(1.65));
  CHECK(recording.end(2).energy.tail.value() == exactly(2));
}

TEST_CASE("A device that is switched off while its radio wakes up fails the request, and leaves nothing behind") {
  auto spec = burst(0.5, 2);
  spec.off = {{0.125_s, 0.5_s}};
  Lab lab({spec});
  const auto recording = lab.run();
  CHECK(recording.end(0).reason == events::FailureReason::device_off);
  CHECK(recording.run.devices[0].promotion.value() == exactly(0.25 + 0.5));  // cut short, and once more
  CHECK(recording.run.devices[0].transmit.value() == exactly(0.15));
  CHECK(recording.end(0).energy.total().value() == exactly(0.25));  // no more than was drawn
  CHECK(recording.end(1).energy.promotion.value() == exactly(0.5));
  CHECK(recording.end(1).timeline.ended.value() == exactly(2.35));
}

TEST_CASE("A request that is stopped by a switch-off pays for no tail that was never drawn") {
  // Sending lasts from 0.25 to 0.35, but the device goes off at 0.3: 50 kB, with 0.5 W and 1 uJ/B.
  auto spec = burst(0.5, 2);
  spec.off = {{0.3_s, 0.5_s}};
  Lab lab({spec});
  const auto recording = lab.run();
  CHECK(recording.end(0).reason == events::FailureReason::device_off);
  CHECK(recording.end(0).energy.tail.value() == exactly(0));
  CHECK(recording.end(0).energy.total().value() == exactly(0.5 + 0.025 + 0.05));
  CHECK(recording.end(1).energy.tail.value() == exactly(2));
}

TEST_CASE("Those who wait for an answer at the same time share what the radio draws meanwhile") {
  // 100 kB up in 0.1 s, 5 s in a cloud of two slots, 100 kB down in 0.1 s. The tail lasts 2 s.
  auto spec = burst(1, 2);
  spec.truth = times({{0, 1}}, {0, 5});
  spec.on_device = first(1, 2);
  spec.result = 100000_B;
  Lab lab({spec}, cloud(2));
  const auto recording = lab.run();
  // Up from 0.25 to 0.35 and from 1 to 1.1; down from 5.35 to 5.45 and from 6.1 to 6.2; then 2 s more.
  const double alone = 0.65 + 0.65 + 2;
  CHECK(recording.end(0).energy.tail.value() == exactly(0.65 + (5.35 - 1.1) / 2 + 0.65 / 2));
  CHECK(recording.end(1).energy.tail.value() == exactly((5.35 - 1.1) / 2 + 0.65 / 2 + 2));
  CHECK(sum_of(recording, &events::RequestEnergy::tail) == exactly(alone + 4.25));
  CHECK(recording.run.devices[0].tail.value() == exactly(alone + 4.25 - 2));
}

TEST_CASE("A request that a full server turns away lets the radio sleep, and pays for it until then") {
  // The first device's request is in the cloud from 0.35 to 100.35; the second one's gets there at 4.35.
  auto long_work = burst(1, 1);
  long_work.truth = times({{0, 1}}, {0, 100});
  auto refused = long_work;
  refused.link.rtt = 8_s;
  refused.result = 100000_B;
  auto server = cloud(1);
  server.serving.queue_limit = 0;
  Lab lab({long_work, refused}, server);
  const auto recording = lab.run();
  CHECK(recording.end(1).reason == events::FailureReason::server_full);
  CHECK(recording.run.time.value() == exactly(100.35));
  // It waited for an answer from 0.35 to 4.35, longer than the tail's 2 s.
  CHECK(recording.end(1).energy.tail.value() == exactly(4));
  CHECK(recording.run.devices[1].tail.value() == exactly(4));
}

TEST_CASE("Whatever happens on a radio that sleeps, nobody pays less than nothing and all pay what was drawn") {
  for (int draw = 0; draw < draws(200); ++draw) {
    const auto seed = static_cast<std::uint64_t>(draw);
    RandomStream random(seed, {"tails"});
    const auto unit = [&] { return static_cast<double>(random() >> 11U) * 0x1p-53; };
    auto spec = unit() < 0.5 ? cut_after(1) : cloud_only();
    spec.link = sleepy(Bandwidth(1e5 + 1e6 * unit()), Bandwidth(1e4 + 1e6 * unit()), Seconds(unit()));
    spec.link.promotion.delay = Seconds(unit() < 0.3 ? 0.0 : unit());
    spec.link.tail.time = Seconds(3 * unit());
    spec.workload = unit() < 0.3 ? one_at_a_time(20) : poisson(0.1 + 5 * unit(), 20);
    if (unit() < 0.3) spec.workload.queue_limit = 1;
    auto server = cloud(1 + static_cast<int>(3 * unit()));
    if (unit() < 0.3) server.serving.queue_limit = 1;
    if (unit() < 0.5) {
      const double from = 10 * unit();
      spec.off = {{Seconds(from), Seconds(from + 3 * unit())}};
    }
    Lab lab({spec}, server);
    lab.system.seed = seed;
    const auto recording = lab.run();
    INFO("seed " << seed);
    for (const auto& end : recording.ended) {
      for (const auto part : {end.energy.promotion, end.energy.tail}) CHECK(part.value() >= 0.0);
    }
    const auto& device = recording.run.devices[0];
    CHECK(sum_of(recording, &events::RequestEnergy::promotion) == exactly(device.promotion.value()));
    CHECK(sum_of(recording, &events::RequestEnergy::tail) == exactly((device.tail + device.tail_after).value()));
  }
}

}  // namespace edgecut::radio_test
