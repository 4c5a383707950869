// Nominal rates: of which world they are, and what they cost.
#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <numeric>

#include "config/error_of.hpp"
#include "scenario/scenario_file.hpp"

namespace edgecut::nominal_test {
using Catch::Matchers::Contains;

namespace {

profile::NominalRates rates(const std::string& lines, std::int64_t replication = 0) {
  const Loaded loaded(lines);
  const auto& experiment = loaded.study.points().front();
  return belief::nominal_rates(experiment.front(), experiment.methods().front(), replication);
}

std::string r3(const std::string& more = "") {
  return "partitioners: [{kind: resource_aware, rule: R3" + more + "}]\n";
}

// FLOP of that network over what the three constants of the scenario's device say of all its layers.
double by_hand(const std::string& network) {
  Loaded loaded("");
  const auto& of = loaded.library.network(config::make_scalar(network, "test"));
  const auto times = profile::three_constants(of, loaded.study.points()[0].front().world.device.processors[0].compute);
  Flops work;
  for (const auto& layer : of.layers()) work += layer.work();
  return (work / std::accumulate(times.begin(), times.end(), Seconds())).value();
}

const std::string calm = "truth: {layer_noise: 0}\n";

}  // namespace

TEST_CASE("a nominal rate is one run of ResNet-50 in the simulated world, of MobileNetV2 where ResNet-50 is planned") {
  CHECK(rates(calm + r3()).device.at(0).value() == Approx(by_hand("resnet50")));
  CHECK(rates(calm + "network: resnet50\n" + r3()).device.at(0).value() == Approx(by_hand("mobilenet_v2")));
  CHECK(rates(calm + r3(", nominal: this_world")).device == rates(calm + r3()).device);
  CHECK(rates(calm + r3(", nominal: {this_world: vgg11}")).device.at(0).value() == Approx(by_hand("vgg11")));
}

TEST_CASE("a network under another name is still the one that is planned, and not its own reference") {
  const auto file = std::filesystem::temp_directory_path() / ("edgecut_mine_" + std::to_string(::getpid()) + ".yaml");
  {
    std::ifstream shipped(EDGECUT_SOURCE_DIR "/scenarios/networks/resnet50.yaml");
    std::string text{std::istreambuf_iterator<char>(shipped), {}};
    const std::string name = "name: \"resnet50\"";
    REQUIRE(text.starts_with(name));
    std::ofstream(file) << text.replace(0, name.size(), "name: mine");
  }
  CHECK(rates(calm + "network: " + file.string() + "\n" + r3()).device.at(0).value() ==
        Approx(by_hand("mobilenet_v2")));
  CHECK_THAT(
      error_of([&] { Loaded bad("network: " + file.string() + "\n" + r3(", nominal: {this_world: resnet50}")); }),
      Contains("'resnet50' is the network that is planned"));
  std::filesystem::remove(file);
}

TEST_CASE("the rates of the files are those of the real board, and of its data sheet") {
  // ResNet-50 on a Raspberry Pi 3B+: 2 x 4.089 GMAC in 571.9 ms; 4 cores x 1.4 GHz x 8 FLOP.
  const auto file = Loaded("").study.points()[0].front().world.device.processors[0];
  CHECK(rates(r3(", nominal: one_network")).device.at(0) == file.one_network);
  CHECK(rates(r3(", nominal: peak")).device.at(0) == file.peak);
}

TEST_CASE("a nominal rate is never of today's conditions, but of those that its benchmark states") {
  const std::string slow =
      "device: {kind: raspberry_pi_3b_plus, processors: {cpu: {slowdown: 4}}}\n"
      "cloud: {kind: c5_4xlarge, processors: {cpu: {slowdown: 3}}}\n";
  const auto cool = rates(r3());
  const auto hot = rates(slow + r3());
  CHECK(hot.device == cool.device);
  CHECK(hot.cloud == cool.cloud);
  const auto half = rates(slow + r3(", benchmarked_at: {device.processors.cpu.slowdown: 2}"));
  CHECK(half.device.at(0).value() == Approx(cool.device.at(0).value() / 2.0));
  CHECK(half.cloud == cool.cloud);
  // 600 MHz of 1800 MHz: whoever chose it for today did not for the run.
  const std::string pi_4 = "device: {kind: raspberry_pi_4, processors: {cpu: {frequency: ";
  const auto full = rates(pi_4 + "1800 MHz}}}\n" + r3());
  CHECK(rates(pi_4 + "600 MHz}}}\n" + r3()).device.at(0).value() == Approx(full.device.at(0).value()));
  const auto joules = [&](const std::string& frequency) {
    return run(Loaded(pi_4 + frequency + "}}}\n" + r3()).study).at(0).number("benchmarking_J");
  };
  CHECK(joules("600 MHz") == Approx(joules("1800 MHz")));  // the run was at the full clock, and drew what that draws
  const auto then = rates(pi_4 + "600 MHz}}}\n" + r3(", benchmarked_at: {device.processors.cpu.frequency: 1000 MHz}"));
  CHECK(then.device.at(0) < full.device.at(0));
  // A processor that computed more slowly then.
  const std::string at = ", benchmarked_at: {device.processors.cpu.compute.conv: 5 GFLOP/s}";
  CHECK(rates(r3(at)).device.at(0) < cool.device.at(0));
}

TEST_CASE("a nominal rate has the errors of the run that it is taken from, another one in each replication") {
  const auto first = rates(r3(), 0).device.at(0).value();
  const auto second = rates(r3(), 1).device.at(0).value();
  CHECK(first != second);
  // 0.15 a layer over the 123 layers of ResNet-50: a few percent.
  CHECK(first == Approx(by_hand("resnet50")).epsilon(0.15));
}

TEST_CASE("what nominal planning believes of a layer is its FLOP over that rate") {
  const Loaded loaded(calm + r3());
  const auto& experiment = loaded.study.points().front();
  const auto problem = belief_of(experiment, experiment.methods().front(), 0);
  // features.0 of AlexNet: 2 x 70,276,800 FLOP.
  CHECK(problem.processors[0].layer_time[1].value() == Approx(2 * 70276800.0 / by_hand("resnet50")));
  CHECK(problem.processors[0].nominal.value() == Approx(by_hand("resnet50")));
}

TEST_CASE("a run of the reference network is charged on every host, as often as it is repeated") {
  const Loaded loaded(calm + r3(", benchmark: {repetitions: 10}"));
  const auto row = run(loaded.study).at(0);
  const auto& experiment = loaded.study.points().front();
  const auto known = belief::nominal_rates(experiment.front(), experiment.methods().front(), 0);
  const double flop = 2 * 4089284608.0;  // of ResNet-50
  const double device = flop / known.device.at(0).value();
  CHECK(row.number("benchmarking_s") == Approx(10 * (device + flop / known.cloud.value())).epsilon(1e-3));
  const auto increment = truth_of(experiment, 0).processors[0].active_increment;
  CHECK(row.number("benchmarking_J") == Approx(10 * device * increment.value()).epsilon(1e-3));
  CHECK(run(Loaded(calm + r3(", nominal: peak")).study).at(0).number("benchmarking_s") == 0.0);
}

TEST_CASE("a reference network that is planned, or that was not measured, is refused with the remedy") {
  CHECK_THAT(error_of([] { Loaded bad(r3(", nominal: {this_world: alexnet}")); }),
             Contains("partitioners[0].nominal.this_world") && Contains("is the network that is planned"));
  CHECK_THAT(error_of([] { Loaded bad(r3(", nominal: this_wold")); }),
             Contains("this_world") && Contains("one_network") && Contains("peak"));
  CHECK_THAT(error_of([] { Loaded bad(r3(", nominal: peak, benchmark: {repetitions: 3}")); }),
             Contains("measures nothing"));
}

}  // namespace edgecut::nominal_test
