// Several classes of requests on one device: they share its processors, radio and power, and go by priority.
#include <catch2/catch.hpp>

#include "engine/systems.hpp"

namespace edgecut::classes_test {
using namespace edgecut::test;

namespace {

// A class that computes `work` seconds on the device and sends nothing.
Spec computing(double work, const workload::Workload& workload, int priority = 0) {
  auto spec = device_only();
  spec.truth = times({{0, work, 0, 0}}, {0, 0, 0, 0});
  spec.workload = workload;
  spec.workload.priority = priority;
  return spec;
}
Spec joining(Spec spec) {
  spec.joins = true;
  return spec;
}

// Of the requests of one class on the only device, in order of arrival.
std::vector<double> latencies(const Recording& recording, std::uint32_t request_class) {
  std::map<std::uint32_t, double> by_request;
  for (const auto& end : recording.ended) {
    if (end.request_class != request_class) continue;
    by_request[end.request.index] = (end.timeline.ended - end.timeline.arrived).value();
  }
  std::vector<double> result;
  for (const auto& [request, latency] : by_request) result.push_back(latency);
  return result;
}

std::vector<double> arrivals(const Recording& recording, std::uint32_t request_class) {
  std::vector<double> result;
  for (const auto& end : recording.ended) {
    if (end.request_class == request_class) result.push_back(end.timeline.arrived.value());
  }
  std::ranges::sort(result);
  return result;
}

Catch::Matchers::Vector::ApproxMatcher<double, std::allocator<double>, std::allocator<double>> are(
    const std::vector<double>& values) {
  return Catch::Approx(values).margin(1e-9);
}

}  // namespace

TEST_CASE("two periodic classes share one processor, each waiting for the other as arithmetic says") {
  for (const auto kernel : {kernel::Choice::reference, kernel::Choice::express}) {
    // 3 s every 4 s and 2 s every 8 s fill the processor: 0-3 A, 3-5 B, 5-8 A, and again.
    Lab lab({computing(3, periodic(0.25, 6)), joining(computing(2, periodic(0.125, 3)))});
    lab.system.kernel = kernel;
    const auto recording = lab.run();
    CHECK_THAT(latencies(recording, 0), are({3, 4, 3, 4, 3, 4}));
    CHECK_THAT(latencies(recording, 1), are({5, 5, 5}));
    REQUIRE(recording.run.devices.size() == 1);
    // 24 s at 6 W, one board.
    CHECK(recording.run.devices[0].total.value() == Approx(24 * 6));
    const auto use = recording.use(events::ResourceUse::Kind::device_processor);
    CHECK(use.work.value() == Approx(24));
    CHECK(use.offered_load == Approx(3 * 0.25 + 2 * 0.125));
  }
}

TEST_CASE("a more urgent class goes before those that wait, and interrupts nobody") {
  const auto rare = periodic(0.2, 2);
  const auto run = [&](int priority) {
    Lab lab({computing(3, periodic(0.5, 4)), joining(computing(1, rare, priority))});
    return lab.run();
  };
  // A comes at 0, 2, 4, 6 and takes 3 s, B at 0 and 5 and takes 1 s.
  // In order of arrival: A 0-3, B 3-4, A 4-7, A 7-10, B 10-11, A 11-14.
  const auto equal = run(0);
  CHECK_THAT(latencies(equal, 0), are({3, 5, 6, 8}));
  CHECK_THAT(latencies(equal, 1), are({4, 6}));
  // B first: ... A 4-7, B 7-8, A 8-11, A 11-14.
  const auto urgent = run(1);
  CHECK_THAT(latencies(urgent, 0), are({3, 5, 7, 8}));
  CHECK_THAT(latencies(urgent, 1), are({4, 3}));
  // B last, so that it starts when no A waits: A 0-3, 3-6, 6-9, 9-12, B 12-13 and 13-14.
  const auto patient = run(-1);
  CHECK_THAT(latencies(patient, 0), are({3, 4, 5, 6}));
  CHECK_THAT(latencies(patient, 1), are({13, 9}));
}

TEST_CASE("the radio sends by priority, too") {
  // 1 MB take 1 s at 1 MB/s; nothing comes back, half a round trip is 0.25 s, the cloud takes no time.
  auto slow = cloud_only();
  slow.truth = times({{0, 0, 0, 0}}, {0, 0, 0, 0});
  slow.result = Bytes();
  slow.workload = periodic(4, 3);  // at 0, 0.25, 0.5
  auto urgent = joining(slow);
  urgent.workload = periodic(1, 2);  // at 0 and 1
  urgent.workload.priority = 7;
  Lab lab({slow, urgent});
  const auto recording = lab.run();
  // A 0-1, B 1-2, B 2-3, A 3-4, A 4-5; and there and back half a second more.
  CHECK_THAT(latencies(recording, 0), are({1.5, 4.25, 5}));
  CHECK_THAT(latencies(recording, 1), are({2.5, 2.5}));
}

TEST_CASE("a class's arrivals and exits are its own, whoever else is there") {
  const auto alone = Lab({computing(0.1, poisson(1, 50))}).run();
  const auto both = Lab({computing(0.1, poisson(1, 50)), joining(computing(0.2, poisson(1, 50)))}).run();
  CHECK_THAT(arrivals(both, 0), are(arrivals(alone, 0)));
  CHECK(arrivals(both, 1) != arrivals(both, 0));
  // And the devices after it keep theirs.
  auto last = computing(0.1, poisson(2, 20));
  const auto second = [&](const Recording& recording) {
    std::vector<double> times;
    for (const auto& end : recording.ended) {
      if (end.device == 1) times.push_back(end.timeline.arrived.value());
    }
    return times;
  };
  const auto two = Lab({computing(0.1, poisson(1, 50)), last}).run();
  const auto three = Lab({computing(0.1, poisson(1, 50)), joining(computing(0.2, poisson(1, 50))), last}).run();
  CHECK(second(two).size() == 20);
  CHECK_THAT(second(three), are(second(two)));
}

TEST_CASE("each class has a deadline of its own, or the system's") {
  auto strict = computing(1, periodic(0.5, 2));
  strict.deadline = 0.5_s;
  auto lax = joining(computing(0.25, periodic(0.5, 2)));
  lax.deadline = 2_s;
  Lab lab({strict, lax, joining(computing(0.125, periodic(0.5, 2)))});
  lab.system.deadline = 1.3_s;
  const auto recording = lab.run();
  // 1 s; 1.25 s; 1.375 s.
  for (const auto& end : recording.ended) {
    CHECK(end.outcome == (end.request_class == 1 ? events::Outcome::completed : events::Outcome::late));
  }
}

TEST_CASE("the newest frame takes the place of one of its own class only") {
  // A: 3 s, at 0. B: at 0, waits. C, freshest: at 0, 1, 2, waits behind B.
  auto sensor = joining(computing(1, periodic(1, 3)));
  sensor.workload.freshest = true;
  const auto recording = Lab({computing(3, periodic(1, 1)), joining(computing(1, periodic(1, 1))), sensor}).run();
  CHECK_THAT(latencies(recording, 1), are({4}));  // 3-4
  std::vector<events::FailureReason> reasons;
  for (const auto& end : recording.ended) {
    if (end.request_class == 2) reasons.push_back(end.reason);
  }
  using enum events::FailureReason;
  CHECK(reasons == std::vector{replaced, replaced, none});
}

TEST_CASE("a device that goes off fails the requests of all its classes, and both closed loops go on after it") {
  auto first = computing(2, one_at_a_time(3));
  first.off = {{3_s, 10_s}};
  const auto recording = Lab({first, joining(computing(2, one_at_a_time(3)))}).run();
  // A 0-2, B 2-4 cut at 3, A waits 2-3 and fails; on again at 10: B 10-12 and A 12-14, or the other way round; B 14-16.
  std::map<std::uint32_t, int> failed;
  for (const auto& end : recording.ended) failed[end.request_class] += end.outcome == events::Outcome::failed ? 1 : 0;
  CHECK(failed[0] == 1);
  CHECK(failed[1] == 1);
  CHECK(recording.ended.size() == 6);
  CHECK(recording.run.time.value() == Approx(16));
}

TEST_CASE("what one class sends shows the other the bandwidth") {
  // Both plan with estimates; only the first one sends. 1 MB/s is believed, 0.5 MB/s is true.
  auto sender = cloud_only();
  sender.workload = periodic(0.1, 2);
  auto other = joining(device_only());
  other.workload = periodic(0.1, 2);
  Lab lab({sender, other});
  lab.system.clients[0].link = lab.system.clients[1].link = radio(500000_Bps, 500000_Bps);
  lab.system.awareness.bandwidth = belief::Awareness::Bandwidth::estimate;
  lab.system.awareness.decide = belief::Awareness::Decide::per_request;
  class Asked final : public partition::Partitioner {
   public:
    explicit Asked(const Plans& plans, const Lab& lab) : plans_(plans), lab_(lab) {}
    partition::Decision partition(const plan::Problem& problem) const override {
      believed.push_back(problem.link.up.value());
      return plans_.partition(*lab_.system.clients[believed.size() % 2 == 1 ? 0 : 1].problem);
    }
    mutable std::vector<double> believed;

   private:
    const Plans& plans_;
    const Lab& lab_;
  } asked(lab.plans, lab);
  Recorder recorder;
  engine::simulate(lab.system, asked, recorder);
  // At time 0 each with 1 MB/s; when the next ones come each has seen 0.5 MB/s, to within rounding to powers of 1.02.
  REQUIRE(asked.believed.size() == 4);
  CHECK(asked.believed[0] == 1e6);
  CHECK(asked.believed[1] == 1e6);
  CHECK(asked.believed[2] == Approx(0.5e6).epsilon(0.011));
  CHECK(asked.believed[3] == Approx(0.5e6).epsilon(0.011));
}

}  // namespace edgecut::classes_test
