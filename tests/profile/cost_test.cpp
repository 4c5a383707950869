// What attributes of layers do to their time: each by hand, at 1 MFLOP/s, 1 kB/s and 0.5 s a layer.
#include <catch2/catch.hpp>
#include <string>

#include "config/error_of.hpp"
#include "dnn/network_file.hpp"
#include "platform/platform_file.hpp"
#include "profile/profile.hpp"

namespace edgecut::cost_test {
using Catch::Matchers::Contains;

namespace {

const platform::ThreeConstants constants{FlopRate(1e6), Bandwidth(1000), 0.5_s};

dnn::Network read(const std::string& text) {
  return dnn::read_network(config::parse_text("name: n\nsource: test\n" + text, "net.yaml"));
}

// A 3x3 convolution of 147,456 MACs = 294,912 FLOP that moves 2 x 4096 + 9216 = 17,408 B.
dnn::Network convolution(const std::string& keys) {
  return read(
      "layers:\n  - {name: in, kind: input, shape: [1, 16, 8, 8], output: 4096 B}\n"
      "  - {name: c, kind: conv, kernel: [3, 3], stride: [1, 1], shape: [1, 16, 8, 8], macs: 147456, parameters: 2304, "
      "weights: 9216 B, output: 4096 B, inputs: [in]" +
      keys + "}\n");
}

double time_of(const dnn::Network& network, dnn::LayerIndex v = 1) {
  return profile::three_constants(network, constants)[v].value();
}

platform::Device device(const std::string& compute) {
  config::Ledger ledger;
  return platform::read_device(
      config::parse_text(
          "name: d\nsource: test\nmemory: {size: 1 GB, reserve: 0 B, source: test}\nstorage: {free: 1 GB, source: "
          "test}\n"
          "power: {idle: 1 W, \"off\": 0 W, source: test}\nprocessors:\n  cpu:\n    compute: {model: three_constants, "
          "conv: 1 MFLOP/s, memory: 1 kB/s, overhead: 500 ms, framework: f, source: test, " +
              compute +
              "}\n    power: {active: 2 W, source: test}\n    nominal: {peak: 1 GFLOP/s, one_network: 1 GFLOP/s, "
              "source: test}\n",
          "device.yaml"),
      ledger);
}

}  // namespace

TEST_CASE("Winograd's gain is of a dilation of 1, and of convolutions that are not transposed") {
  // 0.294912 s of work, 17.408 s of memory, 0.5 s.
  CHECK(time_of(convolution("")) == Approx(0.294912 / 2.25 + 17.408 + 0.5).epsilon(1e-14));
  CHECK(time_of(convolution(", dilation: [1, 1]")) == Approx(0.131072 + 17.908).epsilon(1e-14));
  CHECK(time_of(convolution(", dilation: [4, 4]")) == Approx(18.202912).epsilon(1e-14));
  CHECK(time_of(convolution(", dilation: [1, 2]")) == Approx(18.202912).epsilon(1e-14));
  CHECK(time_of(convolution(", transposed: true")) == Approx(18.202912).epsilon(1e-14));
  CHECK(time_of(convolution(", op: ConvTranspose")) == Approx(18.202912).epsilon(1e-14));
}

TEST_CASE("A head at two scales takes memory time at each, and counts once") {
  const auto network = read(
      "shared_weights: [{name: head, parameters: 2304, weights: 9216 B}]\nlayers:\n"
      "  - {name: p3, kind: input, shape: [1, 16, 8, 8], output: 4096 B}\n"
      "  - {name: p4, kind: input, shape: [1, 16, 4, 4], output: 1024 B}\n"
      "  - {name: head3, kind: conv, kernel: [3, 3], stride: [1, 1], shape: [1, 16, 8, 8], macs: 147456, output: 4096 "
      "B, "
      "shares: [head], inputs: [p3]}\n"
      "  - {name: head4, kind: conv, kernel: [3, 3], stride: [1, 1], shape: [1, 16, 4, 4], macs: 36864, output: 1024 "
      "B, "
      "shares: [head], inputs: [p4]}\n");
  // 2 x 147,456 / 2.25 / 1e6 + (4096 + 4096 + 9216) / 1000 + 0.5.
  CHECK(time_of(network, 2) == Approx(0.131072 + 17.408 + 0.5).epsilon(1e-14));
  // 2 x 36,864 / 2.25 / 1e6 + (1024 + 1024 + 9216) / 1000 + 0.5.
  CHECK(time_of(network, 3) == Approx(0.032768 + 11.264 + 0.5).epsilon(1e-14));
  CHECK(network.total_parameters() == 2304);
  CHECK(network.total_weights() == 9216_B);
}

TEST_CASE("A lookup takes the time of its rows, and holds its table") {
  const auto network = read(
      "layers:\n  - {name: ids, kind: input, dtype: int64, shape: [1, 16], output: 128 B}\n"
      "  - {name: g, kind: data_movement, shape: [1, 16, 64], parameters: 1920000, weights: 7680 kB, "
      "weights_read: 4096 B, output: 4096 B, inputs: [ids]}\n");
  CHECK(time_of(network) == Approx(8.82).epsilon(1e-14));  // (128 + 4096 + 4096) / 1000 + 0.5
  CHECK(network.total_weights() == 7680000_B);             // 30,000 x 64 x 4 B
}

TEST_CASE("A reader of one of several outputs takes the time of that one") {
  const auto network = read(
      "layers:\n  - {name: in, kind: input, shape: [1, 24], output: 96 B}\n"
      "  - {name: s, kind: data_movement, outputs: [{shape: [1, 8], output: 32 B}, {shape: [1, 16], output: 64 B}], "
      "inputs: [in]}\n"
      "  - {name: q, kind: activation, shape: [1, 8], output: 32 B, inputs: [s], reads: {s: [0]}}\n");
  CHECK(time_of(network, 1) == Approx(0.692).epsilon(1e-14));  // (96 + 96) / 1000 + 0.5
  CHECK(time_of(network, 2) == Approx(0.564).epsilon(1e-14));  // (32 + 32) / 1000 + 0.5
}

TEST_CASE("Figures of int8 hold for layers that compute in it, and need a source") {
  const auto network = convolution(", precision: int8");
  const auto with = device("precision: fp32, int8: {conv: 4 MFLOP/s, overhead: 100 ms, source: test}").processors[0];
  // 294,912 / 4e6, no gain unless it says so, + 17.408 + 0.1.
  CHECK(profile::layer_times(network, with)[1].value() == Approx(0.073728 + 17.408 + 0.1).epsilon(1e-14));
  CHECK(profile::layer_times(convolution(""), with)[1].value() == Approx(0.131072 + 17.908).epsilon(1e-14));
  CHECK(profile::foreign_layers(network, with) == 0);
  const auto gain =
      device("precision: fp32, int8: {conv: 4 MFLOP/s, memory: 2 kB/s, winograd_gain: 2.25, source: test}")
          .processors[0];
  CHECK(profile::layer_times(network, gain)[1].value() == Approx(0.032768 + 8.704 + 0.5).epsilon(1e-14));
  CHECK_THAT(error_of([&] { device("precision: fp32, int8: {conv: 4 MFLOP/s}"); }),
             Contains("int8.conv: has no source"));
  CHECK_THAT(error_of([&] { device("precision: fp32, int8: {memory: 1 kB/s}"); }),
             Contains("int8: missing key 'conv'"));
}

TEST_CASE("Figures of fp32 take an int8 layer without Winograd's gain, and it is told") {
  const auto network = convolution(", precision: int8");
  const auto floating = device("precision: fp32").processors[0];
  CHECK(profile::layer_times(network, floating)[1].value() == Approx(18.202912).epsilon(1e-14));
  CHECK(profile::foreign_layers(network, floating) == 1);
  CHECK(profile::foreign_layers(convolution(""), floating) == 0);
  // A processor whose figures are all of int8 keeps its gain.
  const auto all = device("precision: \"int8: fitted to MLPerf Tiny\"").processors[0];
  CHECK(profile::layer_times(network, all)[1].value() == Approx(0.131072 + 17.908).epsilon(1e-14));
  CHECK(profile::foreign_layers(network, all) == 0);
  auto measured = floating;
  measured.layer_times["n"] = {0_s, 1_s};
  CHECK(profile::foreign_layers(network, measured) == 0);
}

TEST_CASE("Figures by kind are of the processor's precision: int8 goes before them") {
  auto processor = device("precision: fp32, int8: {conv: 4 MFLOP/s, source: test}").processors[0];
  processor.kinds["conv"] = {FlopRate(2e6), Bandwidth(1000), 0_s, {}};
  // By kind: 294,912 / 2e6 + 17.408. In int8: 294,912 / 4e6 + 17.408 + 0.5.
  CHECK(profile::layer_times(convolution(""), processor)[1].value() == Approx(0.147456 + 17.408).epsilon(1e-14));
  CHECK(profile::layer_times(convolution(", precision: int8"), processor)[1].value() ==
        Approx(0.073728 + 17.908).epsilon(1e-14));
}

}  // namespace edgecut::cost_test
