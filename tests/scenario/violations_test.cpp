// `violation_rate`: whoever plans, and however often, is held to the same limits.
#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "scenario/scenario_file.hpp"
#include "sweep/statistics.hpp"

namespace edgecut::violations_test {
namespace {

// The same plan, once for all and anew at each request.
constexpr auto ignoring = R"(
partitioners:
  - {kind: offline_benchmark, name: static, constraints: ignored}
  - {kind: offline_benchmark, name: estimates, constraints: ignored, bandwidth: estimate}
  - {kind: offline_benchmark, name: sees, constraints: ignored, server_load: exact}
  - {kind: offline_benchmark, name: asks, constraints: ignored, decide: per_request}
)";

std::vector<metrics::Row> rows_of(const std::string& lines) {
  const Loaded loaded(lines + "\n");
  return run(loaded.study);
}

void check_all(const std::string& lines, double rate) {
  INFO(lines);
  for (const auto& row : rows_of(lines + ignoring)) {
    INFO(row.text("partitioner"));
    CHECK(row.number("completed") + row.number("late") == row.number("requests"));
    CHECK(row.number("violation_rate") == rate);
  }
}

}  // namespace

TEST_CASE("Who plans anew breaks the same limits as who does not") {
  // AlexNet on the Raspberry Pi 3B+ is fastest on the device over LTE: 0.1 s and more, 244 MB of weights.
  check_all("constraints: {deadline: 50 ms}", 1.0);
  check_all("constraints: {deadline: 5 s}", 0.0);
  check_all("constraints: {memory: 1 MB}", 1.0);
  check_all("constraints: {memory: 800 MB}", 0.0);
  check_all("device: {kind: raspberry_pi_3b_plus, storage: {free: 10 MB}}", 1.0);
  // In the cloud over a fast link.
  const std::string fast = "link: {kind: wifi_2012, uplink: 1 Gbit/s, downlink: 1 Gbit/s, rtt: 0 s}\n";
  check_all(fast + "constraints: {min_layers_on_device: 1}", 1.0);
  check_all(fast + "constraints: {energy: 1 uJ}", 1.0);
  check_all(fast, 0.0);
}

TEST_CASE("No saving is told over a plan that breaks a limit, whoever made it") {
  const Loaded loaded(std::string("constraints: {memory: 1 MB}\ncompare: {baseline: static}") + ignoring);
  const auto rows = run(loaded.study);
  for (const auto& saving : sweep::savings(loaded.study.comparison().baselines, rows)) {
    CHECK(saving.number("pairs") == 0);
  }
}

TEST_CASE("Each class of requests is held to its own limits, whoever plans") {
  const auto rows =
      rows_of(std::string("network: alexnet\nworkload: {classes: [\n"
                          "  {name: tight, arrivals: periodic, rate: 0.2 /s, requests: 3, deadline: 1 ms},\n"
                          "  {name: loose, arrivals: periodic, rate: 0.1 /s, requests: 3, deadline: 60 s}]}") +
              ignoring);
  for (const auto& row : rows) {
    INFO(row.text("partitioner"));
    CHECK(row.number("violation_rate") == 0.5);
  }
}

TEST_CASE("A link that moves makes a plan break the deadline while it is too slow, and no longer") {
  // Requests at 0, 10, 20 and 30 s; the link is slow from 9 to 19 s. Who sees that goes to the device meanwhile.
  const auto rows = rows_of(R"(
workload: {arrivals: periodic, rate: 0.1 /s, requests: 4}
device: raspberry_pi_zero_2w
network: mobilenet_v2
link: {kind: wifi_2012, uplink: 20 Mbit/s, rtt: 10 ms, bandwidth: {up: {steps: [{from: 9 s, value: 50 kbit/s}, {from: 19 s, value: 20 Mbit/s}]}}}
constraints: {deadline: 2 s}
partitioners: [cloud_only, {kind: offline_benchmark, name: once}, oracle])");
  CHECK(rows[0].number("violation_rate") == 0.25);
  CHECK(rows[1].number("violation_rate") <= 0.25);
  CHECK(rows[2].number("violation_rate") == 0.0);
}

TEST_CASE("A plan that takes exactly the deadline breaks nothing") {
  const auto exact = rows_of("truth: {layer_noise: 0}\npartitioners: [device_only]").front().text("idle_latency_s");
  for (const auto& row : rows_of("truth: {layer_noise: 0}\nconstraints: {deadline: " + exact + " s}" + ignoring)) {
    CHECK(row.number("late") == 0);
    CHECK(row.number("violation_rate") == 0);
  }
}

}  // namespace edgecut::violations_test
