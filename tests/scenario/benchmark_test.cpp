// Measured compute models in scenarios, what a benchmark costs, and how far a belief is from the truth.
#include "scenario/benchmark.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>

#include "config/error_of.hpp"
#include "scenario/scenario_file.hpp"

using namespace edgecut;
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

const scenario::Method& method(const scenario::Experiment& experiment, const std::string& name) {
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
  const auto& experiment = *loaded.study.points()[0];
  const auto truth = experiment.true_problem(0);
  CHECK(truth.processors[0].layer_time[1].value() == Approx(2e-3));
  CHECK(experiment.problem(method(experiment, "offline_benchmark"), 3).processors[0].layer_time ==
        truth.processors[0].layer_time);
  // The cloud is modelled, and its noise stays.
  CHECK(experiment.true_problem(1).cloud_time != truth.cloud_time);
}

TEST_CASE("a measured table may be a belief beside another truth") {
  const Tables tables(2);
  const Loaded loaded(
      "partitioners: [{kind: offline_benchmark, benchmarked_at: {device.processors.cpu.compute.measured: " +
      tables.folder() + "}}]\n");
  const auto& experiment = *loaded.study.points()[0];
  const auto believed = experiment.problem(method(experiment, "offline_benchmark"), 0);
  CHECK(believed.processors[0].layer_time[5].value() == Approx(2e-3));
  CHECK(experiment.true_problem(0).processors[0].layer_time[5].value() != Approx(2e-3));
}

TEST_CASE("a method that learns from other networks says so when none was measured everywhere") {
  const Tables tables(2);
  const std::string measured_only =
      "device:\n  name: mine\n  memory: {size: 1 GB, reserve: 0 B}\n  storage: {free: 8 GB}\n"
      "  power: {idle: 1 W, \"off\": 0 W}\n  processors:\n    cpu:\n"
      "      compute: {model: measured, framework: none, measured: " +
      tables.folder() + "}\n      nominal: {peak: 10 GFLOP/s, one_network: 5 GFLOP/s}\n      power: {active: 3 W}\n";
  CHECK(Loaded(measured_only).study.points()[0]->true_problem(0).processors[0].layer_time[1].value() == Approx(2e-3));
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
  const auto increment = loaded.study.points()[0]->true_problem(0).processors[0].active_increment;
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
  const auto problem = loaded.study.points()[0]->true_problem(0);
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

TEST_CASE("a dated profile ages, and its drift with it") {
  const Loaded loaded(
      "date: 2026-11-24\ntruth: {layer_noise: 0}\n"
      "partitioners:\n"
      "  - {kind: offline_benchmark, name: old, benchmarked_at: {date: 2026-10-25, temperature: 40},"
      "     profile_error: {drift: 2 %}}\n"
      "  - {kind: offline_benchmark, name: same, profile_error: {drift: 2 %, age: 30}}\n");
  const auto& experiment = *loaded.study.points()[0];
  // October has 31 days: 6 left of it after the 25th, and 24 of November.
  CHECK(experiment.problem(method(experiment, "old"), 0).cloud_time ==
        experiment.problem(method(experiment, "same"), 0).cloud_time);
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
  CHECK_THAT(
      error_of([] { Loaded("partitioners: [{kind: resource_aware, rule: R3, benchmark: {repetitions: 2}}]\n"); }),
      Contains("measures no layers"));
  CHECK_THAT(error_of([] { Loaded("partitioners: [{kind: offline_benchmark, benchmarked_at: [1]}]\n"); }),
             Contains("must be a map such as"));
}
