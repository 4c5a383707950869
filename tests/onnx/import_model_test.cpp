// Models under fixtures/ are made by make_fixtures.py, which says what each is for.
#include "onnx/import_model.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "config/value.hpp"
#include "dnn/network_file.hpp"
#include "onnx/imported.hpp"

namespace edgecut::import_model_test {
using onnx_import::Imported;
using onnx_import::ImportError;
using onnx_import::ImportOptions;
using test::fixture;
using test::layer;
using test::layer_names;
using test::refusal;

namespace {

const std::filesystem::path tests = std::filesystem::path(EDGECUT_SOURCE_DIR) / "tests";

Imported import_fixture(const std::string& name, const ImportOptions& options = {}) {
  return onnx_import::import_model(fixture(name), options);
}

std::vector<std::string> input_names(const dnn::Network& network, const std::string& name) {
  std::vector<std::string> names;
  for (const auto u : layer(network, name).inputs) names.push_back(network.layer(u).name);
  return names;
}

using Names = std::vector<std::string>;
using Shape = std::vector<std::int64_t>;
using Catch::Matchers::Contains;

}  // namespace

TEST_CASE("A small network comes in layer by layer, and dropout falls away") {
  const auto network = import_fixture("small_net").network;
  CHECK(layer_names(network) == Names{"image", "conv", "norm", "relu", "pool", "flatten", "classifier"});
  CHECK(input_names(network, "flatten") == Names{"pool"});
  CHECK(network.is_input(0));
  CHECK(network.dtype() == "fp32");

  const auto& conv = layer(network, "conv");
  CHECK(conv.op == "Conv");
  CHECK(conv.kind == dnn::LayerKind::conv);
  CHECK(conv.kernel == std::vector<int>{3, 3});
  CHECK(conv.stride == std::vector<int>{2, 2});
  CHECK(conv.shape == Shape{1, 8, 4, 4});          // (8 + 2 - 3) / 2 + 1 = 4
  CHECK(conv.macs == 3456);                        // 8 x 4 x 4 outputs x 3 x 3 x 3
  CHECK(conv.parameters == 224);                   // 8 x 27 + 8
  CHECK(conv.weights.value() == 896.0);            // 224 x 4 B
  CHECK(conv.output.value() == 512.0);             // 128 x 4 B
  CHECK(network.raw_input().value() == 768.0);     // 3 x 8 x 8 x 4 B
  CHECK(layer(network, "norm").parameters == 16);  // scale and shift; mean and variance are no parameters
  CHECK(layer(network, "classifier").kind == dnn::LayerKind::linear);
  CHECK(layer(network, "classifier").macs == 80);  // 10 x 8
  CHECK(network.total_parameters() == 330);        // 224 + 16 + 8 x 10 + 10
}

TEST_CASE("The name is the file's and the source tells the file, unless they are given") {
  CHECK(import_fixture("small_net").network.name() == "small_net");
  CHECK(import_fixture("small_net").network.source() == "small_net.onnx");
  const auto network = import_fixture("small_net", {"net", "Net", "somewhere", {}}).network;
  CHECK(network.name() == "net");
  CHECK(network.title() == "Net");
  CHECK(network.source() == "somewhere");
}

TEST_CASE("Groups divide a convolution's work, and one group per channel is depthwise") {
  const auto network = import_fixture("grouped").network;
  CHECK(layer(network, "grouped").kind == dnn::LayerKind::conv);
  CHECK(layer(network, "grouped").groups == 2);
  CHECK(layer(network, "grouped").macs == 5184);  // 8 x 6 x 6 outputs x (4 / 2) x 3 x 3
  CHECK(layer(network, "depthwise").kind == dnn::LayerKind::depthwise_conv);
  CHECK(layer(network, "depthwise").macs == 2592);  // 8 x 6 x 6 x 1 x 3 x 3
}

TEST_CASE("A channel shuffle's shape arithmetic is folded and its nodes are no layers") {
  const auto network = import_fixture("channel_shuffle").network;
  CHECK(layer_names(network) == Names{"image", "split_groups", "swap", "merge_groups", "conv"});
  CHECK(layer(network, "split_groups").shape == Shape{1, 2, 3, 4, 4});
  CHECK(layer(network, "conv").macs == 480);  // 5 x 4 x 4 outputs x 6 channels
}

TEST_CASE("Slices, products, remainders and casts of shapes are folded") {
  const auto network = import_fixture("arithmetic").network;
  CHECK(layer(network, "reshape").shape == Shape{1, 6, 32});  // 12 mod 5 = 2; 12 / 2 = 6; 4 x 4 x 2 = 32
  CHECK(layer(network, "product").macs == 1344);              // 6 x 7 outputs x 32
  CHECK(network.size() == 3);
}

TEST_CASE("fp16 tensors and weights take two bytes an element") {
  const auto network = import_fixture("fp16").network;
  CHECK(network.dtype() == "fp16");
  CHECK(network.raw_input().value() == 150.0);             // 3 x 5 x 5 x 2 B
  CHECK(layer(network, "conv").weights.value() == 224.0);  // (4 x 27 + 4) x 2 B
  CHECK(layer(network, "conv").output.value() == 72.0);    // 4 x 3 x 3 x 2 B
  CHECK(layer(network, "cast").output.value() == 144.0);   // 4 x 3 x 3 x 4 B
}

TEST_CASE("int8 tensors and weights take one byte an element, biases of int32 four") {
  const auto network = import_fixture("int8").network;
  CHECK(network.dtype() == "int8");
  CHECK(layer(network, "quantize").output.value() == 75.0);  // 3 x 5 x 5 x 1 B
  CHECK(layer(network, "conv").kind == dnn::LayerKind::conv);
  CHECK(layer(network, "conv").macs == 972);               // 4 x 3 x 3 outputs x 27
  CHECK(layer(network, "conv").parameters == 112);         // 4 x 27 + 4; scales and zero points are none
  CHECK(layer(network, "conv").weights.value() == 124.0);  // 108 x 1 B + 4 x 4 B
  CHECK(layer(network, "conv").output.value() == 36.0);    // 4 x 3 x 3 x 1 B
  CHECK(layer(network, "dequantize").output.value() == 144.0);
}

TEST_CASE("A weight behind DequantizeLinear is as small as it is stored") {
  const auto network = import_fixture("quantised_weight").network;
  CHECK(layer_names(network) == Names{"image", "conv"});
  CHECK(layer(network, "conv").parameters == 108);
  CHECK(layer(network, "conv").weights.value() == 108.0);
}

TEST_CASE("Several inputs and outputs are kept, and a split is one layer with all its bytes") {
  const auto network = import_fixture("two_inputs_two_outputs").network;
  CHECK(layer_names(network) == Names{"left", "right", "add", "split", "relu", "sigmoid"});
  CHECK(network.raw_input().value() == 48.0);  // 2 x 6 x 4 B
  CHECK(input_names(network, "add") == Names{"left", "right"});
  CHECK(layer(network, "split").shape == Shape{1, 3});
  CHECK(layer(network, "split").output.value() == 24.0);  // 2 x 3 x 4 B
  CHECK(network.graph().is_sink(4));
  CHECK(network.graph().is_sink(5));
}

TEST_CASE("A batch without a size is one, with a warning") {
  const auto imported = import_fixture("dynamic_batch");
  CHECK(imported.network.layer(0).shape == Shape{1, 3, 8, 8});
  REQUIRE(imported.warnings.size() == 1);
  CHECK_THAT(imported.warnings[0], Contains("batch of 1"));
}

TEST_CASE("Other dimensions without a size must be given") {
  CHECK_THAT(refusal(fixture("dynamic_spatial")),
             Contains("input 'image' (4 dimensions, 1 x 3 x height x width); give --input image=1x3x?x?"));
  const auto network = import_fixture("dynamic_spatial", {"", "", "", {{"image", {1, 3, 16, 10}}}}).network;
  CHECK(network.layer(1).shape == Shape{1, 4, 14, 8});
  CHECK(network.layer(1).macs == 12096);  // 4 x 14 x 8 outputs x 27
}

TEST_CASE("A given shape replaces the file's own, which still has to fit") {
  const auto network = import_fixture("grouped", {"", "", "", {{"image", {2, 4, 12, 12}}}}).network;
  CHECK(network.total_macs() == 8 * 7776);  // twice the batch, four times the pixels
  CHECK_THAT(refusal(fixture("grouped"), {"", "", "", {{"image", {1, 5, 6, 6}}}}), Contains("do not fit"));
  CHECK_THAT(refusal(fixture("grouped"), {"", "", "", {{"image", {4, 6}}}}), Contains("has 4 dimensions, not 2"));
  CHECK_THAT(refusal(fixture("grouped"), {"", "", "", {{"x", {1}}}}), Contains("no input 'x' (known: image)"));
}

TEST_CASE("A node whose shape depends on the data is refused by name, never guessed") {
  CHECK_THAT(refusal(fixture("unshaped")),
             Contains("unshaped.onnx: node 'reshape' (Reshape): its output 'r' has no shape that the file tells"));
}

TEST_CASE("A reduction's axes are an input since operator set 18") {
  const auto imported = import_fixture("opset_18");
  CHECK(imported.warnings.empty());
  CHECK(layer(imported.network, "mean").shape == Shape{1, 4});
}

TEST_CASE("Weights are reached through other nodes, and one that serves two nodes counts once") {
  const auto network = import_fixture("indirect_weights").network;
  CHECK(layer_names(network) == Names{"image", "first", "second", "third", "flatten", "product"});
  CHECK(layer(network, "first").parameters == 81);
  CHECK(layer(network, "second").parameters == 0);
  CHECK(layer(network, "second").macs == 1296);    // 3 x 4 x 4 outputs x 27
  CHECK(layer(network, "third").parameters == 0);  // computed, not stored
  CHECK(layer(network, "product").kind == dnn::LayerKind::linear);
  CHECK(layer(network, "product").macs == 160);  // 5 outputs x 32
  CHECK(network.total_parameters() == 241);      // 81 + 160
}

TEST_CASE("A transposed convolution works per input element") {
  const auto network = import_fixture("conv_transpose").network;
  CHECK(network.layer(1).shape == Shape{1, 6, 10, 10});
  CHECK(network.layer(1).macs == 2400);       // 4 x 5 x 5 inputs x 6 x 2 x 2
  CHECK(network.layer(1).parameters == 102);  // 4 x 6 x 2 x 2 + 6
}

TEST_CASE("Attention is a matmul of activations, tokens and embeddings are parameters, scalars are not") {
  const auto network = import_fixture("tokens").network;
  CHECK(layer(network, "class_token").parameters == 16);
  CHECK(layer(network, "position").parameters == 80);  // 5 x 16
  CHECK(layer(network, "norm").parameters == 32);
  CHECK(layer(network, "scale_down").parameters == 0);
  CHECK(layer(network, "scores").kind == dnn::LayerKind::matmul);
  CHECK(layer(network, "scores").macs == 400);  // 5 x 5 outputs x 16
}

TEST_CASE("Work that cannot be counted is refused, not taken as none") {
  CHECK_THAT(refusal(fixture("foreign")), Contains("node 'fused' (FusedConv): operators of domain 'com.acme'"));
  CHECK_THAT(refusal(fixture("constant_product")), Contains("node 'low_rank' (MatMul): computes a constant"));
  CHECK_THAT(refusal(fixture("mismatched")), Contains("node 'conv' (Conv): shapes 1x3x8x8 and 4x5x3x3 do not fit"));
}

TEST_CASE("Layers without a name get one, and two of the same name are told apart") {
  const auto network = import_fixture("names").network;
  CHECK(layer_names(network) == Names{"image", "relu_1", R"(say "hi" \)", "twin", "twin_2", "image_2"});
}

TEST_CASE("What leads to no output is left out with a warning") {
  const auto imported = import_fixture("dead_end");
  CHECK(layer_names(imported.network) == Names{"image", "used"});
  CHECK(imported.warnings ==
        Names{"'spare' leads to no output and is left out", "'unused' leads to no output and is left out"});
}

TEST_CASE("An output in the middle of the network is warned of") {
  const auto imported = import_fixture("inner_output");
  REQUIRE(imported.warnings.size() == 1);
  CHECK_THAT(imported.warnings[0], Contains("output 'a' is also read inside the network"));
}

TEST_CASE("A constant that is computed from itself many times over counts once") {
  CHECK(import_fixture("doubled").network.total_parameters() == 4);
}

TEST_CASE("An imported network reads back from its file as it was") {
  for (const auto* name : {"small_net", "grouped", "int8", "names", "tokens", "two_inputs_two_outputs"}) {
    const auto text = dnn::write_network(import_fixture(name).network);
    CHECK(dnn::write_network(dnn::read_network(config::parse_text(text, name))) == text);
  }
}

TEST_CASE("An input's shape is read from the command line's form") {
  CHECK(onnx_import::parse_input_shape("images=1x3x640x640") ==
        std::pair<std::string, Shape>{"images", {1, 3, 640, 640}});
  CHECK(onnx_import::parse_input_shape("a=b=7").first == "a=b");
  for (const auto* text :
       {"", "x", "=1x2", "x=", "x=1x", "x=1xx2", "x=0x3", "x=-1x3", "x=1x3.5", "x=1,3", "x=99999999999999999999"}) {
    CHECK_THROWS_AS(onnx_import::parse_input_shape(text), ImportError);
  }
}

TEST_CASE("Every broken file gives one line that names the file") {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(tests / "fuzz" / "onnx")) {
    ++files;
    INFO(entry.path().filename());
    const auto message = refusal(entry.path());
    CHECK_THAT(message, Contains(entry.path().filename().string()));
    CHECK(message.find('\n') == std::string::npos);
  }
  CHECK(files > 80);
  CHECK_THAT(refusal(tests / "no_such.onnx"), Contains("no such file"));
  CHECK_THAT(refusal(tests), Contains("is a folder, not a model"));
}

TEST_CASE("A model with one wrong byte is read or refused") {
  const auto changed = std::filesystem::temp_directory_path() / fmt::format("edgecut_{}.onnx", std::random_device{}());
  for (const auto* name : {"small_net", "channel_shuffle", "arithmetic", "int8", "cost/qdq", "cost/several_outputs"}) {
    std::ifstream in(fixture(name), std::ios::binary);
    const std::string whole{std::istreambuf_iterator<char>(in), {}};
    for (std::size_t i = 0; i < whole.size(); i += 5) {
      auto bytes = whole;
      bytes[i] = static_cast<char>(bytes[i] ^ (i % 2 == 0 ? 0xFF : 0x10));
      std::ofstream(changed, std::ios::binary) << bytes;
      INFO(name << ", byte " << i);
      CHECK_NOTHROW(refusal(changed));
    }
  }
  std::filesystem::remove(changed);
}

}  // namespace edgecut::import_model_test
