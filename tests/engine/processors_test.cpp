// Processors: slots, disciplines, several on one device, the cloud's hosts, and how use is counted.
#include <catch2/catch.hpp>

#include <vector>

#include "engine/systems.hpp"

namespace edgecut::processors_test {
using namespace edgecut::test;
using Kind = events::ResourceUse::Kind;
using platform::Discipline;

namespace {

Approx exactly(double value) {
  return Approx(value).epsilon(1e-12).margin(1e-12);
}

// One layer of `work` seconds, on the device.
Spec job(double work, platform::Processor processor, workload::Workload workload) {
  Spec spec;
  spec.network = network({{1e3, {}}, {1e3, {0}}});
  spec.device = board({std::move(processor)});
  spec.truth = times({{0, work}}, {0, work});
  spec.workload = workload;
  spec.on_device = first(2, 2);
  return spec;
}

}  // namespace

TEST_CASE("A processor of two slots runs two at full speed while the others wait") {
  Lab lab({job(1, cpu(6_W, 2), periodic(4, 4))});  // at 0, 0.25, 0.5, 0.75
  const auto recording = lab.run();
  const std::vector<double> starts{0, 0.25, 1, 1.25};
  for (std::uint32_t i = 0; i < 4; ++i) {
    CHECK(recording.end(i).timeline.head_started.value() == starts[i]);
    CHECK(recording.end(i).timeline.ended.value() == starts[i] + 1);
  }
  const auto use = recording.use(Kind::device_processor);
  CHECK(use.capacity == 2.0);
  CHECK(use.work == 4_s);
  CHECK(use.longest_queue == 2);
  CHECK(use.mean_queue == exactly(1.0 / 2.25));  // 0.5 to 1 and 0.75 to 1.25 wait: 1 request-second in 2.25 s
  CHECK(use.offered_load == exactly(2.0));       // 4/s x 1 s over 2 slots
}

TEST_CASE("A shared processor lets everybody in and divides its speed equally") {
  // 0 alone until 0.5, then both at half speed: 0 has 0.5 s left, ends at 1.5, when 1 has 0.5 s left: 2.
  Lab lab({job(1, cpu(6_W, 1, Discipline::shared), periodic(2, 2))});
  const auto recording = lab.run();
  CHECK(recording.end(0).timeline.ended.value() == exactly(1.5));
  CHECK(recording.end(1).timeline.head_started.value() == exactly(0.5));
  CHECK(recording.end(1).timeline.ended.value() == exactly(2.0));
  CHECK(recording.use(Kind::device_processor).longest_queue == 0);
}

TEST_CASE("On a shared processor of two slots three get two thirds of a slot each, and two one each") {
  // 3 s of work each at 0, 1, 2. Until 2 the first two run alone: 1 and 2 s left, 3 for the third. All at 2/3: the
  // first ends at 3.5, with 1 and 2 left; two at full speed: 4.5 and 5.5.
  Lab lab({job(3, cpu(6_W, 2, Discipline::shared), periodic(1, 3))});
  const auto recording = lab.run();
  CHECK(recording.end(0).timeline.ended.value() == exactly(3.5));
  CHECK(recording.end(1).timeline.ended.value() == exactly(4.5));
  CHECK(recording.end(2).timeline.ended.value() == exactly(5.5));
}

TEST_CASE("The plan's processor computes, at its speed and its power") {
  auto spec = job(4, cpu(6_W), one_at_a_time());
  spec.device = board({cpu(6_W), cpu(10_W)});
  spec.truth = times({{0, 4}, {0, 1}}, {0, 1});
  spec.processor = 1;
  Lab lab({spec});
  const auto recording = lab.run();
  CHECK(recording.end(0).timeline.ended == 1_s);
  CHECK(recording.end(0).energy.compute == 8_J);  // 8 W above idle for 1 s
  CHECK(recording.run.devices[0].total == 10_J);  // 10 W for 1 s
  CHECK(recording.run.resources[0].work == 0_s);  // the first processor
  CHECK(recording.run.resources[1].work == 1_s);
}

TEST_CASE("A plan's processor is one of those that the method may use, not the device's own index") {
  auto spec = job(4, cpu(6_W), one_at_a_time());
  spec.device = board({cpu(6_W), cpu(8_W), cpu(10_W)});
  spec.truth = times({{0, 4}, {0, 2}, {0, 1}}, {0, 1});
  Lab lab({spec});
  auto& client = lab.system.clients[0];
  client.processors = {2, 0};  // the plan's processor 0 is the device's third
  const auto recording = lab.run();
  CHECK(recording.end(0).timeline.ended == 1_s);
  CHECK(recording.end(0).energy.compute == 8_J);
}

TEST_CASE("Two devices of one model do not share their processors") {
  Lab lab({job(1, cpu(6_W), one_at_a_time()), job(1, cpu(6_W), one_at_a_time())});
  const auto recording = lab.run();
  CHECK(recording.end(0).timeline.ended == 1_s);
  CHECK(recording.end(1).timeline.ended == 1_s);
}

TEST_CASE("A cloud of hosts x slots is one station of so many") {
  std::vector<Spec> specs(7, cloud_only());
  Lab lab(specs, cloud(2, 3));
  const auto recording = lab.run();
  for (std::uint32_t i = 0; i < 6; ++i) CHECK(recording.time("tail started", i) == 1.25);
  CHECK(recording.time("tail started", 6) == 2.125);
  const auto use = recording.use(Kind::cloud);
  CHECK(use.capacity == 6.0);
  CHECK(use.work == Seconds(7 * 0.875));
  CHECK(use.longest_queue == 1);
}

TEST_CASE("A shared cloud divides its slots among all tails") {
  std::vector<Spec> specs(4, cloud_only());
  Lab lab(specs, cloud(1, 2, Discipline::shared));
  const auto recording = lab.run();
  for (std::uint32_t i = 0; i < 4; ++i) CHECK(recording.time("tail finished", i) == exactly(1.25 + 2 * 0.875));
}

TEST_CASE("The use of links is counted at full speed of the device's own link and of the backhaul") {
  auto spec = cloud_only();
  spec.workload = periodic(0.25, 2);  // at 0 and 4: 1 MB and 125 kB each
  Lab lab({spec});
  lab.system.backhaul = platform::Backhaul{4000000_Bps, 500000_Bps};
  const auto recording = lab.run();
  CHECK(recording.use(Kind::uplink).work == 2_s);
  CHECK(recording.use(Kind::downlink).work == 0.25_s);
  CHECK(recording.use(Kind::backhaul_up).work == 0.5_s);
  CHECK(recording.use(Kind::backhaul_down).work == 0.5_s);
  CHECK(recording.use(Kind::uplink).offered_load == exactly(0.25));         // 0.25/s x 1 s
  CHECK(recording.use(Kind::backhaul_up).offered_load == exactly(0.0625));  // 0.25/s x 0.25 s
}

TEST_CASE("The work of a processor is what was done, not what a failed request left undone") {
  // Off after 1 of 4 s: a processor cannot have been used for longer than the run.
  auto spec = job(4, cpu(6_W), one_at_a_time());
  spec.off = {{1_s, 2_s}};
  Lab lab({spec});
  const auto recording = lab.run();
  REQUIRE(recording.run.time == 1_s);
  CHECK(recording.use(Kind::device_processor).work == 1_s);
}

TEST_CASE("The work of a link is what was sent, not what a failed request left unsent") {
  auto spec = cloud_only();  // 1 MB: 1 s
  spec.off = {{0.25_s, 2_s}};
  Lab lab({spec});
  const auto recording = lab.run();
  REQUIRE(recording.run.time == 0.25_s);
  CHECK(recording.use(Kind::uplink).work.value() == exactly(0.25));
}

}  // namespace edgecut::processors_test
