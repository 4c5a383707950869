#include "metrics/warmup.hpp"

#include <catch2/catch.hpp>

#include "allocations.hpp"
#include "metrics/recorder.hpp"

namespace edgecut::warmup_test {

namespace {

events::Arrived arrival(std::uint32_t request, std::size_t device) {
  return {Seconds(), {request}, device};
}

events::Ended end(std::uint32_t request, std::size_t device, double latency) {
  events::Ended ended;
  ended.request = {request};
  ended.device = device;
  ended.timeline.ended = Seconds(latency);
  return ended;
}

}  // namespace

TEST_CASE("the first requests that arrive at each device are not recorded, whenever they end") {
  metrics::Recorder recorder;
  metrics::Warmup counted(recorder, metrics::ByClass<std::int64_t>(1));
  for (std::uint32_t request = 0; request < 5; ++request) counted.on(arrival(request, request % 2));
  // Requests 0 and 1 are the first of devices 0 and 1. The others take 1, 2 and 3 s: 2 s on average.
  counted.on(end(2, 0, 1.0));
  counted.on(end(0, 0, 100.0));
  counted.on(end(3, 1, 2.0));
  counted.on(end(4, 0, 3.0));
  counted.on(end(1, 1, 100.0));
  counted.on(events::RunEnded{});
  metrics::Row row;
  recorder.append_to(row);
  CHECK(row.number("requests") == 3);
  CHECK(row.number("latency_mean_s") == 2.0);
  CHECK(row.number("latency_max_s") == 3.0);
}

TEST_CASE("devices may warm up for different numbers of requests") {
  metrics::Recorder recorder;
  metrics::ByClass<std::int64_t> left_out;
  left_out.set(0, 0, 2);
  left_out.set(1, 0, 0);
  metrics::Warmup counted(recorder, left_out);
  for (std::uint32_t request = 0; request < 6; ++request) counted.on(arrival(request, request % 3));
  for (std::uint32_t request = 0; request < 6; ++request) counted.on(end(request, request % 3, 1.0));
  counted.on(events::RunEnded{});
  metrics::Row row;
  recorder.append_to(row);
  CHECK(row.number("requests") == 4);  // all but the two of device 0
}

TEST_CASE("the energy of the whole run is held against all results in time, recorded or not") {
  metrics::Recorder recorder;
  metrics::Warmup counted(recorder, metrics::ByClass<std::int64_t>(3));
  for (std::uint32_t request = 0; request < 4; ++request) counted.on(arrival(request, 0));
  for (std::uint32_t request = 0; request < 4; ++request) counted.on(end(request, 0, 1.0));
  events::RunEnded run;
  run.time = Seconds(10.0);
  run.devices.resize(1);
  run.devices[0].total = Joules(8.0);
  run.batteries = {{Joules(100.0), Joules(92.0), Joules(8.0), {}}};
  counted.on(run);
  metrics::Row row;
  recorder.append_to(row);
  CHECK(row.number("requests") == 1);
  CHECK(row.number("energy_useful_J") == 2.0);
  CHECK(row.number("inferences_per_charge") == 50.0);
}

TEST_CASE("results of devices on the mains come from no charge, recorded or not") {
  metrics::Recorder recorder;
  metrics::Warmup counted(recorder, metrics::ByClass<std::int64_t>(1));
  for (std::uint32_t request = 0; request < 6; ++request) counted.on(arrival(request, request % 2));
  for (std::uint32_t request = 0; request < 6; ++request) counted.on(end(request, request % 2, 1.0));
  events::RunEnded run;
  run.time = Seconds(10.0);
  run.devices.resize(2);
  run.batteries = {{Joules(100.0), Joules(94.0), Joules(6.0), {}, 1}};
  counted.on(run);
  metrics::Row row;
  recorder.append_to(row);
  CHECK(row.number("inferences_per_charge") == Approx(50.0));  // three of device 1 for 6 %
}

TEST_CASE("a request that is left out takes no memory of its own") {
  struct Nobody final : events::Observer {
    void on(const events::Event& /*event*/) override {}
  } nobody;
  metrics::Warmup counted(nobody, metrics::ByClass<std::int64_t>(1000));
  counted.on(arrival(0, 0));
  const auto before = allocations();
  for (std::uint32_t request = 1; request < 900; ++request) counted.on(arrival(request, 0));
  for (std::uint32_t request = 0; request < 900; ++request) counted.on(end(request, 0, 1.0));
  CHECK(allocations() == before);
}

}  // namespace edgecut::warmup_test
