// Whether a study's methods differ anywhere, and which axes change no plan.
#include "experiment/choices.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "scenario/scenario_file.hpp"

namespace edgecut::choices_test {
namespace {

// AlexNet on a Raspberry Pi 4 beside a round trip of 0.5 s: device only, whatever the uplink.
const std::string far = "device: raspberry_pi_4\nlink: {kind: lte_2012, rtt: 500 ms}\n";
const std::string near = "link: {kind: lte_2012, rtt: 20 ms, uplink: 1 Gbit/s}\n";
const std::string uplinks = "sweep: {link.uplink: [1 Mbit/s, 50 Mbit/s]}\n";

bool are_alike(const std::string& lines) {
  const Loaded loaded(lines);
  return experiment::Choices(loaded.study).are_alike();
}

std::vector<std::string> idle_axes(const std::string& lines) {
  const Loaded loaded(lines);
  return experiment::Choices(loaded.study).idle_axes();
}

}  // namespace

TEST_CASE("methods are alike when all of them choose one plan at each point") {
  CHECK(are_alike(far + uplinks + "partitioners: [device_only, offline_benchmark, oracle]\n"));
  CHECK_FALSE(
      are_alike("constraints: {min_layers_on_device: 1}\n"
                "partitioners: [{kind: offline_benchmark, benchmarked_at: {link.uplink: 20 Mbit/s}}, oracle]\n"));
  CHECK_FALSE(are_alike(far + "partitioners: [oracle]\n"));  // one method is like nobody
}

TEST_CASE("methods that do not choose differ all the same") {
  CHECK_FALSE(are_alike(far + uplinks + "partitioners: [device_only, cloud_only, offline_benchmark, oracle]\n"));
  CHECK_FALSE(are_alike("partitioners: [device_only, cloud_only]\n"));
  CHECK_FALSE(are_alike(far + "partitioners: [cloud_only, oracle]\n"));
}

TEST_CASE("methods that send the same cut in other forms, or leave by other exits, are not alike") {
  const std::string forms =
      "encodings: [{name: plain, accuracy_drop: 0}, {name: half, ratio: 50 %, accuracy_drop: 0}]\n";
  const std::string cut = "{kind: fixed, after: /features/features.2/MaxPool, name: ";
  CHECK_FALSE(
      are_alike(near + forms + "partitioners: [" + cut + "a, encoding: plain}, " + cut + "b, encoding: half}]\n"));
  CHECK(are_alike(near + forms + "partitioners: [" + cut + "a, encoding: half}, " + cut + "b, encoding: half}]\n"));
  // What is not sent has no form.
  CHECK(
      are_alike(far + forms +
                "partitioners: [{kind: device_only, name: a, encoding: plain}, {kind: device_only, name: b, encoding: "
                "half}]\n"));
  // Without a tight deadline Edgent goes to the last exit; SPINN's rules let some leave early, wherever they are cut.
  const std::string exits = "network: b_alexnet\nconstraints: {deadline: 100 s}\n";
  CHECK_FALSE(are_alike(far + exits + "partitioners: [edgent, {kind: spinn, name: early}]\n"));
}

TEST_CASE("what is known only once it has been played is not said to be alike") {
  CHECK_FALSE(are_alike(far + "partitioners: [device_only, best_fixed]\n"));
  CHECK_FALSE(are_alike(far + "partitioners: [{kind: online_bandit, name: a}, {kind: online_bandit, name: b}]\n"));
}

TEST_CASE("where nobody finds a plan there is no plan that all choose") {
  const Loaded loaded("constraints: {deadline: 1 ms}\npartitioners: [offline_benchmark, oracle]\n");
  CHECK_FALSE(experiment::Choices(loaded.study).are_alike());
  CHECK(experiment::Choices(loaded.study).are_none());
}

TEST_CASE("methods that differ in a later replication only are not alike") {
  // Where the noise of the truth turns some replications' best cut away from the model's.
  const std::string noisy = "truth: {layer_noise: 0.5}\nlink: {kind: lte_2012, rtt: 20 ms, uplink: 8 Mbit/s}\n";
  const std::string both =
      "partitioners: [{kind: offline_benchmark, believes: three_constants, name: model}, oracle]\n";
  std::int64_t first = 0;  // replication in which they differ
  const Loaded loaded(noisy + both + "replications: 50\n");
  const auto& point = loaded.study.points().front();
  while (first < 50 && point.first_plans(0, first) == point.first_plans(1, first)) ++first;
  REQUIRE(first < 50);
  CHECK_FALSE(are_alike(noisy + both + "replications: 50\n"));
}

TEST_CASE("an axis over which no plan changes is found, though plans change over another") {
  const std::string methods = "partitioners: [device_only, oracle]\n";
  const std::string rates = "workload: {arrivals: poisson, rate: 1 /s, requests: 3}\n";
  // The rate is not looked at; from 1 to 1000 Mbit/s the oracle goes from device only to the cloud.
  CHECK(idle_axes(rates + methods + "sweep: {link.uplink: [1 Mbit/s, 1 Gbit/s], workload.rate: [1 /s, 2 /s]}\n") ==
        std::vector<std::string>{"workload.rate"});
  CHECK(idle_axes(rates + methods + "sweep: {link.uplink: [1 Mbit/s, 1 Gbit/s]}\n").empty());
  CHECK(idle_axes(far + methods + uplinks) == std::vector<std::string>{"link.uplink"});
  // All that is zipped moves together.
  CHECK(idle_axes(rates + methods + "sweep: {zip: {link.uplink: [1 Mbit/s, 1 Gbit/s], workload.rate: [1 /s, 2 /s]}}\n")
            .empty());
  CHECK(idle_axes(far + rates + methods +
                  "sweep: {zip: {link.uplink: [1 Mbit/s, 2 Mbit/s], workload.rate: [1 /s, 2 /s]}}\n") ==
        std::vector<std::string>{"link.uplink with workload.rate"});
}

}  // namespace edgecut::choices_test
