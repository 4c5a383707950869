// What a network file says of a layer beyond its sizes: shared weights, several outputs, dilation, precision.
#include "dnn/layer_file.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "config/error_of.hpp"
#include "dnn/complexity.hpp"
#include "dnn/network_file.hpp"

namespace edgecut::layer_file_test {
using Catch::Matchers::Contains;

namespace {

dnn::Network read(const std::string& text) {
  return dnn::read_network(config::parse_text(text, "net.yaml"));
}

// Line 4 on.
std::string with_layers(const std::string& layers, const std::string& more = "dtype: fp32\n") {
  return "name: n\nsource: test\n" + more + "layers:\n" + layers;
}

std::string error_in(const std::string& text) {
  return error_of([&] { read(text); });
}

// A file, and what is written of it.
void check_reads_back(const std::string& text) {
  const auto written = dnn::write_network(read(text));
  CHECK(dnn::write_network(read(written)) == written);
}

const std::string in = "  - {name: in, kind: input, shape: [1, 8], output: 32 B}\n";

// A layer of 2 own parameters, and two that share 100.
const std::string two_scales =
    "name: n\nsource: test\nshared_weights:\n  - {name: head, parameters: 100, weights: 400 B}\nlayers:\n" + in +
    "  - {name: p3, kind: conv, shape: [1, 8], output: 32 B, parameters: 2, weights: 8 B, shares: [head], inputs: "
    "[in]}\n"
    "  - {name: p4, kind: conv, shape: [1, 8], output: 32 B, shares: [head], inputs: [in]}\n";

// A split in three, of 4, 8 and 20 bytes.
const std::string split =
    in +
    "  - {name: s, kind: data_movement, outputs: [{shape: [1, 1], output: 4 B}, {shape: [1, 2], output: 8 B}, "
    "{shape: [1, 5], output: 20 B}], inputs: [in]}\n";

std::string layer_of(const std::string& keys) {
  return with_layers(in + "  - {name: c, kind: conv, shape: [1], output: 4 B, " + keys + ", inputs: [in]}\n");
}

}  // namespace

TEST_CASE("A shared weight is counted once and read by each layer that names it") {
  const auto network = read(two_scales);
  CHECK(network.total_parameters() == 102);  // 100 + 2
  CHECK(network.total_weights() == 408_B);
  CHECK(network.layer(1).parameters == 102);    // the first reader counts it
  CHECK(network.layer(2).parameters == 0);      //
  CHECK(network.moved_bytes(1) == 472_B);       // 32 in + 32 out + 8 own + 400 shared
  CHECK(network.moved_bytes(2) == 464_B);       // 32 + 32 + 400
  CHECK(network.resident_weights(2) == 400_B);  // lies there while the layer runs
  check_reads_back(two_scales);
}

TEST_CASE("A shared weight whose first reader does not run is counted where it is read") {
  const auto text = two_scales +
                    "  - {name: early, kind: softmax, shape: [1], output: 4 B, inputs: [p3]}\n"
                    "  - {name: late, kind: softmax, shape: [1], output: 4 B, inputs: [p4]}\n"
                    "exits: [{name: a, output: early}, {name: b, output: late}]\n";
  const auto network = read(text);
  CHECK(network.total_parameters() == 100);  // without early exits p3 and its 2 do not run
  CHECK(network.total_weights() == 400_B);
}

TEST_CASE("A layer that reads less than its weights says so, and its weights stay as large") {
  const auto network = read(layer_of("parameters: 1000, weights: 4 kB, weights_read: 16 B"));
  CHECK(network.total_weights() == 4000_B);
  CHECK(network.moved_bytes(1) == 52_B);  // 32 + 4 + 16
  check_reads_back(layer_of("parameters: 1000, weights: 4 kB, weights_read: 16 B"));
}

TEST_CASE("Several outputs are sized each, and a reader reads those that it names") {
  const auto text =
      with_layers(split +
                  "  - {name: q, kind: other, shape: [1], output: 4 B, inputs: [s], reads: {s: [1]}}\n"
                  "  - {name: k, kind: other, shape: [1], output: 4 B, inputs: [s], reads: {s: [0, 2]}}\n"
                  "  - {name: v, kind: other, shape: [1], output: 4 B, inputs: [s, q], reads: {q: [0]}}\n");
  const auto network = read(text);
  CHECK(network.layer(1).output == 32_B);          // 4 + 8 + 20
  CHECK(network.layer(1).output_elements() == 8);  // 1 + 2 + 5
  CHECK(network.layer(1).shape == std::vector<std::int64_t>{1, 1});
  CHECK(network.input_bytes(2) == 8_B);
  CHECK(network.input_elements(2) == 2);
  CHECK(network.input_bytes(3) == 24_B);  // 4 + 20
  CHECK(network.input_bytes(4) == 36_B);  // all of s, and the 4 of q
  check_reads_back(text);
}

TEST_CASE("Dilation, transposition, precision and the type of each tensor are read and written") {
  const auto text = with_layers(
      in +
      "  - {name: c, kind: conv, kernel: [3, 3], stride: [1, 1], dilation: [4, 4], transposed: true, dtype: int8, "
      "shape: [8], output: 8 B, inputs: [in]}\n"
      "  - {name: t, kind: other, outputs: [{shape: [2], output: 8 B}, {shape: [2], output: 16 B, dtype: int64}], "
      "precision: int8, inputs: [c]}\n");
  const auto network = read(text);
  CHECK(network.layer(1).dilation == std::vector<int>{4, 4});
  CHECK(network.layer(1).transposed);
  CHECK(network.layer(1).dtype == "int8");
  CHECK(network.layer(1).precision == dnn::Precision::int8);  // as its tensor is
  CHECK(network.layer(2).precision == dnn::Precision::int8);  // as it says
  CHECK(network.layer(2).outputs[1].dtype == "int64");
  check_reads_back(text);
}

TEST_CASE("A file that says none of it is read as before") {
  const auto network = read(with_layers(in + "  - {name: c, op: ConvTranspose, kind: conv, kernel: [3, 3], shape: [1], "
                                             "output: 4 B, weights: 8 B, inputs: [in]}\n"));
  CHECK(network.layer(1).precision == dnn::Precision::floating);
  CHECK_FALSE(network.layer(1).is_dilated());
  CHECK(network.layer(1).transposed);  // its operator says so
  CHECK(network.moved_bytes(1) == 44_B);
  // A network whose tensors are all int8 computes in it.
  CHECK(read(with_layers(in, "dtype: int8\n")).layer(0).precision == dnn::Precision::int8);
}

TEST_CASE("An int8 product costs 0.3 pJ where one of fp32 costs 4.6") {
  const auto energy = [](const std::string& precision) {
    return dnn::corrected_energy(read(layer_of("macs: 1000, precision: " + precision)), 1).value();
  };
  CHECK(energy("float") - energy("int8") == Approx(1000 * 4.3e-12).epsilon(1e-9));
}

TEST_CASE("What does not fit is refused at its place, with what is allowed") {
  CHECK_THAT(error_in(layer_of("shares: [head]")), Contains("layers[1].shares[0]: no shared weight 'head'"));
  CHECK_THAT(error_in("name: n\nsource: t\nshared_weights: [{name: w, parameters: 1, weights: 4 B}]\nlayers:\n" + in),
             Contains("net.yaml:3:18: shared_weights[0]: no layer reads it"));
  CHECK_THAT(error_in(with_layers(split + "  - {name: q, kind: other, shape: [1], output: 4 B, inputs: [s], "
                                          "reads: {s: [3]}}\n")),
             Contains("layers[2].reads: 's' has no output 3 (known: 0 to 2)"));
  CHECK_THAT(error_in(with_layers(split + "  - {name: q, kind: other, shape: [1], output: 4 B, inputs: [s], "
                                          "reads: {t: [0]}}\n")),
             Contains("no input 't'"));
  CHECK_THAT(error_in(with_layers(split + "  - {name: q, kind: other, shape: [1], output: 4 B, inputs: [s], "
                                          "reads: {s: [1, 1]}}\n")),
             Contains("each once"));
  CHECK_THAT(error_in(layer_of("outputs: [{shape: [1], output: 4 B}, {shape: [1], output: 4 B}]")),
             Contains("layers[1].output: is not the 8 B of its `outputs:` together"));
  CHECK_THAT(error_in(layer_of("outputs: [{shape: [1], output: 4 B}]")), Contains("at least two"));
  CHECK_THAT(error_in(layer_of("kernel: [3, 3], dilation: [2]")), Contains("has 1 numbers, and `kernel` has 2"));
  CHECK_THAT(error_in(layer_of("dilation: [0]")), Contains("dilation"));
  CHECK_THAT(error_in(layer_of("dtype: int4")), Contains("no dtype 'int4'"));
  CHECK_THAT(error_in(layer_of("precision: int4")), Contains("known: float, int8"));
  CHECK_THAT(error_in(layer_of("weights_read: -1 B")), Contains("weights_read"));
}

}  // namespace edgecut::layer_file_test
