// Layer times: the three constants by hand, nominal rates, the noise that makes the truth, and two measured networks.
#include "profile/profile.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "dnn/make_network.hpp"
#include "dnn/network_file.hpp"
#include "platform/platform_file.hpp"

namespace edgecut::profile_test {

namespace {

const std::string home = EDGECUT_SOURCE_DIR;

dnn::Network shipped(const std::string& name) {
  return dnn::read_network(config::parse_file(home + "/scenarios/networks/" + name + ".yaml"));
}

platform::Device device(const std::string& name) {
  config::Ledger ledger;
  return platform::read_device(config::parse_file(home + "/platforms/devices/" + name + ".yaml"), ledger);
}

platform::Cloud cloud(const std::string& name) {
  config::Ledger ledger;
  return platform::read_cloud(config::parse_file(home + "/platforms/clouds/" + name + ".yaml"), ledger);
}

dnn::Layer conv(std::vector<int> kernel, std::vector<int> stride, int groups,
                dnn::LayerKind kind = dnn::LayerKind::conv) {
  dnn::Layer layer;
  layer.kind = kind;
  layer.kernel = std::move(kernel);
  layer.stride = std::move(stride);
  layer.groups = groups;
  layer.macs = 900;
  return layer;
}

double sum(const profile::LayerTimes& times) {
  double total = 0.0;
  for (const auto time : times) total += time.value();
  return total;
}

// A chain of so many layers, for statistics.
dnn::Network long_chain(std::size_t layers) {
  std::vector<LayerSpec> specs{{"in", {}}};
  for (std::size_t v = 1; v <= layers; ++v) specs.push_back({"layer" + std::to_string(v), {v - 1}});
  return make_network(specs, "chain");
}

}  // namespace

TEST_CASE("only dense 3x3 convolutions of stride 1 count 2.25 times less work") {
  // 2 x 900 = 1800 FLOP; 1800 / 2.25 = 800.
  CHECK(profile::effective_work(conv({3, 3}, {1, 1}, 1)) == Flops(800));
  CHECK(profile::effective_work(conv({3, 3}, {2, 2}, 1)) == Flops(1800));
  CHECK(profile::effective_work(conv({3, 3}, {1, 1}, 2)) == Flops(1800));
  CHECK(profile::effective_work(conv({1, 1}, {1, 1}, 1)) == Flops(1800));
  CHECK(profile::effective_work(conv({5, 5}, {1, 1}, 1)) == Flops(1800));
  CHECK(profile::effective_work(conv({3, 1}, {1, 1}, 1)) == Flops(1800));
  CHECK(profile::effective_work(conv({3, 3}, {1, 1}, 1, dnn::LayerKind::depthwise_conv)) == Flops(1800));
  CHECK(profile::effective_work(conv({}, {}, 1, dnn::LayerKind::linear)) == Flops(1800));
}

TEST_CASE("a layer takes its work over the rate, its bytes over the memory's and the overhead") {
  auto layers = make_network({{"in", {}, 100.0},
                              {"conv", {0}, 50.0, 30.0, 900},
                              {"fc", {1}, 8.0, 400.0, 1000, 0, dnn::LayerKind::linear},
                              {"add", {1, 2}, 8.0}})
                    .layers();
  layers[1] = [&] {
    auto layer = conv({3, 3}, {1, 1}, 1);
    layer.name = "conv";
    layer.shape = {1};
    layer.inputs = {0};
    layer.output = 50_B;
    layer.weights = 30_B;
    return layer;
  }();
  const dnn::Network network("n", "n", "s", "fp32", layers);
  const auto times = profile::three_constants(network, {FlopRate(1000), Bandwidth(200), 0.25_s});
  CHECK(times[0] == 0_s);  // an input
  // conv: 800 FLOP / 1000 + (100 + 50 + 30) B / 200 + 0.25 = 0.8 + 0.9 + 0.25.
  CHECK(times[1].value() == Approx(1.95).epsilon(1e-15));
  // fc: 2000 / 1000 + (50 + 8 + 400) / 200 + 0.25 = 2 + 2.29 + 0.25.
  CHECK(times[2].value() == Approx(4.54).epsilon(1e-15));
  // add: no work, (50 + 8 + 8) / 200 + 0.25 = 0.33 + 0.25.
  CHECK(times[3].value() == Approx(0.58).epsilon(1e-15));
}

TEST_CASE("a nominal rate sees 2 FLOP per MAC and nothing else, Winograd neither") {
  const auto network = shipped("alexnet");
  const auto times = profile::nominal(network, 10_GFLOPps);
  // features.0: 70,276,800 MAC x 2 / 1e10; features.6, a dense 3x3: 112,140,288 x 2 / 1e10; a ReLU nothing.
  CHECK(times[1].value() == Approx(0.01405536).epsilon(1e-14));
  CHECK(times[7].value() == Approx(0.0224280576).epsilon(1e-14));
  CHECK(times[2] == 0_s);
  CHECK(sum(times) == Approx(0.142837696).epsilon(1e-12));  // 714,188,480 x 2 / 1e10
}

TEST_CASE("without noise the truth is the model") {
  const auto network = shipped("alexnet");
  const auto model = profile::three_constants(network, device("raspberry_pi_4").processors[0].compute);
  CHECK(profile::with_noise(model, network, "host", 0.0, 1) == model);
}

TEST_CASE("the noise is log-normal: the logarithm has mean 0 and the sigma that was asked for") {
  constexpr std::size_t n = 20000;
  const auto network = long_chain(n);
  for (const double sigma : {0.15, 0.5}) {
    const auto times = profile::with_noise(profile::LayerTimes(n + 1, 1_s), network, "host", sigma, 42);
    double mean = 0.0;
    double squares = 0.0;
    double cubes = 0.0;
    double within = 0.0;
    for (std::size_t v = 1; v <= n; ++v) {
      const double z = std::log(times[v].value()) / sigma;
      mean += z / n;
      squares += z * z / n;
      cubes += z * z * z / n;
      if (std::abs(z) < 1.0) within += 1.0 / n;
    }
    // Standard errors for 20,000 normals: mean 1/sqrt(n) = 0.0071, second moment sqrt(2/n) = 0.01, third sqrt(15/n) =
    // 0.027, share within one sigma (0.6827) 0.0033. Five of each.
    CHECK(mean == Approx(0.0).margin(0.0355));
    CHECK(squares == Approx(1.0).margin(0.05));
    CHECK(cubes == Approx(0.0).margin(0.137));
    CHECK(within == Approx(0.6827).margin(0.0165));
  }
}

TEST_CASE("a layer's noise is fixed per host, layer and seed, and does not depend on the other layers") {
  const auto small = long_chain(10);
  const auto large = long_chain(50);
  const auto noise = [](const dnn::Network& network, const std::string& host, std::uint64_t seed) {
    return profile::with_noise(profile::LayerTimes(network.size(), 1_s), network, host, 0.15, seed);
  };
  const auto reference = noise(small, "pi.cpu", 1);
  CHECK(noise(small, "pi.cpu", 1) == reference);
  const auto more = noise(large, "pi.cpu", 1);
  for (std::size_t v = 1; v <= 10; ++v) {
    CHECK(more[v] == reference[v]);
    CHECK(noise(small, "pi.gpu", 1)[v] != reference[v]);
    CHECK(noise(small, "pi.cpu", 2)[v] != reference[v]);
  }
}

TEST_CASE("the noise of two hosts is uncorrelated") {
  constexpr std::size_t n = 10000;
  const auto network = long_chain(n);
  const profile::LayerTimes ones(n + 1, 1_s);
  const auto a = profile::with_noise(ones, network, "a.cpu", 1.0, 1);
  const auto b = profile::with_noise(ones, network, "b.cpu", 1.0, 1);
  double products = 0.0;
  for (std::size_t v = 1; v <= n; ++v) products += std::log(a[v].value()) * std::log(b[v].value()) / n;
  CHECK(products == Approx(0.0).margin(0.05));  // standard error 1/sqrt(10,000) = 0.01
}

TEST_CASE("inputs take no time, with noise too") {
  const auto truth = profile::model_profile(shipped("resnet18"), {device("rk3588"), cloud("v100")}, 0.15, 7);
  REQUIRE(truth.device.size() == 3);  // big, little, GPU
  for (const auto& times : truth.device) CHECK(times[0] == 0_s);
  CHECK(truth.cloud[0] == 0_s);
}

TEST_CASE("a profile of nominal rates takes the rate that is asked for, of each processor") {
  const auto network = shipped("alexnet");
  const auto board = device("jetson_nano");
  const auto server = cloud("v100");
  const auto by = [&](profile::StatedRate which) {
    return profile::nominal_profile(network, profile::stated_rates({board, server}, which));
  };
  const auto peak = by(profile::StatedRate::peak);
  const auto one = by(profile::StatedRate::one_network);
  const double work = 2.0 * 714188480.0;
  CHECK(sum(peak.device[0]) == Approx(work / 235.9e9));
  CHECK(sum(one.device[0]) == Approx(work / 87.91e9));
  CHECK(sum(peak.device[1]) == Approx(work / 47.33e9));
  CHECK(sum(peak.cloud) == Approx(work / 14.13e12));
}

TEST_CASE("the three constants of a Raspberry Pi 4 predict two measured networks within 30 %") {
  // Tencent/ncnn @ a4d2ea1d, benchmark/README.md, Raspberry Pi 4 (four threads): AlexNet 75.75 ms, VGG16 541.66 ms.
  const auto [name, measured] = GENERATE(table<std::string, double>({{"alexnet", 0.07575}, {"vgg16", 0.54166}}));
  const double predicted = sum(profile::three_constants(shipped(name), device("raspberry_pi_4").processors[0].compute));
  fmt::print("{}: predicted {:.2f} ms, measured {:.2f} ms, error {:+.1f} %\n", name, 1e3 * predicted, 1e3 * measured,
             100.0 * (predicted / measured - 1.0));
  CHECK(predicted == Approx(measured).epsilon(0.30));
}

}  // namespace edgecut::profile_test
