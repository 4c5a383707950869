// Heads side by side on one device, by hand and on both kernels. The board draws 2 W idle; a processor's slot adds 4 W.
#include <catch2/catch.hpp>

#include <cmath>
#include <string>
#include <vector>

#include "engine/systems.hpp"

namespace edgecut::interference_test {
using namespace edgecut::test;
using events::Outcome;
using Kind = events::ResourceUse::Kind;

namespace {

Approx exactly(double value) {
  return Approx(value).epsilon(1e-9).margin(1e-12);
}

// One layer of `work` seconds on the device's first processor, that often, every `period` seconds.
Spec job(double work, const platform::Device& device, double period, std::int64_t requests) {
  Spec spec;
  spec.network = network({{1e3, {}}, {1e3, {0}}});
  spec.device = device;
  spec.truth = times(std::vector<std::vector<double>>(device.processors.size(), {0, work}), {0, work});
  spec.workload = periodic(1.0 / period, requests);
  spec.on_device = first(2, 2);
  return spec;
}

// A board whose cpu has two slots, which cost each other `cost`.
platform::Device two_slots(double cost) {
  auto device = board({cpu(6_W, 2)});
  device.interference = {{cost}};
  return device;
}

// A class on each processor of a board: 10 s of the cpu from 0 on, 4 s of the gpu from 2 s on. One on the gpu costs one
// on the cpu 50 %; one on the cpu costs one on the gpu 25 %.
std::vector<Spec> on_two_processors() {
  auto device = board({cpu(6_W), cpu(10_W)});
  device.processors[1].name = "gpu";
  device.interference = {{0.0, 0.5}, {0.25, 0.0}};
  auto on_cpu = job(10, device, 1, 1);
  auto on_gpu = job(4, device, 1, 1);
  on_gpu.processor = 1;
  on_gpu.joins = true;
  on_gpu.workload.arrivals = workload::Arrivals::trace;
  on_gpu.workload.traces.emplace();
  on_gpu.workload.traces->files = {std::make_shared<const std::vector<Seconds>>(seconds({2}))};
  return {on_cpu, on_gpu};
}

Recording play(const std::vector<Spec>& specs, kernel::Choice kernel) {
  Lab lab(specs);
  lab.system.kernel = kernel;
  return lab.run();
}

}  // namespace

TEST_CASE("Two inferences of which each slows the other by 62 % take 1.62 times their time while both run") {
  // 10 s at 0 and at 4. Until 4 the first has done 4; its other 6 take 9.72 s, until 13.72, by when the second has done
  // 6, too, and does its other 4 alone, until 17.72.
  const auto run = play({job(10, two_slots(0.62), 4, 2)}, either());
  CHECK(run.end(0).timeline.ended.value() == exactly(13.72));
  CHECK(run.end(1).timeline.ended.value() == exactly(17.72));
  // Each draws 4 W for as long as it runs, stretched or not.
  CHECK(run.end(0).energy.compute.value() == exactly(4 * 13.72));
  CHECK(run.end(1).energy.compute.value() == exactly(4 * 13.72));
  CHECK(run.run.devices[0].compute.value() == exactly(2 * 4 * 13.72));
  // 20 s of work took that much of the slots, and so would what was offered: 2 in a period of 4 s each, on 2 slots.
  CHECK(run.use(Kind::device_processor).work.value() == exactly(2 * 13.72));
  CHECK(run.use(Kind::device_processor).offered_load == exactly(13.72 / 4 / 2));
}

TEST_CASE("Each of three inferences side by side adds its share to the others") {
  // With two others everything takes 1 + 2 x 25 % as long: three that begin together end at 1.5 x 4 s.
  auto device = board({cpu(14_W, 3)});
  device.interference = {{0.25}};
  const auto run = play({job(4, device, 1e-9, 3)}, either());
  for (std::uint32_t i = 0; i < 3; ++i) CHECK(run.end(i).timeline.ended.value() == Approx(6.0).epsilon(1e-7));
}

TEST_CASE("Two processors of a device slow each other down as the device says, each by its own factor") {
  // From 2 s on the cpu's other 8 s take 1.5 times as long, the gpu's 4 s 1.25 times: until 7. Then 8 - 5 / 1.5 are left.
  const auto run = play(on_two_processors(), either());
  CHECK(run.end(1).timeline.ended.value() == exactly(7));
  CHECK(run.end(0).timeline.ended.value() == exactly(7 + 8 - 5 / 1.5));
  CHECK(run.end(1).energy.compute.value() == exactly(8 * 5));
  CHECK(run.end(0).energy.compute.value() == exactly(4 * (15 - 5 / 1.5)));
}

TEST_CASE("The factors of temperature, of background load and of those beside it multiply") {
  // From the start at half the speed, for the board is in 60 C; half of it is somebody else's: 4 x 1.5 for two of 1 s.
  auto device = two_slots(0.5);
  device.thermal = platform::Thermal{60.0, 1e-3, 1_s, 1.0, {{60.0, 0.5, 1.0}}};
  auto spec = job(1, device, 1e-9, 2);
  platform::Course half;
  half.steps.emplace();
  half.steps->steps =
      std::make_shared<const std::vector<platform::CourseStep>>(std::vector<platform::CourseStep>{{Seconds(), 0.5}});
  spec.loads = {{0, half}};
  const auto run = play({spec}, either());
  CHECK(run.end(0).timeline.ended.value() == Approx(6.0).epsilon(1e-6));
  CHECK(run.end(1).timeline.ended.value() == Approx(6.0).epsilon(1e-6));
}

TEST_CASE("Two processors that would keep up alone, and do not side by side, are saturated") {
  // 0.8 s of work a second on each; at work both, each takes 1.5 times as long: 1.2.
  auto device = board({cpu(6_W), cpu(6_W)});
  device.interference = {{0.0, 0.5}, {0.5, 0.0}};
  auto on_cpu = job(0.8, device, 1, 2000);
  auto on_gpu = on_cpu;
  on_gpu.processor = 1;
  on_gpu.joins = true;
  const auto run = play({on_cpu, on_gpu}, either());
  for (const auto& use : run.run.resources) {
    if (use.kind != Kind::device_processor) continue;
    CHECK(use.offered_load == Approx(1.2).epsilon(1e-6));
    CHECK(use.work.value() == Approx(run.run.time.value()).epsilon(1e-6));
    CHECK(use.mean_queue > 100.0);
  }
}

TEST_CASE("A battery pays for the time that others cost") {
  // 2 W idle and 4 W for each of two that take 15 instead of 10 s: 150 J. 149.9 J at 10 W are empty after 14.99 s.
  auto spec = job(10, two_slots(0.5), 1e-9, 2);
  spec.device.battery = platform::Battery{150.1_J, 1.0, 1.0, {}};
  const auto kernel = either();
  const auto enough = play({spec}, kernel);
  CHECK(enough.end(1).outcome == Outcome::completed);
  CHECK(enough.run.batteries[0].drawn.value() == Approx(150.0).epsilon(1e-7));
  spec.device.battery->capacity = 149.9_J;
  const auto empty = play({spec}, kernel);
  CHECK(empty.end(0).reason == events::FailureReason::battery_empty);
  CHECK(empty.run.batteries[0].died->value() == Approx(14.99).epsilon(1e-7));
}

TEST_CASE("Who is switched off leaves the others of a fleet alone, and begins anew at full speed") {
  // On the first board one runs from 0 on and one from 8 s on; both are stopped at 9 s. The third, at 16 s, runs alone.
  auto spec = job(10, two_slots(0.5), 1e-9, 2);
  auto off = job(10, two_slots(0.5), 8, 3);
  off.off = {{9_s, 16_s}};
  const auto run = play({off, spec}, either());
  CHECK(run.ended.back().timeline.ended.value() == exactly(26));
  std::vector<double> ends;
  for (const auto& end : run.ended) {
    if (end.device == 1) ends.push_back(end.time.value());
  }
  REQUIRE(ends.size() == 2);
  for (const double end : ends) CHECK(end == Approx(15.0).epsilon(1e-7));
}

TEST_CASE("Inferences that share one slot run one at a time and cost each other nothing more") {
  auto device = board({cpu(6_W, 1, platform::Discipline::shared)});
  device.interference = {{0.5}};
  const auto run = play({job(1, device, 0.5, 2)}, either());
  CHECK(run.end(0).timeline.ended.value() == exactly(1.5));
  CHECK(run.end(1).timeline.ended.value() == exactly(2.0));
}

TEST_CASE("The account of energy is SimGrid's where inferences slow each other down") {
  Lab lab(on_two_processors());
  Recorder recorder;
  engine::IndependentEnergy independent;
  engine::simulate(lab.system, lab.plans, recorder, independent);
  CHECK(relative_difference(recorder.recording.run.devices[0].total.value(), independent.devices[0].value()) < 1e-9);
}

TEST_CASE("A method does not see what inferences side by side cost: its belief is that of one alone") {
  const auto lab = std::make_unique<Lab>(std::vector<Spec>{job(10, two_slots(0.62), 4, 2)});
  CHECK(lab->system.clients[0].problem->processors[0].layer_time[1].value() == 10.0);
}

TEST_CASE("In a busy hour under interference every inference takes as long on the express kernel as on the other") {
  auto device = board({cpu(10_W, 3), cpu(6_W, 1)});
  device.interference = {{0.3, 0.5}, {0.7, 0.0}};
  auto on_cpu = job(1, device, 1, 1500);
  on_cpu.workload = poisson(2.0, 1500);
  auto on_gpu = job(0.7, device, 1, 700);
  on_gpu.workload = poisson(0.9, 700);
  on_gpu.processor = 1;
  on_gpu.joins = true;
  const auto express = play({on_cpu, on_gpu}, kernel::Choice::express);
  const auto reference = play({on_cpu, on_gpu}, kernel::Choice::reference);
  REQUIRE(express.ended.size() == 2200);
  for (std::uint32_t i = 0; i < 2200; ++i) {
    REQUIRE(express.end(i).time.value() == Approx(reference.end(i).time.value()).epsilon(1e-9));
  }
  double sum = 0.0;
  for (const auto& end : express.ended) sum += end.energy.compute.value();
  CHECK(sum == exactly(express.run.devices[0].compute.value()));
}

}  // namespace edgecut::interference_test
