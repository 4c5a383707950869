// What each method has to measure before it can plan, and how it is measured.
#include <catch2/catch.hpp>
#include <numeric>

#include "config/error_of.hpp"
#include "dnn/network_file.hpp"
#include "scenario/scenario_file.hpp"

namespace edgecut::effort_test {
using Catch::Matchers::Contains;

namespace {

const std::string calm = "truth: {layer_noise: 0}\n";

metrics::Row row_of(const std::string& method, const std::string& lines = calm) {
  return run(Loaded(lines + "partitioners: [" + method + "]\n").study).at(0);
}

double sum(const std::vector<Seconds>& times) {
  return std::accumulate(times.begin(), times.end(), Seconds()).value();
}

// Seconds of every layer of some networks, on the device and in the cloud, in a world without noise.
struct Pass {
  double device = 0.0;
  double cloud = 0.0;
};

Pass pass(const std::vector<std::string>& networks, const std::string& device = "raspberry_pi_3b_plus") {
  Loaded loaded(calm + "device: " + device + "\n");
  const auto& world = loaded.study.points()[0].front().world;
  Pass pass;
  for (const auto& name : networks) {
    const auto& network = loaded.library.network(config::make_scalar(name, "test"));
    pass.device += sum(profile::layer_times(network, world.device.processors[0]));
    pass.cloud += sum(profile::layer_times(network, world.cloud.processor));
  }
  return pass;
}

std::vector<std::string> all_but(const std::string& network) {
  Loaded loaded("");
  auto& catalogue = loaded.library.catalogue();
  auto names = catalogue.names("scenarios/networks");
  std::erase_if(names, [&](const std::string& name) {
    const auto file = catalogue.load(config::make_scalar(name, "test"), "scenarios/networks", "network");
    return name == network || !dnn::is_learned_from(file);
  });
  return names;
}

}  // namespace

TEST_CASE("each method is charged what it needs", "[unsanitized]") {
  const auto layers = pass({"alexnet"});
  const auto reference = pass({"resnet50"});
  const auto training = pass(all_but("alexnet"));
  const auto seconds = [](const std::string& method) { return row_of(method).number("benchmarking_s"); };
  CHECK(seconds("offline_benchmark") == Approx(layers.device + layers.cloud));
  CHECK(seconds("{kind: resource_aware, rule: R3}") == Approx(reference.device + reference.cloud));
  CHECK(seconds("neurosurgeon") == Approx(training.device + training.cloud));
  CHECK(seconds("{kind: min_cut, believes: three_constants}") == Approx(training.device + training.cloud));
  CHECK(seconds("online_bandit") == Approx(layers.device));
  CHECK(seconds("{kind: resource_aware, rule: R4, believes: measured}") ==
        Approx(layers.device + layers.cloud + reference.device + reference.cloud));
  for (const auto* nothing : {"{kind: resource_aware, rule: R3, nominal: peak}", "device_only", "oracle"}) {
    CHECK(seconds(nothing) == 0.0);
  }
  // ResNet-50 at the rate of the file: 2 x 4.089 GMAC.
  const Loaded loaded("");
  const auto& world = loaded.study.points()[0].front().world;
  const double flop = 2 * 4.089e9;
  CHECK(seconds("{kind: resource_aware, rule: R3, nominal: one_network}") ==
        Approx(flop / world.device.processors[0].one_network.value() + flop / world.cloud.processor.one_network.value())
            .epsilon(1e-3));
}

TEST_CASE("the sum is explained: what, how often, where, and what it falls due once for") {
  const auto text = row_of("{kind: offline_benchmark, benchmark: {repetitions: 10}}").text("effort_of");
  CHECK_THAT(text, Contains("10 x every layer of alexnet on raspberry_pi_3b_plus, c5_4xlarge") &&
                       Contains("once a device type and network"));
  CHECK_THAT(row_of("neurosurgeon").text("effort_of"), Contains("other networks") && Contains("once a device type)"));
  CHECK_THAT(row_of("{kind: resource_aware, rule: R3}").text("effort_of"), Contains("a run of resnet50"));
  CHECK(row_of("oracle").text("effort_of").empty());
}

TEST_CASE("boards of one type are measured once, of two types twice, and each by itself where that is asked for") {
  const auto of_groups = [](const std::string& one, const std::string& other, const std::string& method) {
    return row_of(method, calm + "fleet: {groups: [{name: a, devices: 2, device: " + one +
                              "}, {name: b, devices: 3, device: " + other + "}]}\n")
        .number("benchmarking_s");
  };
  const auto pi3 = pass({"alexnet"});
  const auto pi4 = pass({"alexnet"}, "raspberry_pi_4");
  CHECK(of_groups("raspberry_pi_3b_plus", "raspberry_pi_3b_plus", "offline_benchmark") ==
        Approx(pi3.device + pi3.cloud));
  CHECK(of_groups("raspberry_pi_3b_plus", "raspberry_pi_4", "offline_benchmark") ==
        Approx(pi3.device + pi3.cloud + pi4.device + pi4.cloud));
  CHECK(of_groups("raspberry_pi_3b_plus", "raspberry_pi_3b_plus",
                  "{kind: offline_benchmark, benchmark: {of: each_device}}") == Approx(5 * pi3.device + pi3.cloud));
}

TEST_CASE("a benchmark is of one network, a nominal rate of all") {
  const std::string classes = calm +
                              "workload: {classes: [{name: a, network: alexnet, arrivals: periodic, rate: 1 /s, "
                              "requests: 2}, {name: b, network: "
                              "squeezenet1_1, arrivals: periodic, rate: 1 /s, requests: 2}]}\ninput: {encoding: raw}\n";
  const auto layers = pass({"alexnet", "squeezenet1_1"});
  const auto reference = pass({"resnet50"});
  CHECK(row_of("offline_benchmark", classes).number("benchmarking_s") == Approx(layers.device + layers.cloud));
  CHECK(row_of("{kind: resource_aware, rule: R3}", classes).number("benchmarking_s") ==
        Approx(reference.device + reference.cloud));
}

TEST_CASE("a benchmark that is measured is no oracle, an exact one is, and each says which it is") {
  const std::string measured = "measured: {repetitions: 10, spread: 3 %, additivity: 0.78..1.18}";
  const Loaded loaded(
      "partitioners: [{kind: offline_benchmark, name: exact, measured: exact}, offline_benchmark, {kind: "
      "offline_benchmark, name: real, " +
      measured + "}]\n");
  const auto& experiment = loaded.study.points().front();
  const auto times = [&](std::size_t i, std::int64_t r) {
    return belief_of(experiment, experiment.methods().at(i), r).processors[0].layer_time;
  };
  const auto truth = truth_of(experiment, 0).processors[0].layer_time;
  CHECK(times(0, 0) == truth);
  CHECK(times(1, 0) == truth);
  const double factor = sum(times(2, 0)) / sum(truth);
  CHECK(factor != Approx(1.0).epsilon(1e-3));
  CHECK(factor > 0.77);
  CHECK(factor < 1.19);
  CHECK(sum(times(2, 1)) / sum(truth_of(experiment, 1).processors[0].layer_time) != Approx(factor).epsilon(1e-6));
  const auto rows = run(loaded.study);
  CHECK(rows[0].text("measured") == "exact");
  CHECK(rows[1].text("measured") == "exact");
  CHECK(rows[2].text("measured") == "10 runs, spread 3 %, sum 78 to 118 %");
  CHECK(rows[2].number("benchmarking_s") > 5 * rows[0].number("benchmarking_s"));
}

TEST_CASE("a nominal rate is measured as benchmarks are, but a whole run has nothing to add up") {
  const auto rate = [](const std::string& measured) {
    const Loaded loaded(calm + "partitioners: [{kind: resource_aware, rule: R3, measured: " + measured + "}]\n");
    const auto& experiment = loaded.study.points().front();
    return belief::nominal_rates(experiment.front(), experiment.methods().front(), 0).device.at(0).value();
  };
  CHECK(rate("{spread: 0, additivity: 0.5}") == Approx(rate("exact")));
  CHECK(rate("{spread: 20 %, repetitions: 1}") != Approx(rate("exact")).epsilon(1e-3));
  CHECK(rate("{spread: 20 %, repetitions: 1000000}") == Approx(rate("exact")).epsilon(1e-3));
  CHECK(rate("{spread: 0, cold: 3, repetitions: 2}") == Approx(rate("exact") / 2));
}

TEST_CASE("measurements that cannot be are refused with what is allowed") {
  const auto refused = [](const std::string& method) {
    return error_of([&] { Loaded bad("partitioners: [{" + method + "}]\n"); });
  };
  CHECK_THAT(refused("kind: offline_benchmark, measured: {additivity: 1.2..0.8}"), Contains("0.78..1.18"));
  CHECK_THAT(refused("kind: offline_benchmark, measured: {additivity: wide}"), Contains("measured.additivity"));
  CHECK_THAT(refused("kind: offline_benchmark, measured: precisely"), Contains("exact"));
  CHECK_THAT(refused("kind: offline_benchmark, measured: {repetitions: 0}"), Contains("measured.repetitions"));
  CHECK_THAT(refused("kind: offline_benchmark, measured: {repetitions: 3}, benchmark: {repetitions: 3}"),
             Contains("says so already"));
  CHECK_THAT(refused("kind: oracle, measured: exact"), Contains("knows the truth"));
  CHECK_THAT(refused("kind: resource_aware, rule: R3, nominal: peak, measured: exact"), Contains("measures nothing"));
  CHECK_THAT(refused("kind: offline_benchmark, benchmark: {of: everybody}"), Contains("each_device"));
}

}  // namespace edgecut::effort_test
