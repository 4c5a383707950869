// Closed loops with a time to think, and sensors whose newest frame takes the place of the waiting one, by hand.
#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "engine/systems.hpp"

namespace edgecut::sources_test {
using namespace edgecut::test;
using events::FailureReason;
using events::Outcome;

namespace {

std::vector<double> times(const Recording& recording, const std::string& what, std::uint32_t requests) {
  std::vector<double> result;
  for (std::uint32_t i = 0; i < requests; ++i) result.push_back(recording.time(what, i));
  return result;
}

}  // namespace

TEST_CASE("In a closed loop each end is followed by a pause and the next arrival") {
  auto spec = device_only();  // 7 s each
  spec.workload.arrivals = workload::Arrivals::closed_loop;
  spec.workload.outstanding = 2;
  spec.workload.think = 1_s;
  spec.workload.requests = 4;
  const auto recording = Lab({spec}).run();
  // Two come at 0 and are served one after the other; each end + 1 s brings one, which waits for the other.
  CHECK(times(recording, "arrived", 4) == std::vector<double>{0, 0, 8, 15});
  CHECK(times(recording, "ended", 4) == std::vector<double>{7, 14, 21, 28});
}

TEST_CASE("A loop with more outstanding than requests brings each request once") {
  auto spec = device_only();
  spec.workload.arrivals = workload::Arrivals::closed_loop;
  spec.workload.outstanding = 5;
  spec.workload.requests = 3;
  const auto recording = Lab({spec}).run();
  CHECK(times(recording, "arrived", 3) == std::vector<double>{0, 0, 0});
  CHECK(times(recording, "ended", 3) == std::vector<double>{7, 14, 21});
}

TEST_CASE("A loop that does not think does not make all of its requests at one instant where a queue is full") {
  auto spec = device_only();  // 7 s each
  spec.workload.arrivals = workload::Arrivals::closed_loop;
  spec.workload.outstanding = 3;
  spec.workload.queue_limit = 1;
  spec.workload.requests = 8;
  const auto recording = Lab({spec}).run();
  // At 0 one runs, one waits, and one is refused, whose next comes at 7, when there is room for one: it comes before
  // the next of the one that has ended, which is refused, and so on.
  CHECK(times(recording, "arrived", 8) == std::vector<double>{0, 0, 0, 7, 7, 14, 14, 21});
  std::vector<Outcome> outcomes;
  for (std::uint32_t i = 0; i < 8; ++i) outcomes.push_back(recording.end(i).outcome);
  using enum Outcome;
  CHECK(outcomes ==
        std::vector<Outcome>{completed, completed, dropped, completed, dropped, completed, dropped, completed});
}

TEST_CASE("A loop that is refused makes its next request when one of another class has ended") {
  auto loop = device_only();  // 7 s each
  loop.workload = one_at_a_time(3);
  loop.workload.queue_limit = 0;
  auto camera = device_only();
  camera.workload = periodic(1.0 / 16, 2);  // at 0 and 16 s
  loop.joins = true;
  const auto recording = Lab({camera, loop}).run();
  std::vector<double> dropped;
  for (const auto& end : recording.ended) {
    if (end.outcome == Outcome::dropped) dropped.push_back(end.time.value());
  }
  CHECK(dropped.size() == 1);
  CHECK(recording.run.time.value() == 28.0);  // the loop runs from 7 to 14 and to 21, then the second of the camera
}

TEST_CASE("A frame that waits for the processor gives way to the next one") {
  auto spec = device_only();  // 7 s each, one a second
  spec.workload = periodic(1, 10);
  spec.workload.freshest = true;
  const auto recording = Lab({spec}).run();
  // 0 runs until 7 s, when 6 waits; 6 until 14 s, when 9 does.
  for (const std::uint32_t i : {0U, 6U, 9U}) CHECK(recording.end(i).outcome == Outcome::completed);
  for (const std::uint32_t i : {1U, 2U, 3U, 4U, 5U, 7U, 8U}) {
    CHECK(recording.end(i).outcome == Outcome::dropped);
    CHECK(recording.end(i).reason == FailureReason::replaced);
    CHECK(recording.time("ended", i) == i + 1.0);  // when the next one comes
  }
  CHECK(recording.time("ended", 6) == 14.0);
  CHECK(recording.time("ended", 9) == 21.0);
}

TEST_CASE("A frame that waits for the radio gives way to the next one, a result on its way back does not") {
  auto spec = cut_after(1);                                           // 1 s, then 500 kB
  spec.link = radio(Bandwidth(100000), Bandwidth(12500), Seconds());  // 5 s up, 10 s down
  spec.workload = periodic(0.5, 5);
  spec.workload.freshest = true;
  const auto recording = Lab({spec}).run();
  // Heads end at 1, 3, 5, 7 and 9 s. The radio sends 0 until 6 s, 2 (which took the place of 1) until 11 s, then 4.
  CHECK(recording.time("upload started", 0) == 1.0);
  CHECK(recording.time("ended", 1) == 5.0);
  CHECK(recording.time("upload started", 2) == 6.0);
  CHECK(recording.time("ended", 3) == 9.0);
  CHECK(recording.time("upload started", 4) == 11.0);
  for (const std::uint32_t i : {0U, 2U, 4U}) CHECK(recording.end(i).outcome == Outcome::completed);
  // Results leave the cloud at 6.75, 11.75 and 16.75 s and wait for one another: 10 s each.
  CHECK(recording.time("ended", 4) == Approx(36.75));
}

}  // namespace edgecut::sources_test
