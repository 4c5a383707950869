// The life of a request, event by event. Times are binary fractions, so that they come out exactly.
#include <catch2/catch.hpp>

#include <vector>

#include "engine/systems.hpp"
#include "units/ensure.hpp"

namespace edgecut::life_test {
using namespace edgecut::test;
using events::FailureReason;
using events::Outcome;

namespace {

void check(const Recording& recording, const std::vector<Step>& expected) {
  INFO(recording.text());
  REQUIRE(recording.steps.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    INFO("event " << i);
    CHECK(recording.steps[i].what == expected[i].what);
    CHECK(recording.steps[i].time == Approx(expected[i].time).epsilon(1e-12).margin(1e-12));
    CHECK(recording.steps[i].request == expected[i].request);
  }
}

Approx exactly(double value) {
  return Approx(value).epsilon(1e-12).margin(1e-12);
}

}  // namespace

TEST_CASE("A request that stays on the device arrives, is planned, computes and ends") {
  Lab lab({device_only()});
  const auto recording = lab.run();
  check(recording, {{"arrived", 0},
                    {"planned", 0},
                    {"head started", 0},
                    {"head finished", 7},  // 1 + 2 + 4 s
                    {"ended", 7}});
  const auto& end = recording.end(0);
  CHECK(end.outcome == Outcome::completed);
  CHECK(end.up == 0_B);
  CHECK(end.down == 0_B);
  CHECK(end.timeline.upload_started == 7_s);
  CHECK(end.timeline.download_started == 7_s);
}

TEST_CASE("A request that goes to the cloud whole passes radio, half a round trip, cloud and back") {
  Lab lab({cloud_only()});
  const auto recording = lab.run();
  check(recording, {{"arrived", 0},
                    {"planned", 0},
                    {"upload started", 0},
                    {"upload finished", 1.25},  // 1 MB at 1 MB/s and half of 0.5 s
                    {"tail started", 1.25},
                    {"tail finished", 2.125},  // 0.125 + 0.25 + 0.5 s
                    {"download started", 2.125},
                    {"download finished", 2.5},  // 125 kB at 1 MB/s and half of 0.5 s
                    {"ended", 2.5}});
  CHECK(recording.end(0).up == Bytes(1e6));
  CHECK(recording.end(0).down == Bytes(125e3));
}

TEST_CASE("A request that is split computes its head first") {
  Lab lab({cut_after(2)});
  const auto recording = lab.run();
  check(recording, {{"arrived", 0},
                    {"planned", 0},
                    {"head started", 0},
                    {"head finished", 3},  // a and b: 1 + 2 s
                    {"upload started", 3},
                    {"upload finished", 3.5},  // 250 kB: 0.25 s, and 0.25 s
                    {"tail started", 3.5},
                    {"tail finished", 4},  // c
                    {"download started", 4},
                    {"download finished", 4.375},
                    {"ended", 4.375}});
  const auto& t = recording.end(0).timeline;
  CHECK(t.arrived == 0_s);
  CHECK(t.head_started == 0_s);
  CHECK(t.head_finished == 3_s);
  CHECK(t.upload_started == 3_s);
  CHECK(t.upload_finished == 3.5_s);
  CHECK(t.tail_started == 3.5_s);
  CHECK(t.tail_finished == 4_s);
  CHECK(t.download_started == 4_s);
  CHECK(t.ended == 4.375_s);
}

TEST_CASE("Without a result the answer still takes half a round trip") {
  auto spec = cloud_only();
  spec.result = 0_B;
  Lab lab({spec});
  const auto recording = lab.run();
  CHECK(recording.time("ended", 0) == 2.375);  // 1 + 0.25 + 0.875 + 0.25
  CHECK(recording.time("download started", 0) == -1.0);
  CHECK(recording.end(0).energy.receive == 0_J);
}

TEST_CASE("Without a round-trip time nothing waits for one") {
  auto spec = cut_after(1);
  spec.link.rtt = 0_s;
  Lab lab({spec});
  const auto recording = lab.run();
  CHECK(recording.time("upload finished", 0) == 1.5);  // 1 s head, 500 kB
  CHECK(recording.time("ended", 0) == 2.375);          // 0.75 s tail, 125 kB
}

TEST_CASE("Layers that take no time have no head and no tail") {
  auto spec = cut_after(1);
  spec.truth = times({{0, 0, 2, 4}}, {0, 1, 0, 0});
  Lab lab({spec});
  const auto recording = lab.run();
  CHECK(recording.time("head started", 0) == -1.0);
  CHECK(recording.time("tail started", 0) == -1.0);
  CHECK(recording.time("ended", 0) == 1.125);  // 0.5 + 0.25 + 0.125 + 0.25
}

TEST_CASE("The radio sends one request at a time, in order, and is free when the last byte has left") {
  auto spec = cloud_only();
  spec.workload = periodic(2, 3);  // at 0, 0.5, 1
  Lab lab({spec}, cloud(3));
  const auto recording = lab.run();
  for (std::uint32_t i = 0; i < 3; ++i) {
    CHECK(recording.end(i).timeline.upload_started.value() == i);          // one second each
    CHECK(recording.end(i).timeline.upload_finished.value() == i + 1.25);  // and half a round trip
    CHECK(recording.end(i).timeline.ended.value() == i + 2.5);
  }
}

TEST_CASE("The cloud sends a device one result at a time, and different devices at once") {
  auto slow = cloud_only();
  slow.link.downlink = Bandwidth(31250);  // 125 kB in 4 s
  slow.workload = periodic(1, 2);
  Lab lab({slow, slow}, cloud(4));
  const auto recording = lab.run();
  // Requests 0 and 1 at t = 0 on devices 0 and 1, 2 and 3 at t = 1.
  for (const std::uint32_t i : {0U, 1U}) CHECK(recording.end(i).timeline.download_started == 2.125_s);
  for (const std::uint32_t i : {2U, 3U}) {
    CHECK(recording.end(i).timeline.tail_finished == 3.125_s);
    CHECK(recording.end(i).timeline.download_started == 6.125_s);  // 2.125 + 4
    CHECK(recording.end(i).timeline.ended == 10.375_s);            // and 4 and 0.25 more
  }
}

TEST_CASE("Sending and receiving do not hinder one another") {
  auto spec = cloud_only();
  spec.link = radio(1000000_Bps, 125000_Bps, 0_s);  // a result takes 1 s
  spec.workload = periodic(0.5, 2);                 // at 0 and 2
  Lab lab({spec});
  const auto recording = lab.run();
  // 0: upload 0-1, tail 1-1.875, download 1.875-2.875. 1: upload 2-3, while 0 receives.
  CHECK(recording.end(0).timeline.ended == 2.875_s);
  CHECK(recording.end(1).timeline.upload_finished == 3_s);
  CHECK(recording.end(1).timeline.ended == 4.875_s);
}

TEST_CASE("Two equal flows share a backhaul equally whatever their latencies") {
  auto near = cloud_only();
  near.link.rtt = 0.002_s;
  auto far = cloud_only();
  far.link.rtt = 2_s;
  Lab lab({near, far}, cloud(2));
  lab.system.backhaul = platform::Backhaul{1000000_Bps, 1000000_Bps};
  const auto recording = lab.run();
  CHECK(recording.end(0).timeline.upload_finished.value() == exactly(2.001));  // 1 MB at 0.5 MB/s each
  CHECK(recording.end(1).timeline.upload_finished.value() == exactly(3.0));
}

TEST_CASE("The plan is asked for once for each problem") {
  auto spec = device_only();
  spec.workload = periodic(0.125, 5);
  Lab lab({spec, spec});
  lab.system.clients[1].problem = lab.system.clients[0].problem;
  const auto recording = lab.run();
  CHECK(lab.plans.asked() == 1);
  CHECK(recording.ended.size() == 10);
}

TEST_CASE("A tensor that two layers in the cloud read is sent once") {
  //   in -> a -> b -> d
  //          \-> c --^
  auto spec = Spec();
  spec.network = network({{1e6, {}}, {3e5, {0}}, {1e5, {1}}, {2e5, {1}}, {4e5, {2, 3}}});
  spec.truth = times({{0, 1, 1, 1, 1}}, {0, 1, 1, 1, 1});
  spec.on_device = first(2, 5);
  Lab lab({spec});
  const auto recording = lab.run();
  REQUIRE(recording.sizes == std::vector<double>{3e5});
  CHECK(recording.end(0).up == Bytes(3e5));
}

TEST_CASE("A tensor that the head reads too is still sent, once") {
  // The same network with b on the device as well: a's 300 kB for c and b's 100 kB for d.
  auto spec = Spec();
  spec.network = network({{1e6, {}}, {3e5, {0}}, {1e5, {1}}, {2e5, {1}}, {4e5, {2, 3}}});
  spec.truth = times({{0, 1, 1, 1, 1}}, {0, 1, 1, 1, 1});
  spec.on_device = {true, true, true, false, false};
  Lab lab({spec});
  const auto recording = lab.run();
  REQUIRE(recording.sizes == std::vector<double>{4e5});  // one message
  CHECK(recording.end(0).timeline.ended.value() == exactly(2 + 0.4 + 0.25 + 2 + 0.125 + 0.25));
}

TEST_CASE("Both tensors that cross a cut inside a residual block are sent") {
  //   in -> a -> b -> sum -> c       cut after b: a (300 kB, for the sum) and b (200 kB)
  //          \--------^
  auto spec = Spec();
  spec.network = network({{1e6, {}}, {3e5, {0}}, {2e5, {1}}, {2e5, {1, 2}}, {1e3, {3}}});
  spec.truth = times({{0, 1, 1, 1, 1}}, {0, 1, 1, 1, 1});
  spec.on_device = first(3, 5);
  Lab lab({spec});
  REQUIRE(lab.run().sizes == std::vector<double>{5e5});
}

TEST_CASE("A head that is no prefix of the layer order computes just its own layers") {
  // As above, but c before b: layers in, a, c on the device.
  auto spec = Spec();
  spec.network = network({{1e6, {}}, {3e5, {0}}, {1e5, {1}}, {2e5, {1}}, {4e5, {2, 3}}});
  spec.truth = times({{0, 1, 2, 4, 8}}, {0, 16, 32, 64, 128});
  spec.on_device = {true, true, false, true, false};
  Lab lab({spec});
  const auto recording = lab.run();
  CHECK(recording.time("head finished", 0) == 5.0);                                               // 1 + 4
  CHECK(recording.sizes == std::vector<double>{5e5});                                             // a and c
  CHECK(recording.time("tail finished", 0) - recording.time("tail started", 0) == exactly(160));  // 32 + 128
}

TEST_CASE("Sizes on the wire are whole bytes, rounded up") {
  auto spec = cloud_only();
  spec.network = network({{100.25, {}}, {5, {0}}});
  spec.truth = times({{0, 1}}, {0, 1});
  spec.on_device = first(1, 2);
  spec.result = Bytes(0.5);
  Lab lab({spec});
  const auto recording = lab.run();
  CHECK(recording.end(0).up == 101_B);
  CHECK(recording.end(0).down == 1_B);
}

TEST_CASE("Requests one at a time arrive when the one before has ended") {
  auto spec = cut_after(2);
  spec.workload = one_at_a_time(3);
  Lab lab({spec});
  const auto recording = lab.run();
  for (std::uint32_t i = 0; i < 3; ++i) {
    CHECK(recording.time("arrived", i) == 4.375 * i);
    CHECK(recording.time("ended", i) == 4.375 * (i + 1));
  }
  CHECK(recording.run.time == 13.125_s);
}

TEST_CASE("Where no plan is feasible every request fails at once") {
  Spec spec;  // no plan
  spec.workload = one_at_a_time(3);
  Lab lab({spec});
  const auto recording = lab.run();
  REQUIRE(recording.ended.size() == 3);
  for (const auto& end : recording.ended) {
    CHECK(end.outcome == Outcome::failed);
    CHECK(end.reason == FailureReason::infeasible);
    CHECK(end.time == 0_s);
    CHECK(end.energy.total() == 0_J);
  }
  CHECK(recording.plans == std::vector<std::optional<plan::Plan>>(3));
}

TEST_CASE("A plan that reads from the cloud on the device is an internal error") {
  auto spec = Spec();
  spec.on_device = {true, false, true, false};
  Lab lab({spec});
  REQUIRE_THROWS_AS(lab.run(), InternalError);
}

TEST_CASE("A request is late when it takes longer than the deadline, not when it takes just as long") {
  auto in_time = device_only();  // 7 s
  auto late = device_only();
  late.truth = times({{0, 1, 2, 4.5}}, {0, 1, 1, 1});
  Lab lab({in_time, late});
  lab.system.deadline = 7_s;
  const auto recording = lab.run();
  CHECK(recording.end(0).outcome == Outcome::completed);
  CHECK(recording.end(1).outcome == Outcome::late);
  CHECK(recording.end(1).timeline.ended == 7.5_s);
}

TEST_CASE("The deadline counts from arrival, waiting included") {
  auto spec = device_only();
  spec.workload = periodic(0.25, 3);  // at 0, 4, 8; done at 7, 14, 21
  Lab lab({spec});
  lab.system.deadline = 11_s;
  const auto recording = lab.run();
  CHECK(recording.end(0).outcome == Outcome::completed);  // 7
  CHECK(recording.end(1).outcome == Outcome::completed);  // 10
  CHECK(recording.end(2).outcome == Outcome::late);       // 13
}

TEST_CASE("A request that finds the queue full is dropped") {
  auto spec = device_only();
  spec.workload = periodic(0.5, 6);  // at 0, 2, 4, 6, 8, 10, of 7 s each
  spec.workload.queue_limit = 2;
  Lab lab({spec});
  const auto recording = lab.run();
  // 0 runs until 7; 1 and 2 wait; 3 (t = 6) finds two waiting; at 7 request 1 starts; 4 (t = 8) finds one waiting; 5 (t
  // = 10) finds 2 and 4 waiting.
  for (const std::uint32_t i : {0U, 1U, 2U, 4U}) CHECK(recording.end(i).outcome == Outcome::completed);
  for (const std::uint32_t i : {3U, 5U}) {
    CHECK(recording.end(i).outcome == Outcome::dropped);
    CHECK(recording.end(i).time == recording.end(i).timeline.arrived);
  }
  CHECK(recording.end(4).timeline.ended == 28_s);
}

TEST_CASE("Requests that wait for the radio count for the queue limit, too") {
  auto spec = cloud_only();
  spec.workload = periodic(4, 4);  // at 0, 0.25, 0.5, 0.75; an upload takes 1 s
  spec.workload.queue_limit = 1;
  Lab lab({spec}, cloud(4));
  const auto recording = lab.run();
  CHECK(recording.end(0).outcome == Outcome::completed);
  CHECK(recording.end(1).outcome == Outcome::completed);
  CHECK(recording.end(2).outcome == Outcome::dropped);
  CHECK(recording.end(3).outcome == Outcome::dropped);
}

TEST_CASE("At one instant a completion comes before an arrival, which then finds a free processor") {
  auto spec = device_only();
  spec.truth = times({{0, 0.25, 0.25, 0.5}}, {0, 1, 1, 1});
  spec.workload = periodic(1, 50);
  spec.workload.queue_limit = 1;
  Lab lab({spec});
  const auto recording = lab.run();
  for (std::uint32_t i = 0; i < 50; ++i) {
    CHECK(recording.end(i).outcome == Outcome::completed);
    CHECK(recording.end(i).timeline.head_started.value() == i);
  }
  CHECK(recording.use(events::ResourceUse::Kind::device_processor).longest_queue == 0);
}

TEST_CASE("The order at one instant holds where times are no binary fractions") {
  auto spec = device_only();
  spec.truth = times({{0, 0.1, 0, 0}}, {0, 1, 1, 1});
  spec.workload = periodic(10, 1000);
  Lab lab({spec});
  const auto recording = lab.run();
  for (std::uint32_t i = 0; i < 1000; ++i) {
    const auto& t = recording.end(i).timeline;
    CHECK((t.head_started - t.arrived).value() == Approx(0.0).margin(1e-10));
  }
  CHECK(recording.use(events::ResourceUse::Kind::device_processor).longest_queue == 0);
}

TEST_CASE("Completions of one instant are handled in order of the requests") {
  // All three reach the cloud at 1.25.
  Lab lab({cloud_only(), cloud_only(), cloud_only()});
  const auto recording = lab.run();
  CHECK(recording.time("tail started", 0) == 1.25);
  CHECK(recording.time("tail started", 1) == 2.125);
  CHECK(recording.time("tail started", 2) == 3.0);
}

TEST_CASE("Requests are numbered in order of arrival, those of one instant by device") {
  auto slow = device_only();
  slow.workload = periodic(0.5, 3);  // 0, 2, 4
  auto fast = device_only();
  fast.workload = periodic(1, 3);  // 0, 1, 2
  Lab lab({slow, fast});
  const auto recording = lab.run();
  const std::vector<std::size_t> devices{0, 1, 1, 0, 1, 0};
  for (std::uint32_t i = 0; i < 6; ++i) CHECK(recording.end(i).device == devices[i]);
}

TEST_CASE("A run ends with its last request, whatever is still to happen") {
  auto spec = device_only();
  spec.off = {{100_s, 200_s}};
  Lab lab({spec});
  const auto recording = lab.run();
  CHECK(recording.run.time == 7_s);
  CHECK(recording.run.devices[0].total.value() == exactly(7 * 6));  // 6 W for 7 s
}

}  // namespace edgecut::life_test
