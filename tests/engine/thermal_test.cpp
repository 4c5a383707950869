// Temperature in closed form, and what it does to inferences. The board draws 2 W idle and 6 W while it computes; 10 K/W
// and 100 s; from 60 C on it runs at half its speed, until it has cooled down to 55 C.
#include "engine/thermal.hpp"

#include <catch2/catch.hpp>

#include <cmath>

#include "engine/systems.hpp"

namespace edgecut::thermal_test {
using namespace edgecut::test;
using engine::Thermal;

namespace {

Approx exactly(double value) {
  return Approx(value).epsilon(1e-9);
}

platform::Thermal model(double power) {
  platform::Thermal thermal;
  thermal.ambient = 25.0;
  thermal.resistance = 10.0;
  thermal.time_constant = 100_s;
  thermal.hysteresis = 5.0;
  thermal.steps = {{60.0, 0.5, power}};
  return thermal;
}

Spec sustained(double seconds, double power, int slots = 1) {
  Spec spec;
  spec.network = network({{1e3, {}}, {1e3, {0}}});
  spec.truth = times({{0, seconds}}, {0, seconds});
  spec.device = board({cpu(6_W, slots)});
  spec.device.thermal = model(power);
  spec.on_device = first(2, 2);
  return spec;
}

// From 25 C towards 25 + 10 K/W x 6 W = 85 C.
const double hot = 100 * std::log((85.0 - 25.0) / (85.0 - 60.0));  // 87.5 s

}  // namespace

TEST_CASE("Under constant power the temperature follows an exponential") {
  const auto thermal = model(0.5);
  Thermal one(thermal);
  Thermal in_pieces(thermal);
  for (int t = 1; t <= 80; ++t) {
    one = Thermal(thermal);
    one.draw(6_W, Seconds(t));
    in_pieces.draw(6_W, Seconds(t));
    const double curve = 85.0 - 60.0 * std::exp(-t / 100.0);
    REQUIRE(one.temperature() == exactly(curve));
    REQUIRE(in_pieces.temperature() == exactly(curve));
  }
}

TEST_CASE("The first step is reached after time constant x ln of the ways to go") {
  const auto thermal = model(0.5);
  Thermal one(thermal);
  CHECK(one.next_step(6_W).value() == exactly(hot));
  CHECK(std::isinf(one.next_step(3.5_W).value()));  // 60 C is where 3.5 W lead to, and never reached
  one.draw(6_W, Seconds(hot));
  one.step(6_W);
  CHECK(one.speed() == 0.5);
  CHECK(one.temperature() == 60.0);
  // At 2 W it cools down towards 45 C: from 60 to 55.
  CHECK(one.next_step(2_W).value() == exactly(hot + 100 * std::log(15.0 / 10.0)));
}

TEST_CASE("An inference that outlasts the first step goes on at half its speed and its power") {
  // 200 s of work: the rest after `hot` takes twice its time, at 2 + 2 W, which keep the board above 55 C.
  Lab lab({sustained(200, 0.5)});
  const auto recording = lab.run();
  const double slow = 2 * (200 - hot);
  CHECK(recording.run.time.value() == exactly(hot + slow));
  CHECK(recording.end(0).energy.compute.value() == exactly(4 * hot + 2 * slow));
  CHECK(recording.run.devices[0].compute.value() == exactly(4 * hot + 2 * slow));
}

TEST_CASE("A board that cools down speeds up again") {
  // Slowed down it draws 2.4 W, towards 49 C: from 60 C to 55 C in 100 ln(11 / 6) s. Then 10 s of work are left.
  const double cooling = 100 * std::log(11.0 / 6.0);
  Lab lab({sustained(hot + 0.5 * cooling + 10, 0.1)});
  const auto recording = lab.run();
  CHECK(recording.run.time.value() == exactly(hot + cooling + 10));
  CHECK(recording.end(0).energy.compute.value() == exactly(4 * hot + 0.4 * cooling + 4 * 10));
}

TEST_CASE("A board that works now and then stays cool") {
  // 1 s in 10: 2.4 W on average, 49 C.
  auto spec = sustained(1, 0.5);
  spec.workload = periodic(0.1, 100);
  Lab lab({spec});
  const auto recording = lab.run();
  for (const auto& end : recording.ended) REQUIRE(end.timeline.parts.head.value() == exactly(1));
}

TEST_CASE("A board at half its speed is offered twice the load, and is busy as long as its queue is not empty") {
  // In 60 C from the start. 0.8 of 0.875 s a second: 0.7 at full speed, 1.4 as it is.
  auto spec = sustained(0.875, 0.5);
  spec.device.thermal = platform::Thermal{60.0, 1e-3, 1_s, 1.0, {{60.0, 0.5, 1.0}}};
  spec.workload = periodic(0.8, 400);
  const auto run = Lab({spec}).run();
  const auto use = run.use(events::ResourceUse::Kind::device_processor);
  CHECK(use.offered_load == Approx(1.4).epsilon(1e-6));
  CHECK(use.work.value() == Approx(run.run.time.value()).epsilon(1e-6));
  CHECK(use.mean_queue > 50.0);
}

TEST_CASE("What a board took of its time counts as slow as it was when it took it") {
  // 200 s of work, of which those after `hot` take twice their time; offered once in 1000 s.
  auto spec = sustained(200, 0.5);
  spec.workload = periodic(0.001, 1);
  const auto use = Lab({spec}).run().use(events::ResourceUse::Kind::device_processor);
  CHECK(use.work.value() == exactly(hot + 2 * (200 - hot)));
  CHECK(use.offered_load == exactly((hot + 2 * (200 - hot)) / 1000));
}

TEST_CASE("Two inferences at a time slow down alike, and what they draw adds up") {
  // 2 W for each of them.
  auto spec = sustained(200, 0.5, 2);
  spec.device.processors[0].active = 4_W;
  spec.workload = periodic(1e9, 2);
  Lab lab({spec});
  const auto recording = lab.run();
  const double slow = 2 * (200 - hot);
  CHECK(recording.run.time.value() == exactly(hot + slow));
  double sum = 0.0;
  for (const auto& end : recording.ended) sum += end.energy.compute.value();
  CHECK(sum == exactly(recording.run.devices[0].compute.value()));
  CHECK(sum == exactly(4 * hot + 2 * slow));
}

TEST_CASE("A device that warms and cools with each of many inferences is looked at no more often for it") {
  // A second of work every two, between steps at 60 and 80 C that both are in reach: at work towards 85 C, at rest 45 C.
  auto spec = sustained(1.0, 1.0);
  spec.device.thermal->time_constant = 5_s;
  spec.device.thermal->steps = {{60.0, 0.9, 1.0}, {80.0, 0.5, 1.0}};
  spec.workload = periodic(0.5, 50'000);
  const auto run = Lab({spec}).run();
  REQUIRE(run.ended.size() == 50'000);
}

}  // namespace edgecut::thermal_test
