// Benchmarks that are taken again during a run, by hand and on both kernels: when they run, what they occupy, what they cost
// and what is believed then. The chain takes 1 + 2 + 4 s on the device at 4 W above idle, and 1/8 + 1/4 + 1/2 s in the cloud.
#include <catch2/catch.hpp>

#include <memory>
#include <vector>

#include "engine/systems.hpp"

namespace edgecut::measuring_test {
using namespace edgecut::test;
using belief::Awareness;
using Kind = events::ResourceUse::Kind;

namespace {

Approx exactly(double value) {
  return Approx(value).epsilon(1e-9).margin(1e-9);
}

// All on the device or all in the cloud, whichever is faster by what is believed.
class FasterEnd final : public partition::Partitioner {
 public:
  [[nodiscard]] partition::Decision partition(const plan::Problem& problem) const override {
    const auto candidates = plan::prefix_candidates(problem);
    const auto& cloud = candidates.front();
    const auto& device = candidates.back();
    return {(plan::is_better(device, cloud, problem.objective) ? device : cloud).plan, "the faster end"};
  }
};

// 75 % of the device's processor are somebody else's from 60 s on.
engine::Load load_from_60_s() {
  auto steps = std::make_shared<std::vector<platform::CourseStep>>();
  *steps = {{0_s, 0.0}, {60_s, 0.75}};
  engine::Load load;
  load.share.steps.emplace();
  load.share.steps->steps = steps;
  return load;
}

// A client whose method measures its network's layers again, once each time.
class Again {
 public:
  Again(Spec spec, Seconds every) : lab_({std::move(spec)}) {
    lab_.system.kernel = either();
    lab_.system.awareness.decide = Awareness::Decide::periodically;
    lab_.system.awareness.period = every;
    lab_.system.awareness.measures = true;
    auto& client = lab_.system.clients.front();
    remeasuring_.device = {7_s};
    remeasuring_.cloud = 0.875_s;
    remeasuring_.believe = [base = *client.problem](std::size_t) { return base; };
    client.remeasuring = &remeasuring_;
    client.partitioner = &ends_;
  }
  engine::Client& client() { return lab_.system.clients.front(); }
  Recording run() { return lab_.run(); }

 private:
  Lab lab_;
  FasterEnd ends_;
  belief::Remeasuring remeasuring_;
};

std::vector<double> latencies(const Recording& run) {
  std::vector<double> all(run.ended.size());
  for (const auto& end : run.ended) all[end.request.index] = (end.timeline.ended - end.timeline.arrived).value();
  return all;
}

// When the benchmarks' passes on one kind of host began and ended.
std::vector<std::pair<double, double>> passes(const Recording& run, Kind on) {
  std::vector<std::pair<double, double>> found;
  for (const auto& e : run.measurings) {
    if (e.on == on) found.emplace_back(e.time.value(), -1.0);
  }
  std::size_t next = 0;
  for (const auto& e : run.measured) {
    if (e.on == on) found.at(next++).second = e.time.value();
  }
  return found;
}

Spec six_requests() {
  auto spec = device_only();
  spec.input = 10000000_B;                  // 10 s up
  spec.workload = periodic(1.0 / 40.0, 6);  // at 0, 40, ..., 200 s
  return spec;
}

}  // namespace

TEST_CASE("Who measures again learns of a load that came, and what that takes is occupied and paid each time") {
  // On the device 7 s, or 28 s under load; in the cloud 10 + 1/4 + 7/8 + 1/8 + 1/4 = 11.5 s. A benchmark every 50 s.
  auto spec = six_requests();
  spec.loads = {load_from_60_s()};
  Again again(spec, 50_s);
  const auto run = again.run();
  // 0 and 40 s: on a free device. 80 s: under load, and nobody knows. The benchmark of 100 s begins behind that at 108 s and
  // takes 28 s; the request of 120 s waits for it until 136 s, and takes 28 s. At 136.875 s the load is known.
  const std::vector<double> expected{7.0, 7.0, 28.0, 16.0 + 28.0, 11.5, 11.5};
  REQUIRE(latencies(run).size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) CHECK(latencies(run)[i] == exactly(expected[i]));
  CHECK(run.run.time.value() == exactly(211.5));
  // That of 150 s begins behind the request, at 164 s. That of 200 s is stopped with the run.
  using Passes = std::vector<std::pair<double, double>>;
  const Passes on_device{{50, 57}, {108, 136}, {164, 192}, {200, 211.5}};
  const Passes in_cloud{{57, 57.875}, {136, 136.875}, {192, 192.875}};
  const auto check = [&](const Passes& found, const Passes& by_hand) {
    REQUIRE(found.size() == by_hand.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      CHECK(found[i].first == exactly(by_hand[i].first));
      CHECK(found[i].second == exactly(by_hand[i].second));
    }
  };
  check(passes(run, Kind::device_processor), on_device);
  check(passes(run, Kind::cloud), in_cloud);
  const auto& use = run.run.measuring;
  CHECK(use.count == 3);
  CHECK(use.device.value() == exactly(7.0 + 28.0 + 28.0 + 11.5));  // 35 % of the run
  CHECK(use.servers.value() == exactly(3 * 0.875));
  // The work is the same under load: 28 J each, and of the last a quarter of 11.5 s at 4 W.
  CHECK(use.energy.value() == exactly(3 * 28.0 + 11.5));
  // The device's account: these, four requests of 28 J, and two that go up and come back.
  const auto& device = run.run.devices.front();
  CHECK(device.compute.value() == exactly(95.5 + 4 * 28.0));
  Joules requests;
  for (const auto& end : run.ended) requests += end.energy.total();
  CHECK((device.total - device.idle).value() == exactly(requests.value() + use.energy.value()));
}

TEST_CASE("Without a load measuring again changes no plan, and costs what it takes") {
  Again again(six_requests(), 50_s);
  const auto run = again.run();
  // The benchmark of 200 s came before the request of that instant, which waits 7 s for it: changes of devices go first.
  const std::vector<double> expected{7.0, 7.0, 7.0, 7.0, 7.0, 14.0};
  for (std::size_t i = 0; i < expected.size(); ++i) CHECK(latencies(run)[i] == exactly(expected[i]));
  CHECK(run.run.measuring.count == 4);
  CHECK(run.run.decisions.plan_changes == 0);
  CHECK(run.run.decisions.made ==
        std::vector<std::int64_t>{1 + 3});  // at the start, and at the first request after each
}

TEST_CASE("A benchmark that its device's going off stops teaches nothing") {
  auto spec = six_requests();
  spec.loads = {load_from_60_s()};
  spec.off = {{110_s, 115_s}};  // in the middle of the one that would have told of the load
  Again again(spec, 50_s);
  const auto run = again.run();
  CHECK(run.measured.at(2).time.value() == exactly(110.0));
  CHECK(passes(run, Kind::device_processor).at(1).second == exactly(110.0));
  CHECK(run.plans.at(3).value().on_device == spec.on_device);  // of 120 s: as it was believed before
}

TEST_CASE("What is believed after a measurement is that measurement, not the one before") {
  // Each measurement has errors of its own: after the second the device is believed to be ten times as slow as it is.
  auto spec = six_requests();
  Again again(spec, 50_s);
  auto& client = again.client();
  auto errs = *client.remeasuring;
  errs.believe = [base = *client.problem](std::size_t number) {
    auto problem = base;
    if (number == 2) {
      for (auto& time : problem.processors.front().layer_time) time *= 10.0;
    }
    return problem;
  };
  client.remeasuring = &errs;
  const auto run = again.run();
  // The second ends at 107.875 s, the third at 157.875 s.
  CHECK(latencies(run)[3] == exactly(11.5));
  CHECK(latencies(run)[4] == exactly(7.0));
}

}  // namespace edgecut::measuring_test
