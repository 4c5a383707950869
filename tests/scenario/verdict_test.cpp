// What is said of a run before its figures are believed, and the share of requests that ended as they should.
#include "experiment/verdict.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <vector>

#include "scenario/scenario_file.hpp"
#include "sweep/statistics.hpp"

namespace edgecut::verdict_test {
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

// A run of 200 requests that all came back, at a load of 0.5, without waiting.
metrics::Row sound_row() {
  metrics::Row row;
  row.add("feasible", std::int64_t{1});
  row.add("infeasible_because", {});
  row.add("requests", std::int64_t{200});
  row.add("dropped", std::int64_t{0});
  row.add("failed", std::int64_t{0});
  row.add("lost_because", {});
  row.add("backlog", std::int64_t{1});
  row.add("latency_mean_s", 1.0);
  for (const auto* wait : {"preparing", "device_queue", "radio_queue", "edge_queue", "cloud_queue"}) {
    row.add(std::string(wait) + "_mean_s", 0.0);
  }
  row.add("offered_load_max", 0.5);
  row.add("bottleneck", std::string("uplink"));
  row.add("saturated", std::int64_t{0});
  return row;
}

using Changes = std::map<std::string, metrics::Cell>;

std::string verdict_of(const Changes& changes) {
  auto row = sound_row();
  for (const auto& [column, cell] : changes) row.set(column, cell);
  experiment::append_verdict(row);
  const auto because = row.text("verdict_because");
  return row.text("verdict") + (because.empty() ? "" : ": " + because);
}

std::map<std::string, metrics::Row> rows_of(const std::string& lines) {
  std::map<std::string, metrics::Row> rows;
  const Loaded loaded(lines);
  for (auto& row : run(loaded.study)) rows[row.text("partitioner")] = row;
  return rows;
}

const std::string one_by_one = "workload: {arrivals: one_at_a_time, requests: 4}\ntruth: {layer_noise: 0}\n";

}  // namespace

TEST_CASE("each verdict has its cause, and the first that holds is given") {
  CHECK(verdict_of({}) == "stable");
  const Changes overloaded{{"offered_load_max", 1.25}, {"saturated", std::int64_t{1}}};
  CHECK(verdict_of(overloaded) == "overloaded: uplink is offered 1.25 times what it can do");
  auto losing = overloaded;
  losing["dropped"] = std::int64_t{30};
  losing["failed"] = std::int64_t{2};
  losing["lost_because"] = std::string("a device's queue was full");
  CHECK(verdict_of(losing) ==
        "losing requests: 30 dropped and 2 failed of 200: a device's queue was full; uplink is offered 1.25 times what "
        "it can do");
  auto infeasible = losing;
  infeasible["feasible"] = std::int64_t{0};
  infeasible["infeasible_because"] = std::string("energy 2 J > 1 J (by 100 %)");
  CHECK(verdict_of(infeasible) == "infeasible: energy 2 J > 1 J (by 100 %)");
}

TEST_CASE("a run is backlogged where an open workload waits more than it is worked on and a tenth is left at the end") {
  const Changes piled{{"backlog", std::int64_t{21}}, {"radio_queue_mean_s", 0.2}, {"cloud_queue_mean_s", 0.4}};
  CHECK(verdict_of(piled) ==
        "backlogged: 21 of 200 were under way when the last one came; the longest wait is for the cloud");
  auto fewer = piled;
  fewer["backlog"] = std::int64_t{20};
  CHECK(verdict_of(fewer) == "stable");
  auto shorter = piled;
  shorter["cloud_queue_mean_s"] = 0.3;  // 0.2 + 0.3 of 1 s
  CHECK(verdict_of(shorter) == "stable");
  auto closed = piled;
  closed["offered_load_max"] = 0.0;
  CHECK(verdict_of(closed) == "stable");
}

TEST_CASE("an outage near the end leaves a backlog though the mean load is low") {
  // Device only takes no link. An upload of 150 kB at 20 Mbit/s takes 60 ms, four come each second: a load of 0.24. From 40
  // to 50 s the uplink has 1 % of its bandwidth, 6 s an upload: about 38 of 200 are still there when the last comes.
  const auto rows = rows_of(
      "workload: {arrivals: periodic, rate: 4 /s, requests: 200}\n"
      "link: {kind: lte_2012, rtt: 20 ms, uplink: 20 Mbit/s, bandwidth: {up: {steps: [{from: 40 s, value: 1 %}, {from: "
      "50 s, value: 100 %}]}}}\n"
      "partitioners: [device_only, cloud_only]\n");
  const auto& cloud = rows.at("cloud_only");
  CHECK(rows.at("device_only").text("verdict") == "stable");
  CHECK(cloud.text("verdict") == "backlogged");
  CHECK(cloud.number("backlog") == Approx(38).margin(2));
  CHECK_THAT(cloud.text("verdict_because"), Contains("the longest wait is for the device's radio"));
}

TEST_CASE("dropped requests and dead batteries are in the verdict, and what is lost is not attained") {
  const auto full = rows_of(
                        "workload: {arrivals: poisson, rate: 100 /s, requests: 500, queue_limit: 1}\n"
                        "partitioners: [device_only]\n")
                        .at("device_only");
  CHECK(full.text("verdict") == "losing requests");
  CHECK(full.text("lost_because") == "a device's queue was full");
  CHECK_THAT(full.text("verdict_because"),
             StartsWith(full.text("dropped") + " dropped of 500: a device's queue was full; device is offered "));
  CHECK(full.number("attainment") == Approx(full.number("completed") / 500));
  const auto dead = rows_of(
                        "battery: {capacity: 0.01 Wh}\npartitioners: [device_only]\ntruth: {layer_noise: 0}\n"
                        "workload: {arrivals: periodic, rate: 1 /s, requests: 40}\n")
                        .at("device_only");
  CHECK(dead.text("verdict_because") == dead.text("failed") + " failed of 40: battery empty");
  CHECK(dead.number("failed") > 0);
  CHECK(dead.number("attainment") == Approx(1 - dead.number("failed") / 40));
}

TEST_CASE(
    "a method without a plan attains what the fallback does: worked out by hand, half of the methods infeasible") {
  // The board runs AlexNet in about 0.17 s. Through 1 Mbit/s the image alone, 150 kB, takes 1.2 s and the tensor after the
  // first pooling, 187 kB, 1.5 s. So of a deadline of 0.3 s device only attains all four, what is sent none. One layer must
  // stay, so cloud only has no plan; a budget of 1 % of the FLOPs is kept by no cut that leaves one (0.14 of 1.4 GFLOP).
  const std::string scenario =
      one_by_one +
      "link: {kind: lte_2012, rtt: 20 ms, uplink: 1 Mbit/s}\nconstraints: {min_layers_on_device: 1, deadline: 300 ms}\n"
      "partitioners:\n"
      "  - device_only\n"
      "  - oracle\n"
      "  - {kind: fixed, after: /features/features.2/MaxPool}\n"
      "  - cloud_only\n"
      "  - {kind: resource_aware, name: R3, rule: R3, budgets: {compute: 1 %}}\n"
      "  - {kind: resource_aware, name: R4, rule: R4, budgets: {compute: 1 %}}\n";
  const auto attained = [&](const std::string& fallback) {
    std::map<std::string, double> shares;
    for (const auto& [name, row] : rows_of(scenario + fallback)) shares[name] = row.number("attainment");
    return shares;
  };
  using Shares = std::map<std::string, double>;
  const auto by_device =
      Shares{{"device_only", 1}, {"oracle", 1}, {"fixed", 0}, {"cloud_only", 1}, {"R3", 1}, {"R4", 1}};
  CHECK(attained("") == by_device);
  CHECK(attained("fallback: device_only\n") == by_device);
  const auto lost = Shares{{"device_only", 1}, {"oracle", 1}, {"fixed", 0}, {"cloud_only", 0}, {"R3", 0}, {"R4", 0}};
  CHECK(attained("fallback: lost\n") == lost);
  CHECK(attained("fallback: cloud_only\n") == lost);  // late, and with no layer on the device

  const auto rows = rows_of(scenario);
  for (const auto* name : {"device_only", "oracle", "fixed"}) CHECK(rows.at(name).text("verdict") == "stable");
  for (const auto* name : {"cloud_only", "R3", "R4"}) {
    INFO(name);
    const auto& row = rows.at(name);
    CHECK(row.text("verdict") == "infeasible");
    CHECK(row.text("verdict_because") == row.text("infeasible_because"));
    CHECK(row.number("failed") == 4);
    CHECK(row.text("latency_mean_s").empty());  // the fallback's latency is not the method's
  }
  CHECK(rows.at("cloud_only").text("verdict_because") == "0 of at least 1 layers on the device");
  CHECK_THAT(rows.at("R3").text("verdict_because"), Contains("compute budget ") && Contains(" % > 1 % (by "));

  // Savings against device only: the oracle's plan is the same; fixed breaks the deadline, the others have no plan.
  std::vector<metrics::Row> list;
  for (const auto* name : {"device_only", "oracle", "fixed", "cloud_only", "R3", "R4"}) list.push_back(rows.at(name));
  int methods = 0;
  for (const auto& saving : sweep::savings({"device_only"}, list)) {
    if (saving.text("metric") != "latency") continue;
    const auto name = saving.text("partitioner");
    INFO(name);
    ++methods;
    CHECK(saving.text("saving") == (name == "oracle" ? "0" : ""));
    CHECK(saving.number("pairs") == (name == "oracle" ? 1 : 0));
    CHECK(saving.number("found") == (name == "oracle" || name == "fixed" ? 1 : 0));
    CHECK(saving.number("broken") == (name == "fixed" ? 1 : 0));
    CHECK(saving.number("left_out_infeasible") == (name == "oracle" || name == "fixed" ? 0 : 1));
  }
  CHECK(methods == 5);
}

TEST_CASE("of several groups all must have a plan, and a fallback that does not fit is none") {
  // AlexNet's weights alone take 244 MB; the weak device has 100 MB.
  const std::string groups =
      one_by_one +
      "partitioners: [device_only]\nfleet: {groups: [{name: strong, devices: 1}, {name: weak, devices: 1, "
      "device: {kind: raspberry_pi_3b_plus, memory: {size: 600 MB, reserve: 500 MB}}}]}\n";
  const auto row = rows_of(groups).at("device_only");
  CHECK(row.number("feasible") == 0);
  CHECK(row.text("verdict") == "infeasible");
  CHECK_THAT(row.text("verdict_because"), StartsWith("weak: device memory 2") && Contains(" MB > 100 MB (by ") &&
                                              Contains("derived: 600 MB less 500 MB in reserve"));
  CHECK(row.number("attainment") == 0.5);
  CHECK(rows_of(groups + "fallback: cloud_only\n").at("device_only").number("attainment") == 1.0);
}

TEST_CASE("where no plan keeps a limit the nearest one to keep is named, with its source") {
  // 10 Wh of which 90 % over 4.5 h: 2 W, less 1.9 W idle, every 10 s: 1 J. The image through 1 Mbit/s takes 1.2 s of a radio
  // that draws more than a watt; AlexNet on a board that is ten times as slow takes 5.3 J. Cloud only keeps no layer.
  const auto row = rows_of(
                       "workload: {arrivals: periodic, rate: 0.1 /s, requests: 3}\ntruth: {layer_noise: 0}\n"
                       "device: {kind: raspberry_pi_3b_plus, processors: {cpu: {slowdown: 10}}}\n"
                       "battery: {capacity: 10 Wh, usable: 90 %}\n"
                       "link: {kind: lte_2012, rtt: 20 ms, uplink: 1 Mbit/s}\n"
                       "constraints: {min_layers_on_device: 1, lifetime: 4.5 h}\npartitioners: [oracle]\n")
                       .at("oracle");
  const auto why = row.text("infeasible_because");
  INFO(why);
  CHECK_THAT(why, Contains("the nearest, after ") && Contains(" breaks energy ") && Contains(" J > 1 J (by "));
  CHECK_THAT(why, Contains("derived: lifetime 4.5 h: 32.4 kJ charged / 4.5 h = 2 W, less 1.9 W idle, x 10 s between "
                           "requests"));
  CHECK_THAT(why, !Contains("layers on the device"));
  CHECK(row.text("verdict_because") == why);
}

}  // namespace edgecut::verdict_test
