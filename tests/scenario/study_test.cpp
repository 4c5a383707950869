// Studies: axes, points, settings, what a method knows at each point, and which run of best_fixed is kept.
#include "experiment/study.hpp"
#include "sweep/statistics.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <map>
#include <string>

#include "config/error_of.hpp"
#include "scenario/scenario_file.hpp"

namespace edgecut::study_test {
using Catch::Matchers::Contains;
using experiment::Run;

namespace {

std::string study_error(const std::string& lines, const std::vector<scenario::Override>& overrides = {}) {
  return error_of([&] { Loaded(lines, overrides); });
}

const belief::Method& method(const experiment::Experiment& experiment, const std::string& name) {
  for (const auto& candidate : experiment.methods()) {
    if (candidate.name == name) return candidate;
  }
  FAIL("no method " << name);
  return experiment.methods().front();
}

std::string cut(const experiment::Experiment& experiment, const std::string& name, std::int64_t replication) {
  const auto& chosen = method(experiment, name);
  const auto decision = chosen.partitioner->partition(belief_of(experiment, chosen, replication));
  return decision.plan ? plan::describe(*experiment.front().world.network, *decision.plan) : "infeasible";
}

}  // namespace

// --- axes

TEST_CASE("a linear axis has equal steps and both ends") {
  const Loaded loaded("sweep: {link.uplink: {linspace: [1 Mbit/s, 5 Mbit/s], points: 5}}\n");
  const auto& axis = loaded.study.axes().at(0);
  CHECK(axis.path == "link.uplink");
  CHECK(axis.column == "link.uplink_Mbit_per_s");
  for (std::size_t i = 0; i < 5; ++i) CHECK(axis.written(i) == fmt::format("{} Mbit/s", i + 1));
  CHECK(axis.numbers == std::vector<double>{1, 2, 3, 4, 5});
  CHECK(loaded.study.points()[1].front().world.link.uplink == 2_Mbps);
}

TEST_CASE("a logarithmic axis has equal ratios and both ends") {
  const Loaded loaded("sweep: {link.uplink: {logspace: [0.5 Mbit/s, 50 Mbit/s], points: 3}}\n");
  CHECK(loaded.study.axes()[0].written(0) == "0.5 Mbit/s");
  CHECK(loaded.study.axes()[0].written(1) == "5 Mbit/s");
  CHECK(loaded.study.axes()[0].written(2) == "50 Mbit/s");
}

TEST_CASE("the ends of an axis are those that were typed, to the last digit") {
  const Loaded loaded("sweep: {input.size: {linspace: [1234567 B, 1234577 B], points: 3}}\n");
  CHECK(loaded.study.axes()[0].numbers == std::vector<double>{1234567, 1234572, 1234577});
}

TEST_CASE("a list is an axis, with coordinates where all values are of one dimension") {
  const Loaded loaded("sweep: {link.rtt: [5 ms, 20 ms], link.uplink: [1 Mbit/s, 500 kbit/s]}\n");
  CHECK(loaded.study.axes()[0].column == "link.rtt_ms");
  CHECK(loaded.study.axes()[0].numbers == std::vector<double>{5, 20});
  CHECK(loaded.study.axes()[1].column == "link.uplink_Mbit_per_s");
  CHECK(loaded.study.axes()[1].numbers == std::vector<double>{1, 0.5});
  CHECK(loaded.study.points()[1].front().world.link.uplink == 0.5_Mbps);
}

TEST_CASE("an axis of words names things") {
  const Loaded loaded("sweep: {network: [alexnet, mobilenet_v2], device: [raspberry_pi_4]}\n");
  CHECK(loaded.study.points().size() == 2);
  CHECK(loaded.study.points()[1].front().world.network->name() == "mobilenet_v2");
  CHECK(loaded.study.points()[1].front().world.device.name == "raspberry_pi_4");
  CHECK(std::get<std::string>(experiment::cell_of(loaded.study.axes()[0], 0)) == "alexnet");
}

TEST_CASE("axes of plain numbers, percentages and rates have columns that say so") {
  const Loaded loaded(
      "workload: {arrivals: poisson, rate: 1 /s, requests: 3}\n"
      "sweep: {seed: [1, 2], truth.layer_noise: [10 %, 20 %], workload.rate: [1 /s, 2 /s]}\n");
  CHECK(loaded.study.axes()[0].column == "seed");
  CHECK(loaded.study.axes()[1].column == "truth.layer_noise_percent");
  CHECK(loaded.study.axes()[2].column == "workload.rate_per_s");
}

TEST_CASE("the last axis moves fastest") {
  const Loaded loaded("sweep: {link.rtt: [5 ms, 20 ms], link.uplink: [1 Mbit/s, 2 Mbit/s, 3 Mbit/s]}\n");
  REQUIRE(loaded.study.points().size() == 6);
  std::vector<std::vector<std::size_t>> all;
  for (std::size_t p = 0; p < 6; ++p) {
    all.push_back({loaded.study.coordinates(p)[0].value(), loaded.study.coordinates(p)[1].value()});
    const auto& link = loaded.study.points()[p].front().world.link;
    CHECK(link.rtt == Seconds(all.back()[0] == 0 ? 0.005 : 0.02));
    CHECK(link.uplink == Bandwidth(125000.0 * static_cast<double>(all.back()[1] + 1)));
  }
  CHECK(all == std::vector<std::vector<std::size_t>>{{0, 0}, {0, 1}, {0, 2}, {1, 0}, {1, 1}, {1, 2}});
}

TEST_CASE("runs go by point, partitioner and replication") {
  const Loaded loaded("sweep: {link.rtt: [5 ms, 20 ms]}\nreplications: 2\n");
  std::string order;
  for (const auto& r : loaded.study.runs()) order += fmt::format("{}{}{} ", r.point, r.method, r.replication);
  CHECK(order == "000 001 010 011 100 101 110 111 ");
}

TEST_CASE("an option of a partitioner is swept by its name") {
  const Loaded loaded(
      "partitioners: [oracle, {kind: resource_aware, name: mine, rule: R1, scarce: [bandwidth], budgets: {compute: 50 "
      "%}}]\n"
      "sweep: {partitioners.mine.budgets.compute: [5 %, 50 %, 100 %]}\n");
  REQUIRE(loaded.study.points().size() == 3);
  CHECK(cut(loaded.study.points()[0], "mine", 0) == "cloud only");
  CHECK(cut(loaded.study.points()[2], "mine", 0) == "device only");
}

TEST_CASE("without its sweep a study is its base point") {
  const Loaded loaded("sweep: {link.uplink: [1 Mbit/s, 2 Mbit/s]}\n", {}, false);
  CHECK(loaded.study.axes().empty());
  CHECK(loaded.study.points().size() == 1);
  CHECK(loaded.study.points()[0].front().world.link.uplink == 5.85_Mbps);
}

TEST_CASE("what is no axis is refused") {
  const auto error = [](const std::string& sweep) { return study_error("sweep: " + sweep + "\n"); };
  CHECK_THAT(error("{link.uplink: []}"), Contains("sweep.link.uplink") && Contains("at least one value"));
  CHECK_THAT(error("{link.uplink: {linspace: [1 Mbit/s], points: 3}}"), Contains("two ends"));
  CHECK_THAT(error("{link.uplink: {linspace: [5 Mbit/s, 1 Mbit/s], points: 3}}"), Contains("below the second"));
  CHECK_THAT(error("{link.uplink: {linspace: [1 Mbit/s, 5 kB], points: 3}}"), Contains("no units of the same kind"));
  CHECK_THAT(error("{link.uplink: {linspace: [1 Mbit/s, 5 kbit/s], points: 3}}"), Contains("below the second"));
  CHECK_THAT(error("{link.uplink: {logspace: [0 Mbit/s, 5 Mbit/s], points: 3}}"), Contains("above zero"));
  CHECK_THAT(error("{link.uplink: {linspace: [1 Mbit/s, 5 Mbit/s], points: 1}}"), Contains("at least 2"));
  CHECK_THAT(error("{link.uplink: {linspace: [1 Mbit/s, 5 Mbit/s]}}"), Contains("missing key 'points'"));
  CHECK_THAT(error("{link.uplink: {linspce: [1 Mbit/s, 5 Mbit/s], points: 3}}"), Contains("linspace"));
  CHECK_THAT(error("{link.uplink: {points: 3}}"), Contains("linspace"));
  CHECK_THAT(error("{link.uplink: 5 Mbit/s}"), Contains("sweep.link.uplink"));
  CHECK_THAT(error("[link.uplink]"), Contains("must be a map"));
  CHECK_THAT(error("{link.uplnk: [1 Mbit/s]}"), Contains("uplnk") && Contains("did you mean 'uplink'?"));
  CHECK_THAT(error("{link.uplink: [1 MB]}"), Contains("is a size"));
  CHECK_THAT(error("{lnk.uplink: [1 Mbit/s]}"), Contains("lnk") && Contains("did you mean 'link'?"));
  CHECK_THAT(error("{link.uplink: [[1 Mbit/s]]}"), Contains("link.uplink: must be"));
}

TEST_CASE("a sweep without a key for its axis is the user's mistake") {
  CHECK_THROWS_AS(Loaded("sweep: {\"\": [1, 2]}\n"), config::Error);
}

TEST_CASE("a mistake at a later point of the sweep is found before anything runs") {
  CHECK_THAT(study_error("sweep: {link.uplink: [1 Mbit/s, 2 Mbit/s, 0 Mbit/s]}\n"), Contains("at least 1 bit/s"));
  CHECK_THAT(study_error("sweep: {network: [alexnet, alexnett]}\n"), Contains("did you mean 'alexnet'?"));
}

// --- settings from outside

TEST_CASE("a setting changes every point, one of a swept key would be overwritten and is refused") {
  CHECK_THAT(study_error("sweep: {link.uplink: [1 Mbit/s, 2 Mbit/s]}\n", {{"link.uplink", "9 Mbit/s"}}),
             Contains("--set link.uplink") && Contains("sweep varies this key"));
  const Loaded loaded("sweep: {link.uplink: [1 Mbit/s, 2 Mbit/s]}\n", {{"link.rtt", "7 ms"}, {"replications", "3"}});
  CHECK(loaded.study.replications() == 3);
  CHECK(loaded.study.points()[0].front().world.link.rtt == 0.007_s);
  CHECK(loaded.study.points()[1].front().world.link.uplink == 2_Mbps);
}

TEST_CASE("an axis sets lists and maps, and its rows have their labels") {
  const Loaded loaded(
      "sweep:\n"
      "  partitioners: {values: [[device_only], [device_only, cloud_only]], labels: [one, two]}\n"
      "  link.bandwidth: {labels: [steady, halved], values: [{steps: [{from: 0 s, value: 100 %}]}, {steps: [{from: 0 "
      "s, "
      "value: 50 %}]}]}\n",
      {}, true);
  REQUIRE(loaded.study.points().size() == 4);
  CHECK(loaded.study.points()[0].methods().size() == 1);
  CHECK(loaded.study.points()[3].methods().size() == 2);
  const auto rows = run(loaded.study);
  REQUIRE(rows.size() == 6);
  CHECK(rows[5].text("partitioners") == "two");
  CHECK(rows[5].text("link.bandwidth") == "halved");
  // The cloud's rows: 150 kB take twice as long at half of 5.85 Mbit/s.
  CHECK(rows[5].number("upload_mean_s") - rows[3].number("upload_mean_s") == Approx(150e3 * 8 / 5.85e6));
}

TEST_CASE("a setting may be a list or a map") {
  const Loaded loaded("", {{"partitioners", "[oracle, {kind: fixed, after: /features/features.2/MaxPool}]"},
                           {"link", "{kind: wifi_2012, rtt: 9 ms}"}});
  CHECK(loaded.study.points()[0].methods()[1].name == "fixed");
  CHECK(loaded.study.points()[0].front().world.link.rtt.value() == Approx(0.009));
  CHECK(loaded.study.points()[0].front().world.link.uplink == 18.88_Mbps);
  CHECK_THAT(study_error("", {{"partitioners", "[orcle]"}}),
             Contains("--set:1:2: partitioners[0].kind") && Contains("did you mean 'oracle'?"));
  CHECK_THAT(study_error("", {{"partitioners", "[oracle"}}),
             Contains("--set partitioners:1:") && Contains("not valid YAML"));
  CHECK_THAT(study_error("sweep: {link: [lte_2012, wifi_2012]}\n", {{"link.rtt", "9 ms"}}),
             Contains("--set link.rtt") && Contains("sweep varies link"));
}

TEST_CASE("a percentage under benchmarked_at is of the scenario's own figure") {
  const auto reference = [](const std::string& conditions) {
    const Loaded loaded(
        "link: {kind: wifi_2012, bandwidth: {steps: [{from: 0 s, value: 10 %}]}}\n"
        "device: {kind: raspberry_pi_4, processors: {cpu: {slowdown: 1.5}}}\n"
        "fleet: {devices: 2, backhaul: {uplink: 40 Mbit/s, downlink: 80 Mbit/s}}\n"
        "partitioners: [{kind: offline_benchmark, benchmarked_at: {" +
        conditions + "}}]\n");
    return loaded.study.points()[0].methods()[0].reference.value();
  };
  CHECK(reference("link.uplink: 100 %").link.uplink == 18.88_Mbps);
  CHECK(reference("link.uplink: 25 %").link.uplink.value() == Approx(18.88e6 / 8 / 4));
  CHECK(reference("link: lte_2012, link.uplink: 200 %").link.uplink.value() == Approx(2 * 5.85e6 / 8));
  CHECK(reference("fleet.backhaul.uplink: 50 %").backhaul->uplink == 20_Mbps);
  CHECK(reference("truth.layer_noise: 50 %").layer_noise == 0.5);  // a ratio is a percentage itself
  const auto conv = [](const world::World& world) { return world.device.processors[0].compute.conv; };
  CHECK(conv(reference("device.processors.cpu.compute.conv: 50 %")).value() ==
        Approx(conv(reference("link.uplink: 100 %")).value() / 2));
  CHECK_THAT(study_error("partitioners: [{kind: offline_benchmark, benchmarked_at: {link.uplink: 0 %}}]\n"),
             Contains("link.uplink") && Contains("at least 1 bit/s"));
  CHECK_THAT(study_error("partitioners: [{kind: offline_benchmark, benchmarked_at: {edge.link.uplink: 50 %}}]\n"),
             Contains("edge"));
}

TEST_CASE("a swept percentage under benchmarked_at follows the point's own figure") {
  const Loaded loaded(
      "partitioners: [{kind: offline_benchmark, name: stale, benchmarked_at: {link.uplink: 100 %}}]\n"
      "sweep: {link.uplink: [4 Mbit/s, 8 Mbit/s], partitioners.stale.benchmarked_at.link.uplink: [50 %, 100 %]}\n");
  std::vector<Bandwidth> found;
  for (const auto& point : loaded.study.points()) found.push_back(point.methods()[0].reference->link.uplink);
  CHECK(found == std::vector<Bandwidth>{2_Mbps, 4_Mbps, 4_Mbps, 8_Mbps});
  CHECK(loaded.study.axes()[1].numbers == std::vector<double>{50, 100});
}

TEST_CASE("a setting of a whole part replaces it") {
  const Loaded loaded("", {{"link", "wifi_2012"}, {"network", "mobilenet_v2"}});
  CHECK(loaded.study.points()[0].front().world.link.uplink == 18.88_Mbps);
  CHECK(loaded.study.points()[0].front().world.network->name() == "mobilenet_v2");
}

TEST_CASE("settings that cannot be are refused, and say they came from --set") {
  CHECK_THAT(study_error("", {{"link.uplnk", "5 Mbit/s"}}), Contains("--set") && Contains("did you mean 'uplink'?"));
  CHECK_THAT(study_error("", {{"link.uplink", "5"}}), Contains("--set") && Contains("has no unit"));
  CHECK_THAT(study_error("", {{"partitioners.stale.rule", "R1"}}), Contains("--set") && Contains("stale"));
  CHECK_THAT(study_error("", {{"network", "alexnett"}}), Contains("--set") && Contains("did you mean 'alexnet'?"));
}

// --- what methods know

TEST_CASE("a stale plan stays where the benchmark put it, and a re-run benchmark is the oracle") {
  const Loaded loaded(
      "partitioners:\n"
      "  - {kind: offline_benchmark, name: stale, benchmarked_at: {link.uplink: 20 Mbit/s}, decide: once}\n"
      "  - {kind: offline_benchmark, name: rerun, bandwidth: exact}\n"
      "  - {kind: offline_benchmark, name: half, benchmarked_at: {link.uplink: 20 Mbit/s}, bandwidth: exact}\n"
      "  - oracle\n"
      "constraints: {min_layers_on_device: 1}\n"
      "sweep: {link.uplink: {logspace: [0.5 Mbit/s, 100 Mbit/s], points: 9}}\n");
  for (std::int64_t r = 0; r < 3; ++r) {
    const auto at_20 =
        Loaded("partitioners: [oracle]\nconstraints: {min_layers_on_device: 1}\n", {{"link.uplink", "20 Mbit/s"}});
    const auto benchmarked = cut(at_20.study.points()[0], "oracle", r);
    std::map<std::string, int> oracle_cuts;
    for (const auto& point : loaded.study.points()) {
      CHECK(cut(point, "stale", r) == benchmarked);
      CHECK(cut(point, "rerun", r) == cut(point, "oracle", r));
      CHECK(cut(point, "half", r) == cut(point, "oracle", r));  // old layer times, but nothing else has moved
      ++oracle_cuts[cut(point, "oracle", r)];
    }
    CHECK(oracle_cuts.size() > 1);  // or the test would say nothing
  }
}

TEST_CASE("what was benchmarked on a faster state of the device is planned with, and paid for in truth") {
  const Loaded loaded(
      "partitioners:\n"
      "  - {kind: offline_benchmark, name: other, benchmarked_at: {device.processors.cpu.compute.conv: 99 GFLOP/s},"
      "     bandwidth: exact}\n");
  const auto& experiment = loaded.study.points()[0];
  const auto believed = belief_of(experiment, method(experiment, "other"), 0);
  const auto truth = truth_of(experiment, 0);
  CHECK(believed.processors[0].layer_time[1] < truth.processors[0].layer_time[1]);
  CHECK(believed.link.up == truth.link.up);
}

TEST_CASE("resource-aware planning sees nominal rates only, whatever the truth is") {
  const std::string lines = "partitioners: [{kind: resource_aware, rule: R3, nominal: peak}, oracle]\n";
  const Loaded calm(lines + "truth: {layer_noise: 0}\n");
  const Loaded noisy(lines + "truth: {layer_noise: 0.5, seed: 9}\n");
  const auto times = [](const Loaded& loaded, const std::string& name) {
    const auto& experiment = loaded.study.points()[0];
    return belief_of(experiment, method(experiment, name), 0).processors[0].layer_time;
  };
  CHECK(times(calm, "resource_aware") == times(noisy, "resource_aware"));
  CHECK(times(calm, "oracle") != times(noisy, "oracle"));
  // features.0 at the peak: 2 x 70,276,800 FLOP / 44.8 GFLOP/s.
  CHECK(times(calm, "resource_aware")[1].value() == Approx(2 * 70276800.0 / 44.8e9));
}

TEST_CASE("each replication has its own truth, the same for all methods") {
  const Loaded loaded("partitioners: [{kind: offline_benchmark}, oracle]\nreplications: 2\n");
  const auto& experiment = loaded.study.points()[0];
  const auto times = [&](const std::string& name, std::int64_t r) {
    return belief_of(experiment, method(experiment, name), r).processors[0].layer_time;
  };
  CHECK(times("oracle", 0) != times("oracle", 1));
  CHECK(times("oracle", 1) == times("offline_benchmark", 1));
}

TEST_CASE("conditions of a benchmark that nobody would look at are refused, not ignored") {
  const auto error = [](const std::string& at) {
    return study_error("partitioners: [{kind: offline_benchmark, benchmarked_at: {" + at + "}}]\n");
  };
  CHECK_THAT(error("link.uplnk: 5 Mbit/s"), Contains("did you mean 'uplink'?"));
  CHECK_THAT(error("lnk.uplink: 5 Mbit/s"), Contains("lnk"));
  CHECK_THAT(error("uplink: 5 Mbit/s"), Contains("uplink"));
  CHECK_THAT(error("workload.requests: 5"), Contains("workload"));
  CHECK_THAT(error("link.uplink: 5"), Contains("has no unit"));
}

TEST_CASE("more requests than a run can number are refused") {
  const auto error = [](const std::string& fleet) {
    return study_error("fleet: {" + fleet + "}\nworkload: {arrivals: periodic, rate: 1000 /s, requests: 1000000000}\n");
  };
  CHECK_THAT(error("devices: 5"), Contains("5000000000 requests of all devices") && Contains("4294967296"));
  CHECK_THAT(error("devices: 4"), !Contains("of all devices"));
}

TEST_CASE("knowledge that contradicts itself is refused") {
  const auto error = [](const std::string& options) { return study_error("partitioners: [{" + options + "}]\n"); };
  CHECK_THAT(error("kind: offline_benchmark, bandwidth: at_benchmark"), Contains("benchmarked_at"));
  CHECK_THAT(error("kind: offline_benchmark, decide: once"), Contains("benchmarked_at"));
  CHECK_THAT(error("kind: offline_benchmark, benchmarked_at: {link.uplink: 5 Mbit/s}, bandwidth: exact, decide: once"),
             Contains("decide"));
  CHECK_THAT(error("kind: offline_benchmark, bandwidth: estimate, decide: per_point"), Contains("per_request"));
  CHECK_THAT(error("kind: offline_benchmark, server_load: exact, decide: per_point"), Contains("per_request"));
  CHECK_THAT(error("kind: offline_benchmark, server_load: 2"), Contains("no choice '2'"));
  CHECK_THAT(error("kind: offline_benchmark, estimator: last"), Contains("bandwidth: estimate"));
  CHECK_THAT(error("kind: offline_benchmark, bandwidth: estimate, estimator: {kind: last, weight: 0.5}"),
             Contains("not a key of this kind"));
  CHECK_THAT(error("kind: offline_benchmark, bandwidth: estimate, estimator: {kind: ewma, weight: 0}"),
             Contains("out of range"));
  CHECK_THAT(error("kind: offline_benchmark, decide: {every: 0 s}"), Contains("out of range"));
  CHECK_THAT(error("kind: offline_benchmark, benchmarked_at: {link.bandwidth.steps: 1}"), Contains("nothing moves"));
  CHECK_THAT(error("kind: oracle, server_load: exact"), Contains("knows the truth"));
  CHECK_THAT(error("kind: oracle, benchmarked_at: {link.uplink: 5 Mbit/s}"), Contains("knows the truth"));
  CHECK_THAT(error("kind: device_only, bandwidth: exact"), Contains("looks at no time"));
  CHECK_THAT(error("kind: offline_benchmark, nominal: peak"), Contains("nominal"));
  CHECK_THAT(study_error("partitioners: [oracle, oracle]\n"), Contains("second partitioner called 'oracle'"));
  CHECK_THAT(study_error("partitioners: []\n"), Contains("at least one partitioner"));
  CHECK_THAT(study_error("compare: {baseline: stale}\n"),
             Contains("compare.baseline") && Contains("known: device_only, oracle"));
}

// --- simulated

TEST_CASE("common random numbers: the last request arrives at one time whatever the partitioner") {
  // So little load that nobody waits: makespan - latency is then the last arrival.
  const Loaded loaded(
      "workload: {arrivals: poisson, rate: 0.0001 /s, requests: 20}\n"
      "partitioners: [device_only, cloud_only, {kind: fixed, after: /features/features.5/MaxPool}, oracle]\n"
      "replications: 3\n");
  std::map<std::int64_t, double> arrival;
  for (const auto& row : run(loaded.study)) {
    REQUIRE(row.number("latency_max_s") == Approx(row.number("idle_latency_s")).epsilon(1e-9));  // nobody waited
    const double last = row.number("makespan_s") - row.number("idle_latency_s");
    const auto r = static_cast<std::int64_t>(row.number("replication"));
    const auto [place, fresh] = arrival.emplace(r, last);
    CHECK(place->second == Approx(last).epsilon(1e-9));
    if (fresh && r > 0) CHECK(last != Approx(arrival[0]));  // replications differ
  }
}

TEST_CASE("an edge server of the scenario is in the run: alone, every plan takes what the closed form says") {
  for (const std::string direct : {"", ", direct_link: {kind: lte_2012, rtt: 30 ms}"}) {
    const Loaded loaded("edge: {server: c5_4xlarge, link: {kind: lte_2012, uplink: 50 Mbit/s}" + direct +
                        "}\nencodings: [{name: half, ratio: 50 %, encode: 300 MB/s, decode: 500 MB/s}]\n"
                        "link: {kind: lte_2012, uplink: 40 Mbit/s}\npartitioners: [device_only, cloud_only, oracle]\n");
    const auto rows = run(loaded.study);
    for (const auto& row : rows) {
      CHECK(row.number("latency_mean_s") == Approx(row.number("idle_latency_s")).epsilon(1e-9));
      CHECK(row.number("energy_inference_J") == Approx(row.number("idle_energy_J")).epsilon(1e-9));
    }
    CHECK((rows[1].number("relay_mean_s") > 0.0) == direct.empty());  // cloud_only
    CHECK(rows[2].number("edge_mean_s") > 0.0);                       // the oracle uses the edge server
  }
}

TEST_CASE("one method under two names gives the same row twice") {
  const Loaded loaded(
      "workload: {arrivals: poisson, rate: 4 /s, requests: 50}\n"
      "partitioners: [{kind: oracle, name: a}, {kind: oracle, name: b}]\n");
  const auto rows = run(loaded.study);
  REQUIRE(rows.size() == 2);
  for (const auto& [name, cell] : rows[0].cells()) {
    if (name != "partitioner") CHECK(rows[1].at(name) == cell);
  }
}

TEST_CASE("best_fixed is the best of all cuts, played one by one") {
  const Loaded loaded("partitioners: [best_fixed, oracle]\nworkload: {arrivals: poisson, rate: 4 /s, requests: 60}\n");
  const auto rows = run(loaded.study);
  REQUIRE(rows.size() == 2);
  double best = std::numeric_limits<double>::infinity();
  std::string best_cut;
  for (const auto& layer : loaded.study.points()[0].front().world.network->layers()) {
    const Loaded fixed("partitioners: [{kind: fixed, after: " + layer.name +
                       "}]\nworkload: {arrivals: poisson, rate: 4 /s, requests: 60}\n");
    const auto row = run(fixed.study).front();
    if (row.number("latency_mean_s") < best) {
      best = row.number("latency_mean_s");
      best_cut = row.text("cut");
    }
  }
  CHECK(rows[0].number("latency_mean_s") == best);
  CHECK(rows[0].text("cut") == best_cut);
  CHECK(rows[0].number("latency_mean_s") <= rows[1].number("latency_mean_s"));
}

TEST_CASE("the reduction keeps the minimum of each group, the first of equals, and never an empty one") {
  const Loaded loaded("partitioners: [best_fixed, oracle]\nreplications: 2\n");
  const auto row = [](double latency, const char* cut, std::int64_t dropped = 0) {
    metrics::Row r;
    r.add("dropped", dropped);
    r.add("failed", std::int64_t{0});
    r.add("latency_mean_s", std::isnan(latency) ? metrics::Cell() : metrics::Cell(latency));
    r.add("cut", std::string(cut));
    return r;
  };
  const double none = std::numeric_limits<double>::quiet_NaN();
  const std::vector<Run> runs{{0, 0, 0, 0},
                              {0, 0, 0, 1},
                              {0, 0, 0, 2},  // minimum in the middle
                              {0, 0, 1, 0},
                              {0, 0, 1, 1},
                              {0, 0, 1, 2},  // the first is empty, then a tie
                              {0, 1, 0, std::nullopt},
                              {0, 1, 1, std::nullopt}};  // the oracle's stay
  const auto kept = loaded.study.reduce(runs, {row(3, "a"), row(1, "b"), row(2, "c"), row(none, "d"), row(5, "e"),
                                               row(5, "f"), row(9, "g"), row(8, "h")});
  std::string cuts;
  for (const auto& r : kept) cuts += r.text("cut");
  CHECK(cuts == "begh");
  // The mean of 3 s is of all requests, that of 1 s of those that got through.
  const auto whole =
      loaded.study.reduce({{0, 0, 0, 0}, {0, 0, 0, 1}, {0, 0, 0, 2}}, {row(1, "a", 2), row(4, "b"), row(3, "c")});
  CHECK(whole.at(0).text("cut") == "c");
}

TEST_CASE("the reduction goes by the objective") {
  const Loaded loaded("partitioners: [best_fixed]\nobjective: energy\n");
  const auto row = [](double latency, double energy) {
    metrics::Row r;
    r.add("latency_mean_s", latency);
    r.add("energy_inference_J", energy);
    r.add("up_mean_B", 0.0);
    r.add("dropped", std::int64_t{0});
    r.add("failed", std::int64_t{0});
    return r;
  };
  const auto kept = loaded.study.reduce({{0, 0, 0, 0}, {0, 0, 0, 1}}, {row(1, 5), row(2, 3)});
  REQUIRE(kept.size() == 1);
  CHECK(kept[0].number("energy_inference_J") == 3.0);
}

TEST_CASE("assumptions are listed once each, and what the scenario overrides is none") {
  const Loaded loaded("link: {kind: wifi_2012, rtt: 20 ms}\nsweep: {link.uplink: [1 Mbit/s, 2 Mbit/s]}\n");
  std::map<std::string, int> count;
  for (const auto& source : scenario::assumptions(loaded.study.given())) ++count[source.path];
  CHECK(count["link.downlink"] == 1);  // assumed in the shipped file
  CHECK(count["link.rtt"] == 0);       // assumed there too, but here the scenario says 20 ms
  CHECK(count["device.memory.reserve"] == 1);
}

TEST_CASE("a device without processors is the user's mistake") {
  CHECK_THROWS_AS(Loaded("device: {name: d, memory: {size: 1 GB, reserve: 0 B}, storage: {free: 1 GB}, "
                         "power: {idle: 1 W, \"off\": 0 W}, processors: {}}\n"),
                  config::Error);
}

// --- what a run is held against

TEST_CASE("behind a backhaul that is narrower than its link a lone device gets the backhaul, in belief and in play") {
  const Loaded loaded(
      "fleet: {devices: 1, backhaul: {uplink: 1 Mbit/s, downlink: 1 Mbit/s}}\n"
      "link: {kind: lte_2012, uplink: 40 Mbit/s}\n"
      "partitioners: [cloud_only, device_only, oracle]\n");
  for (const auto& row : run(loaded.study)) {
    INFO(row.text("partitioner"));
    CHECK(row.number("latency_mean_s") == Approx(row.number("idle_latency_s")).epsilon(1e-9));
    CHECK(row.number("energy_inference_J") == Approx(row.number("idle_energy_J")).epsilon(1e-9));
  }
}

TEST_CASE("what is offered counts in the load, though a full queue turns it away") {
  // Device-only at 100 requests a second: far more than one device serves. Most are dropped, and it is saturated.
  const Loaded loaded(
      "workload: {arrivals: poisson, rate: 100 /s, requests: 500, queue_limit: 1}\n"
      "partitioners: [device_only]\n");
  const auto rows = run(loaded.study);
  CHECK(rows.front().number("dropped") > 300);
  CHECK(rows.front().number("saturated") == 1);
  CHECK(rows.front().number("offered_load_max") == Approx(100.0 * rows.front().number("idle_latency_s")).epsilon(1e-9));
}

TEST_CASE("the queue limit holds for the radio as for the processor") {
  const Loaded loaded(
      "workload: {arrivals: poisson, rate: 20 /s, requests: 300, queue_limit: 2}\n"
      "link: {kind: lte_2012, uplink: 0.5 Mbit/s}\n"
      "partitioners: [cloud_only]\n");
  const auto rows = run(loaded.study);
  CHECK(rows.front().number("dropped") > 100);
  CHECK(rows.front().number("queue_max_uplink") <= 2);
}

TEST_CASE("a limit that is exactly what a plan takes is kept by it") {
  const Loaded free("partitioners: [device_only]\ntruth: {layer_noise: 0}\n");
  const auto row = run(free.study).front();
  const Loaded tight("partitioners: [oracle]\ntruth: {layer_noise: 0}\n",
                     {{"constraints.energy", row.text("idle_energy_J") + " J"},
                      {"constraints.deadline", row.text("idle_latency_s") + " s"}});
  for (const auto& limited : run(tight.study)) {
    CHECK(limited.number("violation_rate") == 0);
    CHECK(limited.number("deadline_miss_rate") == 0);
  }
}

TEST_CASE("a plan that is late even on an idle system breaks a limit, and pairs with it are no savings") {
  const Loaded loaded(
      "constraints: {deadline: 1 ms}\n"
      "partitioners: [device_only, cloud_only]\n"
      "compare: {baseline: device_only}\n");
  const auto rows = run(loaded.study);
  for (const auto& row : rows) CHECK(row.number("violation_rate") == 1);
  for (const auto& saving : sweep::savings(loaded.study.comparison().baselines, rows))
    CHECK(saving.number("pairs") == 0);
}

TEST_CASE("a benchmark of another network is refused") {
  for (const auto* settings : {"network: vgg16", "processors: [cpu]"}) {
    CHECK_THAT(
        study_error(std::string("partitioners: [{kind: offline_benchmark, benchmarked_at: {") + settings + "}}]\n"),
        Contains("benchmark"));
  }
}

TEST_CASE("a kernel is chosen by name, and the kernels agree but for the last digits") {
  std::vector<double> latency;
  for (const std::string name : {"reference", "express", "auto"}) {
    const Loaded loaded("kernel: " + name + "\nworkload: {arrivals: poisson, rate: 4 /s, requests: 50}\n");
    latency.push_back(run(loaded.study).at(0).number("latency_mean_s"));
  }
  CHECK(latency[1] == Approx(latency[0]).epsilon(1e-12));
  CHECK(latency[2] == Approx(latency[0]).epsilon(1e-12));
  CHECK_THAT(study_error("kernel: fast\n"), Contains("kernel") && Contains("express"));
}

TEST_CASE("an error of the profile changes what a method believes and nothing that is true") {
  const Loaded loaded(
      "partitioners: [{kind: offline_benchmark, name: exact}, {kind: offline_benchmark, name: off, profile_error: 30 "
      "%},\n"
      "  {kind: offline_benchmark, name: same, profile_error: {sigma: 18 %, age: 16, drift: 6 %}},\n"
      "  {kind: offline_benchmark, name: other, profile_error: {sigma: 30 %, seed: 9}}, oracle]\n");
  const auto& experiment = loaded.study.points()[0];
  const auto times = [&](const std::string& name, std::int64_t replication = 0) {
    return belief_of(experiment, method(experiment, name), replication).processors[0].layer_time;
  };
  const auto truth = truth_of(experiment, 0);
  CHECK(times("exact") == truth.processors[0].layer_time);
  CHECK(times("off") != times("exact"));
  CHECK(times("off") == times("off"));
  CHECK(times("other") != times("off"));
  CHECK(times("off", 1) != times("off"));
  // 0.18^2 + 0.06^2 x 16 = 0.09 = 0.3^2
  CHECK(times("same").back().value() == Approx(times("off").back().value()).epsilon(1e-12));
  const auto off = belief_of(experiment, method(experiment, "off"), 0);
  CHECK(off.cloud_time != truth.cloud_time);
  CHECK(off.output == truth.output);
  CHECK(times("oracle") == truth.processors[0].layer_time);
}

TEST_CASE("an error of the profile is refused where no times are looked at or they are the truth") {
  CHECK_THAT(study_error("partitioners: [{kind: oracle, profile_error: 10 %}]\n"), Contains("profile_error"));
  CHECK_THAT(study_error("partitioners: [{kind: device_only, profile_error: 10 %}]\n"), Contains("profile_error"));
  CHECK_THAT(study_error("partitioners: [{kind: min_cut, profile_error: -1 %}]\n"), Contains("profile_error"));
  CHECK_THAT(study_error("partitioners: [{kind: min_cut, profile_error: {drif: 1 %}}]\n"), Contains("drift"));
}

TEST_CASE("a warm-up is a share or a number of requests and leaves some") {
  const auto text = [](const std::string& warmup) {
    return "workload: {arrivals: one_at_a_time, requests: 55}\nwarmup: " + warmup + "\n";
  };
  const auto left_out = [&](const std::string& warmup) {
    return Loaded(text(warmup)).study.points().front().front().warmup;
  };
  CHECK(Loaded("").study.points().front().front().warmup == 0);
  CHECK(left_out("10 %") == 5);  // 5.5 rounded down
  CHECK(left_out("7") == 7);
  CHECK_THAT(study_error(text("55")), Contains("must leave some"));
  CHECK_THAT(study_error(text("100 %")), Contains("must leave some"));
  CHECK_THAT(study_error(text("-1")), Contains("warmup"));
}

}  // namespace edgecut::study_test
