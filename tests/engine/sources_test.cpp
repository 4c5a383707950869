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
