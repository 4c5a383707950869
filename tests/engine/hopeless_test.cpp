// Whether a plan would miss the deadline on an idle system, too, beside plan::evaluate and by hand.
#include <catch2/catch.hpp>

#include <memory>
#include <vector>

#include "engine/systems.hpp"
#include "units/limit.hpp"

namespace edgecut::hopeless_test {
using namespace edgecut::test;
using events::Outcome;
using platform::CourseStep;

namespace {

platform::Course steps(const std::vector<CourseStep>& list) {
  platform::Course course;
  course.steps.emplace();
  course.steps->steps = std::make_shared<const std::vector<CourseStep>>(list);
  return course;
}

std::vector<bool> hopeless(const Spec& spec) {
  Lab lab({spec});
  std::vector<bool> all(static_cast<std::size_t>(spec.workload.requests));
  for (const auto& end : lab.run().ended) all[end.request.index] = end.was_hopeless;
  return all;
}

}  // namespace

TEST_CASE("A plan is hopeless when plan::evaluate gives it more than the deadline") {
  for (std::size_t layers = 0; layers <= 3; ++layers) {
    for (const bool has_edge : {false, true}) {
      auto spec = cut_after(layers);
      spec.link.promotion = {0.26_s, 1_W};
      spec.truth.edge = seconds({0, 1, 1, 1});
      if (has_edge && layers == 1) spec.on_edge = {false, false, true, false};
      if (has_edge && layers == 2) spec.direct = radio(2000000_Bps, 500000_Bps, 0.1_s);
      const auto relay = radio(3000000_Bps, 4000000_Bps, 0.125_s);
      const auto lab = [&] { return has_edge ? new Lab({spec}, cloud(), relay) : new Lab({spec}); };
      std::unique_ptr<Lab> one(lab());
      const auto& problem = *one->system.clients[0].problem;
      const auto idle =
          plan::evaluate(problem, {0, *spec.on_device, spec.on_edge.empty() ? dnn::Placement() : spec.on_edge}).latency;
      for (const double share : {1.0 - 1e-6, 1.0, 1.0 + 1e-6}) {
        one->system.deadline = idle * share;
        const auto end = one->run().end(0);
        CHECK(end.was_hopeless == (share < 1.0));
        CHECK((end.outcome == Outcome::late) == (share < 1.0));
      }
    }
  }
}

TEST_CASE("Who is late only because it waited was not hopeless") {
  // 7 s each, two at once: the second takes 14 s.
  auto spec = device_only();
  spec.workload = periodic(1e9, 2);
  spec.deadline = 8_s;
  Lab lab({spec});
  const auto run = lab.run();
  CHECK(run.end(1).outcome == Outcome::late);
  CHECK_FALSE(run.end(1).was_hopeless);
}

TEST_CASE("The world is taken as it is when the request arrives: links, outages, speeds") {
  // Everything in the cloud: 1 + 0.5 + 0.875 + 0.125 s at 1 MB/s up, 0.25 s more at 0.8 MB/s, for ever during an outage.
  auto spec = cloud_only();
  spec.workload = periodic(0.1, 4);  // at 0, 10, 20 and 30 s
  spec.deadline = 2.6_s;
  spec.link.motion.up = steps({{0_s, 1e6}, {9_s, 0.8e6}, {19_s, 1e6}});
  spec.link.motion.outages = {{29.9_s, 30.1_s}};
  CHECK(hopeless(spec) == std::vector<bool>{false, true, false, true});
  // 7 s on the device, and 14 s while half of it is somebody else's.
  auto loaded = device_only();
  loaded.workload = periodic(0.05, 2);  // at 0 and 20 s
  loaded.deadline = 8_s;
  loaded.loads = {{0, steps({{0_s, 0.0}, {19_s, 0.5}})}};
  CHECK(hopeless(loaded) == std::vector<bool>{false, true});
}

TEST_CASE("A device that has been slowed down by heat makes a plan hopeless") {
  // It is at 60 C from the start, where it runs at half its speed.
  auto spec = device_only();
  spec.device.thermal = platform::Thermal{60.0, 1e-3, 1_s, 1.0, {{60.0, 0.5, 1.0}}};
  spec.workload = periodic(0.05, 2);
  spec.deadline = 8_s;
  CHECK(hopeless(spec).back());
}

}  // namespace edgecut::hopeless_test
