// Servers under load as a scenario says it: what they cost, what they refuse, and what methods know of it.
#include <catch2/catch.hpp>
#include <cmath>
#include <string>

#include "config/error_of.hpp"
#include "experiment/choices.hpp"
#include "scenario/scenario_file.hpp"

namespace edgecut::serving_test {
using Catch::Matchers::Contains;

namespace {

// The first run of the scenario, with the method that it lists alone.
metrics::Row row_of(const std::string& lines) {
  const Loaded loaded(lines);
  return loaded.study.play(loaded.study.runs().front());
}

std::string cloud_only(const std::string& cloud, const std::string& lines = "") {
  return "cloud: " + cloud + "\npartitioners: [cloud_only]\ntruth: {layer_noise: 0}\n" + lines;
}

}  // namespace

TEST_CASE("a row holds what the hosts of a server cost") {
  const auto row = row_of(cloud_only("{kind: c5_4xlarge, hosts: 2, power: {idle: 100 W, active: 250 W}}"));
  const double makespan = row.number("makespan_s");
  CHECK(row.number("host_time_cloud_s") == Approx(2 * makespan));
  CHECK(row.number("cost_USD") == Approx(2 * makespan * 0.68 / 3600));
  // 150 W more for the three tails that a host works at.
  CHECK(row.number("energy_cloud_J") == Approx(100 * 2 * makespan + 150 * 3 * row.number("tail_mean_s")));
  CHECK(row.text("host_time_edge_s").empty());
  CHECK(row.text("batch_mean_cloud").empty());
  // The share of an Azure machine has no price.
  CHECK(row_of(cloud_only("azure_d64s_v6")).text("cost_USD").empty());
}

TEST_CASE("a batch that waits for company on an idle system is in the closed form and in the run") {
  const auto row = row_of(cloud_only("{kind: v100, serving: {batching: {max_size: 8, max_wait: 20 ms}}}"));
  const auto alone = row_of(cloud_only("v100"));
  CHECK(row.number("idle_latency_s") == Approx(alone.number("idle_latency_s") + 0.020));
  CHECK(row.number("latency_mean_s") == Approx(row.number("idle_latency_s")).epsilon(1e-9));
  CHECK(row.number("cloud_queue_mean_s") == Approx(0.020));
  CHECK(row.number("batch_mean_cloud") == 1.0);
}

TEST_CASE("full batches of eight take as long as was measured") {
  // Eight devices at once, with links so fast that all their inputs are there before the first has waited for 1 s.
  const auto row = row_of(cloud_only("{kind: v100, serving: {batching: {max_size: 8, max_wait: 1 s}}}",
                                     "fleet: {devices: 8}\nlink: {kind: lte_2012, uplink: 1000 Mbit/s}\n"));
  const auto alone = row_of(cloud_only("v100"));
  CHECK(row.number("batch_mean_cloud") == 8.0);
  CHECK(row.number("tail_mean_s") == Approx(alone.number("tail_mean_s") * 11.5 / 10.37));  // platforms/clouds/v100.yaml
}

TEST_CASE("what a server refuses is dropped and counted") {
  // A tail takes far longer than the time between requests, and nobody may wait.
  const auto row =
      row_of(cloud_only("{kind: c5_4xlarge, serving: {queue_limit: 0}, processors: {cpu: {slowdown: 1000}}}",
                        "fleet: {devices: 4}\nworkload: {arrivals: one_at_a_time, requests: 2}\n"));
  CHECK(row.number("refused") == row.number("dropped"));
  CHECK(row.number("refused") >= 4);
  CHECK(row.number("requests") == 8);
  CHECK(row.number("completed") == 8 - row.number("refused"));
}

TEST_CASE("a server that goes by deadlines needs some") {
  const std::string cloud = "cloud: {kind: c5_4xlarge, serving: {discipline: earliest_deadline}}\n";
  CHECK_THAT(error_of([&] { Loaded{cloud}; }), Contains("needs `constraints: {deadline: ...}`"));
  CHECK(error_of([&] { Loaded{cloud + "constraints: {deadline: 1 s}\n"}; }) == "no error");
}

TEST_CASE("who sees the queue of others' jobs leaves the server when it is long") {
  const std::string lines =
      "cloud: {kind: c5_4xlarge, serving: {tenants: {rate: 18 /s, work: 50 ms}}}\n"
      "network: resnet50\n"
      "workload: {arrivals: one_at_a_time, requests: 200}\n"
      "kernel: express\n";
  const std::string blind = "partitioners: [offline_benchmark]\n";
  const std::string sees = "partitioners: [{kind: offline_benchmark, server_load: exact}]\n";
  const auto seen = row_of(lines + sees);
  CHECK(seen.number("plan_changes") > 10);
  CHECK(seen.number("cloud_queue_mean_s") < 0.8 * row_of(lines + blind).number("cloud_queue_mean_s"));
  // Its first plan is the other's, but the study is not mute.
  const Loaded both(lines +
                    "partitioners: [offline_benchmark, {kind: offline_benchmark, name: sees, server_load: "
                    "exact}]\n");
  CHECK_FALSE(experiment::Choices(both.study).are_alike());
}

}  // namespace edgecut::serving_test
