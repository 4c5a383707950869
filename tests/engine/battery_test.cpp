// When a battery is empty: by hand, and in the engine. The board draws 2 W idle and 6 W while it computes; its radio
// 0.5 W + 1 uJ/B to send, that is 1.5 W at 1 MB/s.
#include "engine/battery.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <memory>
#include <vector>

#include "engine/systems.hpp"

namespace edgecut::battery_test {
using namespace edgecut::test;
using engine::Battery;

namespace {

Approx exactly(double value) {
  return Approx(value).epsilon(1e-10).margin(1e-10);
}

platform::Battery battery(double joules, platform::Harvest harvest = {}) {
  platform::Battery result;
  result.capacity = Joules(joules);
  result.harvest = std::move(harvest);
  return result;
}

// When a constant load empties it, looking at it whenever it says so.
double empties_at(Battery& battery, Watts load) {
  for (int looks = 0; looks < 1000; ++looks) {
    if (battery.is_empty(load)) return looks == 0 ? 0.0 : -1.0;
    const auto next = battery.next_event(load);
    if (!std::isfinite(next.value())) return INFINITY;
    battery.draw(load, next);
    if (battery.is_empty(load)) return next.value();
  }
  return -1.0;
}

Spec computing(double seconds, workload::Workload workload, double joules) {
  Spec spec;
  spec.network = network({{1e3, {}}, {1e3, {0}}});
  spec.truth = times({{0, seconds}}, {0, seconds});
  spec.device.battery = battery(joules);
  spec.workload = workload;
  spec.on_device = first(2, 2);
  return spec;
}

}  // namespace

TEST_CASE("A constant load empties a battery after charge / load") {
  const platform::Harvest none;
  Battery full(Joules(100), Joules(100), none);
  CHECK(empties_at(full, 4_W) == exactly(25));
  Battery fifth(Joules(100), Joules(20), none);
  CHECK(empties_at(fifth, 4_W) == exactly(5));
}

TEST_CASE("Harvest in steps puts off the end, to the instant") {
  // 100 J, 4 W drawn. 1 W until 10 s: 70 J. 5 W until 30 s: 90 J. Then nothing: 22.5 s more.
  const platform::Harvest harvest{{{0_s, 1_W}, {10_s, 5_W}, {30_s, 0_W}}, std::nullopt};
  Battery one(Joules(100), Joules(100), harvest);
  CHECK(empties_at(one, 4_W) == exactly(52.5));
  CHECK(one.harvested().value() == exactly(110));
  CHECK(one.drawn().value() == exactly(4 * 52.5));
}

TEST_CASE("A full battery keeps no more than its capacity") {
  // Full at once; 6 W harvested against 4 W until 10 s, all but the 4 W lost; then 25 s.
  const platform::Harvest harvest{{{0_s, 6_W}, {10_s, 0_W}}, std::nullopt};
  Battery one(Joules(100), Joules(100), harvest);
  CHECK(empties_at(one, 4_W) == exactly(35));
  CHECK(one.harvested().value() == exactly(40));
}

TEST_CASE("Harvest that begins anew: a day's worth more than a day's load lasts for ever, less does not") {
  // 10 s of 8 W and 10 s of nothing against 3 W: +50 J, -30 J, full again.
  const platform::Harvest bright{{{0_s, 8_W}, {10_s, 0_W}}, 20_s};
  Battery lasting(Joules(100), Joules(60), bright);
  for (int lap = 1; lap <= 50; ++lap) {
    lasting.draw(3_W, Seconds(20.0 * lap));
    REQUIRE(lasting.charge().value() == exactly(lap == 1 ? 70 : 70));
  }
  // 10 s of 4 W against 3 W: +10 J, -30 J a lap of 20 s. From 59 J: 69, 39 at 20 s; 49, 19 at 40 s; 29 at 50 s, 9.67 s.
  const platform::Harvest dim{{{0_s, 4_W}, {10_s, 0_W}}, 20_s};
  Battery ending(Joules(100), Joules(59), dim);
  CHECK(empties_at(ending, 3_W) == exactly(50 + 29.0 / 3));
}

TEST_CASE("An idle device dies at charge / idle power, and later requests fail for it") {
  // 2 W x 5 s = 10 J; requests of no work at 0, 4, 8, 12.
  auto spec = computing(1e-9, periodic(0.25, 4), 10 + 2 * 4e-9);
  Lab lab({spec});
  const auto recording = lab.run();
  CHECK(recording.end(1).outcome == events::Outcome::completed);
  CHECK(recording.end(2).reason == events::FailureReason::battery_empty);
  CHECK(recording.end(3).reason == events::FailureReason::battery_empty);
  REQUIRE(recording.run.batteries.size() == 1);
  REQUIRE(recording.run.batteries[0].died);
  CHECK(recording.run.batteries[0].died->value() == exactly(5));
  CHECK(recording.run.batteries[0].charge == 0_J);
  CHECK(recording.run.devices[0].total.value() == exactly(10 + 8e-9));  // nothing after
}

TEST_CASE("A device dies in the middle of an inference, at the exact instant") {
  // Busy from 0 to 2 and from 4 to 6: 12 + 4 + 12 J. Of 22 J 6 are left at 4 s: 1 s at 6 W.
  auto spec = computing(2, periodic(0.25, 3), 22);
  Lab lab({spec});
  const auto recording = lab.run();
  CHECK(recording.run.batteries[0].died->value() == exactly(5));
  CHECK(recording.end(1).reason == events::FailureReason::battery_empty);
  CHECK(recording.end(1).time.value() == exactly(5));
  CHECK(recording.end(1).energy.compute.value() == exactly(4));  // 1 s at 4 W above idle
  CHECK(recording.end(2).reason == events::FailureReason::battery_empty);
}

TEST_CASE("The slope of a transfer under way empties the battery too") {
  // 1 MB at 1 MB/s draws 2 + 0.5 + 1 W: of 2.1 J 0.6 s.
  auto spec = cloud_only();
  spec.device.battery = battery(2.1);
  Lab lab({spec});
  const auto recording = lab.run();
  CHECK(recording.run.batteries[0].died->value() == exactly(0.6));
  CHECK(recording.end(0).energy.transmit.value() == exactly(0.9));
}

namespace {

// Two devices share 1 MB/s: each sends 0.5 MB/s and draws 2 + 0.5 + 0.5 W. 2.1 J last 0.7 s; the other has the mains.
void check_slowed_down(kernel::Choice choice) {
  auto one = cloud_only();
  one.device.battery = battery(2.1);
  Lab lab({one, cloud_only()}, cloud(2));
  lab.system.backhaul = platform::Backhaul{1000000_Bps, 1000000_Bps};
  lab.system.kernel = choice;
  const auto recording = lab.run();
  REQUIRE(recording.run.batteries.size() == 1);
  CHECK(recording.run.batteries[0].died->value() == Approx(0.7).epsilon(1e-9));
  CHECK(recording.end(0).reason == events::FailureReason::battery_empty);
  // The other then has it all: 0.35 MB by 0.7 s, 0.65 s more.
  CHECK(recording.end(1).timeline.upload_finished.value() - 0.25 == Approx(1.35).epsilon(1e-9));
}

}  // namespace

TEST_CASE("A transfer that others slow down draws its slope more slowly") {
  check_slowed_down(kernel::Choice::reference);
}

TEST_CASE("A transfer that others slow down draws its slope more slowly in the express kernel, too") {
  check_slowed_down(kernel::Choice::express);
}

TEST_CASE("The tail of a radio can be the end of a battery") {
  // Up in 1 s at 3.5 W; then 2 + 1 W while the answer is awaited: of 4.1 J 0.6 are left, 0.2 s.
  auto spec = cloud_only();
  spec.link.tail = {5_s, 1_W};
  spec.device.battery = battery(4.1);
  Lab lab({spec});
  const auto recording = lab.run();
  CHECK(recording.run.batteries[0].died->value() == exactly(1.2));
  CHECK(recording.run.devices[0].tail.value() == exactly(0.2));
}

TEST_CASE("What is left of a battery is its charge less what the device drew") {
  auto spec = cut_after(1);
  spec.link.promotion = {0.25_s, 2_W};
  spec.link.tail = {0.5_s, 1_W};
  spec.workload = periodic(0.125, 20);
  spec.device.battery = battery(10000);
  Lab lab({spec});
  const auto recording = lab.run();
  const auto& use = recording.run.batteries[0];
  CHECK_FALSE(use.died);
  CHECK(use.drawn.value() == exactly(recording.run.devices[0].total.value()));
  CHECK(use.charge.value() == exactly(10000 - use.drawn.value()));
}

TEST_CASE("That a battery is empty is said once, whatever rounding left in it") {
  for (int k = 1; k <= 400; ++k) {
    auto spec = computing(0.3, periodic(0.7, 20), 3.0 + 0.0137 * k);
    spec.device.battery->harvest = {{{0_s, 0.1_W}, {0.7_s, 0.3_W}}, 1.3_s};
    Lab lab({spec});
    const auto recording = lab.run();
    INFO(k);
    REQUIRE(recording.run.batteries[0].died);
    const Seconds died = *recording.run.batteries[0].died;
    std::vector<double> said;
    for (const auto& charge : recording.charges) {
      if (charge.time >= died) said.push_back(charge.share);
    }
    REQUIRE(said == std::vector<double>{0.0});
  }
}

TEST_CASE("A device that is off draws its off power from the battery, and may die of it") {
  // 0.5 s at 6 W, 0.5 s at 2 W, then 0.5 W: of 5 J 1 J is left, 2 s.
  auto spec = computing(0.5, periodic(0.125, 2), 5);
  spec.off = {{1_s, 10_s}};
  Lab lab({spec});
  const auto recording = lab.run();
  CHECK(recording.run.batteries[0].died->value() == exactly(3));
  CHECK(recording.end(1).reason == events::FailureReason::battery_empty);
}

TEST_CASE("In a closed loop all requests left fail when the battery is empty") {
  auto spec = computing(1, one_at_a_time(5), 15);  // 6 J each
  Lab lab({spec});
  const auto recording = lab.run();
  CHECK(recording.run.batteries[0].died->value() == exactly(2.5));
  int failed = 0;
  for (const auto& end : recording.ended) failed += end.reason == events::FailureReason::battery_empty ? 1 : 0;
  CHECK(failed == 3);
  CHECK(recording.run.time.value() == exactly(2.5));
}

TEST_CASE("A device that nothing more happens to dies all the same") {
  // 6 J of work until 1 s and 4 J of idling; another device goes on until 20 s.
  Lab lab({computing(20, one_at_a_time(), 1e6), computing(1, one_at_a_time(), 10)}, cloud(2));
  const auto recording = lab.run();
  CHECK(recording.run.batteries[1].died->value() == exactly(3));
  CHECK_FALSE(recording.run.batteries[0].died);
}

TEST_CASE("A harvest that comes too late revives nobody") {
  auto spec = computing(1, one_at_a_time(3), 10);
  spec.device.battery->harvest = {{{0_s, 0_W}, {5_s, 100_W}}, std::nullopt};
  spec.workload = periodic(0.25, 3);  // at 0, 4 and 8 s; empty at 3 s
  Lab lab({spec});
  const auto recording = lab.run();
  CHECK(recording.run.batteries[0].died->value() == exactly(3));
  CHECK(recording.end(2).reason == events::FailureReason::battery_empty);
  CHECK(recording.run.batteries[0].charge == 0_J);
}

TEST_CASE("A link that widens draws the battery faster from then on") {
  // 0.25 MB/s until 1 s, then 1 MB/s: 2 + 0.5 + 0.25 W and 2 + 0.5 + 1 W. Of 3.1 J 0.35 are left at 1 s: 0.1 s.
  auto spec = cloud_only();
  const std::vector<platform::CourseStep> steps{{0_s, 250000}, {1_s, 1000000}};
  platform::Course course;
  course.steps.emplace().steps = std::make_shared<const std::vector<platform::CourseStep>>(steps);
  spec.link.motion.up = course;
  spec.device.battery = battery(3.1);
  Lab lab({spec});
  const auto recording = lab.run();
  CHECK(recording.run.batteries[0].died->value() == exactly(1.1));
  CHECK(recording.end(0).energy.transmit.value() == exactly(0.5 * 1.1 + 0.25 + 0.1));
}

}  // namespace edgecut::battery_test
