// Measured compute models in scenarios, what a benchmark costs, and how far a belief is from the truth.
#include "scenario/benchmark_file.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>

#include "belief/remeasuring.hpp"
#include "config/error_of.hpp"
#include "scenario/scenario_file.hpp"

namespace edgecut::benchmark_test {
using Catch::Matchers::Contains;

namespace {

// A folder with a table of AlexNet in which every layer takes so many milliseconds.
class Tables {
 public:
  explicit Tables(double milliseconds) {
    std::filesystem::create_directories(folder_);
    scenario::Library library{EDGECUT_SOURCE_DIR};
    std::ofstream table(folder_ / "alexnet.csv");
    table << "layer,minimum_s\n";
    for (const auto& layer : library.network(config::make_scalar("alexnet", "test")).layers()) {
      if (layer.kind != dnn::LayerKind::input) table << '"' << layer.name << "\"," << milliseconds / 1e3 << '\n';
    }
  }
  ~Tables() { std::filesystem::remove_all(folder_); }
  Tables(const Tables&) = delete;
  Tables& operator=(const Tables&) = delete;

  [[nodiscard]] std::string device() const {
    return "device: {kind: raspberry_pi_3b_plus, processors: {cpu: {compute: {measured: " + folder_.string() + "}}}}\n";
  }
  [[nodiscard]] std::string folder() const { return folder_.string(); }

 private:
  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("edgecut_tables_" + std::to_string(::getpid()));
};

const belief::Method& method(const experiment::Experiment& experiment, const std::string& name) {
  for (const auto& candidate : experiment.methods()) {
    if (candidate.name == name) return candidate;
  }
  throw std::invalid_argument("no method " + name);
}

constexpr double layers_of_alexnet = 20;  // its input not counted

}  // namespace

TEST_CASE("measured layers are the truth as they stand, without noise, and a benchmark knows them") {
  const Tables tables(2);
  const Loaded loaded(tables.device() + "partitioners: [{kind: offline_benchmark}, oracle]\n");
  const auto& experiment = loaded.study.points()[0];
  const auto truth = truth_of(experiment, 0);
  CHECK(truth.processors[0].layer_time[1].value() == Approx(2e-3));
  CHECK(belief_of(experiment, method(experiment, "offline_benchmark"), 3).processors[0].layer_time ==
        truth.processors[0].layer_time);
  // The cloud is modelled, and its noise stays.
  CHECK(truth_of(experiment, 1).cloud_time != truth.cloud_time);
}

TEST_CASE("a measured table may be a belief beside another truth") {
  const Tables tables(2);
  const Loaded loaded(
      "partitioners: [{kind: offline_benchmark, benchmarked_at: {device.processors.cpu.compute.measured: " +
      tables.folder() + "}}]\n");
  const auto& experiment = loaded.study.points()[0];
  const auto believed = belief_of(experiment, method(experiment, "offline_benchmark"), 0);
  CHECK(believed.processors[0].layer_time[5].value() == Approx(2e-3));
  CHECK(truth_of(experiment, 0).processors[0].layer_time[5].value() != Approx(2e-3));
}

TEST_CASE("a network that a folder of tables lacks is an error that names the file and what is there") {
  const Tables tables(2);
  const auto device = [&](const std::string& more) {
    return "network: vgg11\ndevice: {kind: raspberry_pi_3b_plus, processors: {cpu: {compute: {measured: {table: " +
           tables.folder() + more + "}}}}}\n";
  };
  const auto said = error_of([&] { Loaded loaded(device("")); });
  CHECK_THAT(said, Contains("no table of network 'vgg11'"));
  CHECK_THAT(said, Contains(tables.folder() + "/vgg11.csv is not there"));
  CHECK_THAT(said, Contains("the folder has: alexnet"));
  CHECK_THAT(said, Contains("fallback: model"));
  // As of the device's own constants then.
  const std::string plain = "truth: {layer_noise: 0}\n";
  const Loaded falls_back(device(", fallback: model") + plain);
  const Loaded modelled("network: vgg11\n" + plain);
  CHECK(truth_of(falls_back.study.points()[0], 0).processors[0].layer_time ==
        truth_of(modelled.study.points()[0], 0).processors[0].layer_time);
}

TEST_CASE("a table may be a machine of platforms/benchmarks, whose date and load are the profile's") {
  const std::string device =
      "device: {kind: raspberry_pi_3b_plus, processors: {cpu: {compute: {measured: {table: amd_epyc_zen4_vm, mode: "
      "unfused}}}}}\n";
  const std::string methods =
      "partitioners:\n"
      "  - {kind: offline_benchmark, name: own}\n"
      "  - {kind: offline_benchmark, name: stated, benchmarked_at: {date: 2026-12-23, load: idle}}\n"
      "  - {kind: resource_aware, rule: R3}\n";
  const Loaded loaded(device + "date: 2026-12-24\n" + methods);
  const auto rows = run(loaded.study);
  // The whole run of AlexNet took 26.411371 ms there.
  Seconds sum;
  const auto truth = truth_of(loaded.study.points()[0], 0);
  for (const auto time : truth.processors[0].layer_time) sum += time;
  CHECK(sum.value() == Approx(0.026411371));
  CHECK(rows[0].number("profile_age_d") == 30.0);  // measured on 2026-11-24
  CHECK(rows[0].text("profile_load") == "15.98 to 16.06");
  CHECK(rows[1].number("profile_age_d") == 1.0);
  CHECK(rows[1].text("profile_load") == "idle");
  CHECK(rows[2].text("profile_age_d").empty());
  CHECK_THAT(error_of([&] { Loaded early(device + "date: 2026-11-23\n" + methods); }),
             Contains("after the scenario's `date`"));
}

TEST_CASE("a table over a device's file leaves that one's nominal rate foreign, until another is stated") {
  const Tables tables(2);
  const auto foreign = [](const std::string& text) {
    return Loaded(text).study.points()[0].front().world.foreign_nominals;
  };
  const auto found = foreign(tables.device());
  REQUIRE(found.size() == 1);
  CHECK(found[0].key == "device.processors.cpu");
  // AlexNet's 2 x 0.714 GMAC in 20 x 2 ms.
  CHECK(found[0].measured.value().value() == Approx(2 * 0.714e9 / 40e-3).epsilon(1e-3));
  CHECK(foreign("device: {kind: raspberry_pi_3b_plus, processors: {cpu: {compute: {measured: " + tables.folder() +
                "}, nominal: {one_network: 35.7 GFLOP/s}}}}\n")
            .empty());
  CHECK(foreign("").empty());
}

TEST_CASE("a method that learns from other networks says so when none was measured everywhere") {
  const Tables tables(2);
  const std::string measured_only =
      "device:\n  name: mine\n  memory: {size: 1 GB, reserve: 0 B}\n  storage: {free: 8 GB}\n"
      "  power: {idle: 1 W, \"off\": 0 W}\n  processors:\n    cpu:\n"
      "      compute: {model: measured, framework: none, measured: " +
      tables.folder() + "}\n      nominal: {peak: 10 GFLOP/s, one_network: 5 GFLOP/s}\n      power: {active: 3 W}\n";
  CHECK(truth_of(Loaded(measured_only).study.points()[0], 0).processors[0].layer_time[1].value() == Approx(2e-3));
  CHECK_THAT(error_of([&] { Loaded(measured_only + "partitioners: [neurosurgeon]\n"); }),
             Contains("none that was measured"));
  CHECK_THAT(error_of([&] { Loaded(measured_only + "network: vgg11\n"); }), Contains("no table of network 'vgg11'"));
}

TEST_CASE("benchmarking costs a pass over every layer on every host, as often as it is repeated") {
  const Tables tables(2);
  const Loaded loaded(
      tables.device() + "truth: {layer_noise: 0}\ncloud: {kind: c5_4xlarge, processors: {cpu: {compute: {measured: " +
      tables.folder() + "}}}}\npartitioners: [{kind: offline_benchmark, benchmark: {repetitions: 10}}]\n");
  const auto row = run(loaded.study).at(0);
  // 10 passes x 20 layers x 2 ms on two hosts.
  CHECK(row.number("benchmarking_s") == Approx(10 * layers_of_alexnet * 2e-3 * 2));
  const auto increment = truth_of(loaded.study.points()[0], 0).processors[0].active_increment;
  CHECK(row.number("benchmarking_J") == Approx(10 * layers_of_alexnet * 2e-3 * increment.value()));
  CHECK(row.text("deciding_s").empty());
}

TEST_CASE("deciding is scaled by the nominal rate of the host that does it") {
  const Loaded loaded(
      "partitioners:\n"
      "  - {kind: offline_benchmark, name: here, decision: {time: 1 ms, rate: 100 GFLOP/s}}\n"
      "  - {kind: offline_benchmark, name: there, decision: {time: 1 ms, rate: 100 GFLOP/s, 'on': cloud}}\n"
      "  - {kind: online_bandit, name: always, decision: {time: 1 ms, rate: 100 GFLOP/s}}\n");
  const auto rows = run(loaded.study);
  const auto problem = truth_of(loaded.study.points()[0], 0);
  const double here = 1e-3 * 100e9 / problem.processors[0].nominal.value();
  CHECK(rows[0].number("deciding_s") == Approx(here));
  CHECK(rows[0].number("deciding_J") == Approx(here * problem.processors[0].active_increment.value()));
  CHECK(rows[1].number("deciding_s") == Approx(1e-3 * 100e9 / problem.cloud_nominal.value()));
  CHECK(rows[1].number("deciding_J") == 0.0);
  CHECK(rows[2].number("deciding_s") == Approx(3 * here));  // it decides at each of 3 requests
}

TEST_CASE("staleness is the distance of what is believed from what is true") {
  const Loaded loaded(
      "truth: {layer_noise: 0}\n"
      "partitioners:\n"
      "  - {kind: offline_benchmark, name: fresh}\n"
      "  - {kind: offline_benchmark, name: old, benchmarked_at: {link.uplink: 11.7 Mbit/s,"
      "     device.processors.cpu.slowdown: 0.5, cloud.processors.cpu.slowdown: 0.25}}\n"
      "  - device_only\n");
  const auto rows = run(loaded.study);
  CHECK(rows[0].number("staleness") == 0.0);
  CHECK(rows[1].number("believed_uplink_ratio") == Approx(2.0));  // 11.7 / 5.85 Mbit/s
  CHECK(rows[1].number("believed_device_ratio") == Approx(0.5));
  CHECK(rows[1].number("believed_cloud_ratio") == Approx(0.25));
  // sqrt(ln(2)^2 + ln(1/2)^2 + ln(1/4)^2) = ln(2) sqrt(1 + 1 + 4).
  CHECK(rows[1].number("staleness") == Approx(std::log(2.0) * std::sqrt(6.0)));
  CHECK(rows[2].text("staleness").empty());
}

TEST_CASE("a benchmark of another round trip and another downlink is stale, though its uplink is today's") {
  const Loaded loaded(
      "truth: {layer_noise: 0}\n"
      "partitioners:\n"
      "  - {kind: offline_benchmark, name: old, decide: once, benchmarked_at: {link.rtt: 200 ms, link.downlink: 1 "
      "Mbit/s}}\n"
      "  - {kind: offline_benchmark, name: near, benchmarked_at: {link.rtt: 0.1 ms}}\n");
  const auto rows = run(loaded.study);
  const double down = 1e6 / 8.0 / truth_of(loaded.study.points()[0], 0).link.down.value();
  CHECK(rows[0].number("believed_uplink_ratio") == 1.0);
  CHECK(rows[0].number("believed_downlink_ratio") == Approx(down));
  CHECK(rows[0].number("believed_rtt_ratio") == Approx(10.0));  // 200 / 20 ms
  CHECK(rows[0].number("staleness") == Approx(std::hypot(std::log(10.0), std::log(down))));
  CHECK(rows[1].number("believed_rtt_ratio") == Approx(1.0 / 20.0));  // 0.1 ms counts as 1 ms; over 20 ms
  CHECK(rows[0].text("believed_edge_ratio").empty());
}

TEST_CASE("an edge server, its relay and a direct link that were others make a benchmark stale") {
  const auto staleness = [](const std::string& was) {
    const Loaded loaded(
        "truth: {layer_noise: 0}\n"
        "edge: {server: t4, link: {kind: wired, rtt: 10 ms}, direct_link: {kind: wired, rtt: 10 ms}}\n"
        "partitioners: [{kind: offline_benchmark, benchmarked_at: {" +
        was + "}}]\n");
    return run(loaded.study).at(0);
  };
  // Each is off by a factor of 2, alone.
  for (const std::string was :
       {"edge.server.processors.gpu.slowdown: 2", "edge.link.rtt: 20 ms", "edge.direct_link.rtt: 5 ms"}) {
    INFO(was);
    CHECK(staleness(was).number("staleness") == Approx(std::log(2.0)));
  }
  CHECK(staleness("edge.server.processors.gpu.slowdown: 2").number("believed_edge_ratio") == Approx(2.0));
}

TEST_CASE("a benchmark costs the time that its layers took, whatever error its profile has") {
  const Loaded loaded(
      "partitioners:\n"
      "  - {kind: offline_benchmark, name: exact}\n"
      "  - {kind: offline_benchmark, name: wrong, profile_error: 50 %}\n");
  const auto rows = run(loaded.study);
  CHECK(rows[1].number("believed_device_ratio") != Approx(1.0));
  CHECK(rows[1].number("benchmarking_s") == rows[0].number("benchmarking_s"));
  CHECK(rows[1].number("benchmarking_J") == rows[0].number("benchmarking_J"));
}

TEST_CASE("decisions are counted as `decide` says, be there news or not") {
  const std::string cost = ", decision: {time: 1 ms, rate: 100 GFLOP/s}}\n";
  const Loaded loaded(
      "workload: {arrivals: periodic, rate: 2/s, requests: 20}\nfleet: {devices: 3}\npartitioners:\n"
      "  - {kind: offline_benchmark, name: point" +
      cost + "  - {kind: offline_benchmark, name: request, decide: per_request" + cost +
      "  - {kind: offline_benchmark, name: rarely, decide: {every: 1000 s}, bandwidth: estimate" + cost +
      "  - {kind: offline_benchmark, name: often, decide: {every: 2 s}, bandwidth: estimate" + cost);
  const auto rows = run(loaded.study);
  const double once = rows[0].number("deciding_s");
  CHECK(once == Approx(1e-3 * 100e9 / truth_of(loaded.study.points()[0], 0).processors[0].nominal.value()));
  CHECK(rows[1].number("deciding_s") == Approx(20 * once));
  CHECK(rows[2].number("deciding_s") == Approx(once));
  CHECK(rows[3].number("deciding_s") == Approx(5 * once));  // requests until 9.5 s: 0, 2, 4, 6, 8 s
  CHECK(rows[1].number("decisions") == 60);                 // of three devices
  CHECK(rows[1].number("effort_s") == Approx(rows[1].number("benchmarking_s") + 20 * once));
  CHECK(rows[1].number("effort_J") == Approx(rows[1].number("benchmarking_J") + rows[1].number("deciding_J")));
}

TEST_CASE("a benchmark cannot have been taken after today") {
  CHECK_THAT(
      error_of([] {
        Loaded("date: 2026-01-01\npartitioners: [{kind: offline_benchmark, benchmarked_at: {date: 2026-02-08}}]\n");
      }),
      Contains("after the scenario's `date`"));
}

TEST_CASE("a dated profile ages, and its drift with it") {
  const Loaded loaded(
      "date: 2026-11-24\ntruth: {layer_noise: 0}\n"
      "partitioners:\n"
      "  - {kind: offline_benchmark, name: old, benchmarked_at: {date: 2026-10-25, temperature: 40},"
      "     profile_error: {drift: 2 %}}\n"
      "  - {kind: offline_benchmark, name: same, profile_error: {drift: 2 %, age: 30}}\n");
  const auto& experiment = loaded.study.points()[0];
  // October has 31 days: 6 left of it after the 25th, and 24 of November.
  CHECK(belief_of(experiment, method(experiment, "old"), 0).cloud_time ==
        belief_of(experiment, method(experiment, "same"), 0).cloud_time);
  const auto rows = run(loaded.study);
  CHECK(rows[0].number("profile_age_d") == 30.0);
  CHECK(rows[0].number("profile_temperature_C") == 40.0);
  CHECK(rows[1].text("profile_age_d").empty());
}

TEST_CASE("dates, efforts and conditions that make no sense are refused") {
  CHECK_THAT(error_of([] { Loaded("date: 2026-13-01\n"); }), Contains("no date such as"));
  CHECK_THAT(error_of([] { Loaded("date: yesterday\n"); }), Contains("no date such as"));
  CHECK_THAT(error_of([] { Loaded("partitioners: [{kind: device_only, decision: {time: 1 ms, rate: 1 GFLOP/s}}]\n"); }),
             Contains("takes no such key"));
  CHECK_THAT(error_of([] {
               Loaded("partitioners: [{kind: resource_aware, rule: R3, nominal: peak, benchmark: {repetitions: 2}}]\n");
             }),
             Contains("measures nothing"));
  CHECK_THAT(error_of([] { Loaded("partitioners: [{kind: offline_benchmark, benchmarked_at: [1]}]\n"); }),
             Contains("must be a map such as"));
}

TEST_CASE("a benchmark of another board is taken as recorded, or scaled by the two boards' nominal rates") {
  const std::string there = "benchmarked_at: {device: raspberry_pi_4}";
  const Loaded loaded("partitioners: [{kind: offline_benchmark, name: recorded, " + there +
                      "}, {kind: offline_benchmark, name: scaled, " + there + ", transfer: by_nominal_rate}]\n");
  const auto& experiment = loaded.study.points()[0];
  const auto times = [&](const char* name) {
    return belief_of(experiment, method(experiment, name), 0).processors[0].layer_time;
  };
  const Loaded on_pi_4("device: raspberry_pi_4\n");
  CHECK(times("recorded") == truth_of(on_pi_4.study.points()[0], 0).processors[0].layer_time);
  // One run of ResNet-50 on each board, layer by layer as it truly is: AlexNet is not the network that is timed.
  const auto run_on = [](const Loaded& on) {
    scenario::Library library{EDGECUT_SOURCE_DIR};
    const auto& network = library.network(config::make_scalar("resnet50", "test"));
    const auto truth = on.study.points()[0].front().world.truth(network, 0);
    Seconds sum;
    for (const auto time : truth.device[0]) sum += time;
    return sum;
  };
  const double factor = run_on(loaded) / run_on(on_pi_4);
  CHECK(factor > 1.5);  // or the test would say nothing
  for (std::size_t v = 0; v < times("scaled").size(); ++v) {
    CHECK(times("scaled")[v].value() == Approx(factor * times("recorded")[v].value()));
  }
  // It is charged with the benchmark on that board, and with the two runs.
  const auto rows = run(loaded.study);
  CHECK_THAT(rows[0].text("effort_of"), Contains("every layer of alexnet on raspberry_pi_4"));
  CHECK_THAT(rows[1].text("effort_of"), Contains("a run of resnet50 on raspberry_pi_4 ") &&
                                            Contains("a run of resnet50 on raspberry_pi_3b_plus "));
}

TEST_CASE("a transfer that cannot be is refused") {
  const auto refused = [](const std::string& keys) {
    return error_of([&] { Loaded("partitioners: [{kind: offline_benchmark, " + keys + "}]\n"); });
  };
  CHECK_THAT(refused("transfer: by_nominal_rate"), Contains("another board"));
  CHECK_THAT(refused("benchmarked_at: {link.uplink: 9 Mbit/s}, transfer: as_recorded"), Contains("another board"));
  CHECK_THAT(refused("benchmarked_at: {device: raspberry_pi_9}"), Contains("no device 'raspberry_pi_9'"));
  CHECK_THAT(error_of([] {
               Loaded(
                   "partitioners: [{kind: resource_aware, rule: R3, benchmarked_at: {device: raspberry_pi_4}, "
                   "transfer: by_nominal_rate}]\n");
             }),
             Contains("of a rate"));
}

TEST_CASE("what is measured again is as it is now, of whatever board the benchmark was") {
  const Loaded loaded(
      "workload: {arrivals: periodic, rate: 0.5 /s, requests: 10}\n"
      "partitioners: [{kind: offline_benchmark, benchmarked_at: {device: raspberry_pi_4}, bandwidth: exact, decide: "
      "{every: 5 s, measure: true}}]\n");
  const auto& part = loaded.study.points()[0].front();
  const auto& own = loaded.study.points()[0].methods()[0];
  const auto base = belief::problem(part, own, 0);
  const auto again = belief::remeasuring(part, own, 0, base);
  const auto truth = belief::true_problem(part, 0);
  CHECK(again.believe(1).processors[0].layer_time == truth.processors[0].layer_time);
  CHECK(base.processors[0].layer_time != truth.processors[0].layer_time);
  Seconds pass;
  for (const auto time : truth.processors[0].layer_time) pass += time;
  CHECK(again.device == std::vector<Seconds>{pass});
}

}  // namespace edgecut::benchmark_test
