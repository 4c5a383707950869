// Devices that go off: what fails, what is stopped, what was drawn until then.
#include <catch2/catch.hpp>

#include <utility>
#include <vector>

#include "engine/systems.hpp"

namespace edgecut::device_off_test {
using namespace edgecut::test;
using events::FailureReason;
using events::Outcome;
using Kind = events::ResourceUse::Kind;

namespace {

Approx exactly(double value) {
  return Approx(value).epsilon(1e-12).margin(1e-12);
}

// Two requests one at a time, cut after b. Without the device going off, the first has its head from 0 to 3 s at 4 W
// above idle, sends 250 kB until 3.25, reaches the cloud at 3.5, where its tail ends at 4, receives 125 kB until 4.125
// and ends at 4.375. The device is off from `from` to 10 s; the second request arrives at 10 s and ends at 14.375.
Recording off_from(double from) {
  auto spec = cut_after(2);
  spec.workload = one_at_a_time(2);
  spec.off = {{Seconds(from), 10_s}};
  Lab lab({spec});
  return lab.run();
}

// The first request failed at `from` with these increments, and the second did not notice.
void check(const Recording& recording, double from, double compute, double transmit, double receive) {
  INFO(recording.text());
  REQUIRE(recording.ended.size() == 2);
  const auto& failed = recording.end(0);
  CHECK(failed.outcome == Outcome::failed);
  CHECK(failed.reason == FailureReason::device_off);
  CHECK(failed.time.value() == exactly(from));
  CHECK(failed.energy.compute.value() == exactly(compute));
  CHECK(failed.energy.transmit.value() == exactly(transmit));
  CHECK(failed.energy.receive.value() == exactly(receive));
  const auto& next = recording.end(1);
  CHECK(next.outcome == Outcome::completed);
  CHECK(next.timeline.arrived.value() == exactly(10));
  CHECK(next.time.value() == exactly(14.375));
  CHECK(next.energy.compute.value() == exactly(12));
  CHECK(next.energy.transmit.value() == exactly(0.375));   // 250 kB x 1 uJ/B + 0.5 W x 0.25 s
  CHECK(next.energy.receive.value() == exactly(0.28125));  // 125 kB x 2 uJ/B + 0.25 W x 0.125 s
  // 2 W on, 0.5 W off.
  const auto& device = recording.run.devices[0];
  CHECK(device.idle.value() == exactly(2 * from + 2 * 4.375));
  CHECK(device.off.value() == exactly(0.5 * (10 - from)));
  CHECK((device.compute + device.radio).value() == exactly((failed.energy.total() + next.energy.total()).value()));
}

}  // namespace

TEST_CASE("A device that goes off during the head has drawn for the part of it that was done") {
  check(off_from(1), 1, 4, 0, 0);  // 4 W x 1 s
}

TEST_CASE("A device that goes off during the upload has drawn for the bytes that were sent") {
  check(off_from(3.125), 3.125, 12, 0.1875, 0);  // 125 kB x 1 uJ/B + 0.5 W x 0.125 s
}

TEST_CASE("A device that goes off while its last byte is under way fails the request") {
  check(off_from(3.375), 3.375, 12, 0.375, 0);
}

TEST_CASE("A device that goes off while the cloud computes fails the request") {
  check(off_from(3.75), 3.75, 12, 0.375, 0);
}

TEST_CASE("A device that goes off during the download has drawn for the bytes that came") {
  check(off_from(4.0625), 4.0625, 12, 0.375, 0.140625);  // 62.5 kB x 2 uJ/B + 0.25 W x 0.0625 s
}

TEST_CASE("A device that goes off while the result's last byte is under way fails the request") {
  check(off_from(4.25), 4.25, 12, 0.375, 0.28125);
}

// State changes come before completions of the same instant.
TEST_CASE("A device that goes off as the head ends fails the request with all of the head done") {
  check(off_from(3), 3, 12, 0, 0);
}

TEST_CASE("A device that goes off as the upload ends fails the request with everything sent") {
  check(off_from(3.25), 3.25, 12, 0.375, 0);
}

TEST_CASE("A device that goes off as the request reaches the cloud fails it") {
  check(off_from(3.5), 3.5, 12, 0.375, 0);
}

TEST_CASE("A device that goes off as the tail ends fails the request") {
  check(off_from(4), 4, 12, 0.375, 0);
}

TEST_CASE("A device that goes off as the download ends fails the request with everything received") {
  check(off_from(4.125), 4.125, 12, 0.375, 0.28125);
}

TEST_CASE("A device that goes off as the request would end fails it") {
  check(off_from(4.375), 4.375, 12, 0.375, 0.28125);
}

TEST_CASE("Two devices that go off as both their heads end both fail, and a third goes on") {
  // What the cloud starts for the third when the first's place is free must not be taken for the second's head.
  auto waits = cloud_only();  // reaches the cloud at 1.25
  auto first_in = cloud_only();
  first_in.truth = times({{0, 1, 2, 4}}, {0, 10, 10, 10});  // holds the cloud until 31.25, if it may
  first_in.off = {{3_s, 50_s}};
  auto computes = device_only();
  computes.truth = times({{0, 1, 1, 1}}, {0, 1, 1, 1});  // until 3
  computes.off = {{3_s, 50_s}};
  Lab lab({first_in, waits, computes});
  const auto recording = lab.run();
  CHECK(recording.end(0).outcome == Outcome::failed);
  CHECK(recording.end(2).outcome == Outcome::failed);
  CHECK(recording.end(2).energy.compute.value() == exactly(12));
  CHECK(recording.end(1).outcome == Outcome::completed);
  CHECK(recording.end(1).timeline.tail_started.value() == exactly(3));
  CHECK(recording.end(1).time.value() == exactly(3 + 0.875 + 0.125 + 0.25));
}

TEST_CASE("A device that goes off fails everything that waits on it, in order of the requests") {
  auto spec = device_only();
  spec.workload = periodic(1, 4);  // at 0, 1, 2, 3, of 7 s each
  spec.off = {{2.5_s, 3.5_s}};
  Lab lab({spec});
  const auto recording = lab.run();
  REQUIRE(recording.ended.size() == 4);
  for (std::uint32_t i = 0; i < 4; ++i) {
    CHECK(recording.ended[i].request.index == i);
    CHECK(recording.ended[i].outcome == Outcome::failed);
    CHECK(recording.ended[i].time == (i < 3 ? 2.5_s : 3_s));  // the last finds the device off
  }
  CHECK(recording.end(0).energy.compute == 10_J);
  CHECK(recording.end(1).energy.compute == 0_J);
}

TEST_CASE("What waits for radio, cloud and downlink fails with its device") {
  auto spec = cloud_only();
  spec.link = radio(1000000_Bps, 31250_Bps, 0_s);  // up 1 s, down 4 s
  spec.truth = times({{0, 1, 2, 4}}, {0, 1, 0, 0});
  spec.workload = periodic(2, 12);  // at 0, 0.5, ...
  spec.off = {{5.75_s, 6_s}};
  Lab lab({spec});
  const auto recording = lab.run();
  // At 5.75: 0 receives (2 to 6), 1 and 2 and 3 have their tails done at 3, 4, 5 and wait for the downlink, 4 computes
  // (5 to 6), 5 sends (5 to 6), 6 to 11 wait for the radio.
  INFO(recording.text());
  REQUIRE(recording.ended.size() == 12);
  for (const auto& end : recording.ended) {
    CHECK(end.outcome == Outcome::failed);
    CHECK(end.time == 5.75_s);
  }
  CHECK(recording.end(0).energy.receive.value() == exactly(3.75 * 31250 * 2e-6 + 3.75 * 0.25));
  CHECK(recording.end(5).energy.transmit.value() == exactly(0.75 * 1.0 + 0.75 * 0.5));
  CHECK(recording.end(6).energy.transmit == 0_J);
}

TEST_CASE("What the cloud did for a device that goes off is stopped, and the next one starts") {
  auto stopped = cloud_only();
  stopped.off = {{2_s, 50_s}};
  Lab lab({stopped, cloud_only(), cloud_only()});
  const auto recording = lab.run();
  CHECK(recording.end(0).time == 2_s);
  CHECK(recording.end(1).timeline.tail_started == 2_s);
  CHECK(recording.end(1).timeline.tail_finished == 2.875_s);
  CHECK(recording.end(2).timeline.tail_started == 2.875_s);
}

TEST_CASE("When a device that sends goes off, the others on the backhaul speed up") {
  auto stopped = cloud_only();
  stopped.off = {{1_s, 50_s}};
  Lab lab({stopped, cloud_only()});
  lab.system.backhaul = platform::Backhaul{1000000_Bps, 1000000_Bps};
  const auto recording = lab.run();
  // 0.5 MB each by 1 s; then 0.5 MB at 1 MB/s.
  CHECK(recording.end(0).energy.transmit.value() == exactly(0.5 + 0.5));  // 500 kB x 1 uJ/B + 0.5 W x 1 s
  CHECK(recording.end(1).timeline.upload_finished.value() == exactly(1.75));
  CHECK(recording.end(1).energy.transmit.value() == exactly(1 + 0.75));  // 1 MB x 1 uJ/B + 0.5 W x 1.5 s
}

TEST_CASE("On a shared processor the work that was done when the device goes off is counted once") {
  auto spec = device_only();
  spec.device = board({cpu(6_W, 1, platform::Discipline::shared)});
  spec.workload = periodic(1, 2);  // at 0 and 1, of 7 s
  spec.off = {{3_s, 4_s}};
  Lab lab({spec});
  const auto recording = lab.run();
  // 0 alone until 1, then half each until 3: 2 s and 1 s of work.
  CHECK(recording.end(0).energy.compute.value() == exactly(8));
  CHECK(recording.end(1).energy.compute.value() == exactly(4));
  CHECK(recording.run.devices[0].compute.value() == exactly(12));
}

TEST_CASE("At the instant a device goes off an arrival fails, and at the instant it is back one is served") {
  auto spec = device_only();
  spec.truth = times({{0, 0.25, 0, 0}}, {0, 1, 1, 1});
  spec.workload = periodic(1, 4);  // at 0, 1, 2, 3
  spec.off = {{1_s, 3_s}};
  Lab lab({spec});
  const auto recording = lab.run();
  CHECK(recording.end(0).outcome == Outcome::completed);
  CHECK(recording.end(1).outcome == Outcome::failed);
  CHECK(recording.end(2).outcome == Outcome::failed);
  CHECK(recording.end(3).outcome == Outcome::completed);
}

TEST_CASE("A device may be off from the start, and twice without a pause") {
  auto spec = device_only();
  spec.truth = times({{0, 0.25, 0, 0}}, {0, 1, 1, 1});
  spec.workload = one_at_a_time(3);
  spec.off = {{0_s, 1_s}, {1_s, 2_s}};
  Lab lab({spec});
  const auto recording = lab.run();
  // The first finds the device off at 0 and fails; the second is tried at 1, when it goes off again; the third at 2.
  CHECK(recording.end(0).time == 0_s);
  CHECK(recording.end(1).time == 1_s);
  CHECK(recording.end(2).outcome == Outcome::completed);
  CHECK(recording.end(2).time == 2.25_s);
  CHECK(recording.run.devices[0].idle.value() == exactly(2 * 0.25));
  CHECK(recording.run.devices[0].off.value() == exactly(0.5 * 2));
}

TEST_CASE("The power that is reported follows a device off and on") {
  const auto recording = off_from(1);
  REQUIRE(recording.power.size() >= 3);
  CHECK(recording.power[0].time == 0_s);
  CHECK(recording.power[0].power == 6_W);  // head
  // Whatever is reported at 1 s, the last says off.
  double at_one = -1.0;
  double at_ten = -1.0;
  for (const auto& change : recording.power) {
    if (change.time == 1_s) at_one = change.power.value();
    if (change.time == 10_s) at_ten = change.power.value();
  }
  CHECK(at_one == 0.5);
  CHECK(at_ten == 6.0);  // the second request's head starts at once
}

TEST_CASE("An idle device that goes off and on again reports its power") {
  auto spec = device_only();
  spec.truth = times({{0, 0.25, 0, 0}}, {0, 1, 1, 1});
  spec.workload = periodic(0.125, 2);  // at 0 and 8
  spec.off = {{2_s, 4_s}};
  Lab lab({spec});
  const auto recording = lab.run();
  std::vector<std::pair<double, double>> changes;
  for (const auto& change : recording.power) changes.emplace_back(change.time.value(), change.power.value());
  REQUIRE(changes == std::vector<std::pair<double, double>>{{0, 6}, {0.25, 2}, {2, 0.5}, {4, 2}, {8, 6}, {8.25, 2}});
}

}  // namespace edgecut::device_off_test
