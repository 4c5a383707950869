// Network files: what is read, what is refused and where, and that what is written reads back the same.
#include "dnn/network_file.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <stdexcept>
#include <string>

#include "config/error_of.hpp"
#include "dnn/make_network.hpp"

namespace edgecut::network_file_test {
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

dnn::Network read(const std::string& text) {
  return dnn::read_network(config::parse_text(text, "net.yaml"));
}

// A file with these layers, which begin on line 4.
std::string file_of(const std::string& layers) {
  return "name: n\nsource: test\nlayers:\n" + layers;
}

std::string layers_error(const std::string& layers) {
  return error_of([&] { read(file_of(layers)); });
}

constexpr const char* in = "  - {name: in, kind: input, shape: [1, 3, 2, 2], output: 48 B}\n";

void check_equal(const dnn::Network& a, const dnn::Network& b) {
  CHECK(a.name() == b.name());
  CHECK(a.title() == b.title());
  CHECK(a.source() == b.source());
  CHECK(a.dtype() == b.dtype());
  REQUIRE(a.size() == b.size());
  for (dnn::LayerIndex v = 0; v < a.size(); ++v) {
    const auto& x = a.layer(v);
    const auto& y = b.layer(v);
    INFO(x.name);
    CHECK(x.name == y.name);
    CHECK(x.op == y.op);
    CHECK(x.kind == y.kind);
    CHECK(x.kernel == y.kernel);
    CHECK(x.stride == y.stride);
    CHECK(x.groups == y.groups);
    CHECK(x.shape == y.shape);
    CHECK(x.macs == y.macs);
    CHECK(x.parameters == y.parameters);
    CHECK(x.weights == y.weights);
    CHECK(x.output == y.output);
    CHECK(x.inputs == y.inputs);
  }
}

}  // namespace

TEST_CASE("a network is read with everything its layers say") {
  const auto network =
      read(file_of(std::string(in) + "  - {name: c, op: Conv, kind: conv, kernel: [3, 3], stride: [1, 1], groups: 3, "
                                     "shape: [1, 6, 2, 2], macs: 216, parameters: 60, weights: 240 B, output: 96 B, "
                                     "inputs: [in]}\n"));
  CHECK(network.title() == "n");
  CHECK(network.dtype() == "fp32");
  const auto& conv = network.layer(1);
  CHECK(conv.kind == dnn::LayerKind::conv);
  CHECK(conv.groups == 3);
  CHECK(conv.work() == Flops(432));     // 2 x 216 MAC
  CHECK(conv.output_elements() == 24);  // 1 x 6 x 2 x 2
  CHECK(network.total_macs() == 216);
  CHECK(network.total_parameters() == 60);
  CHECK(network.total_weights() == 240_B);
  CHECK(network.raw_input() == 48_B);
  CHECK(network.input_bytes(1) == 48_B);
}

TEST_CASE("layers in any order are sorted, and keep their order where they can") {
  const auto network =
      read(file_of("  - {name: add, kind: elementwise, shape: [1], output: 4 B, inputs: [b, a]}\n"
                   "  - {name: a, kind: activation, shape: [1], output: 4 B, inputs: [in]}\n"
                   "  - {name: b, kind: activation, shape: [1], output: 4 B, inputs: [a]}\n" +
                   std::string(in)));
  CHECK(network.layer(0).name == "in");
  CHECK(network.layer(1).name == "a");
  CHECK(network.layer(2).name == "b");
  CHECK(network.layer(3).name == "add");
  CHECK(network.layer(3).inputs == std::vector<dnn::LayerIndex>{2, 1});  // in the order written: b, a
}

TEST_CASE("a cycle is refused at a layer that is on it, by name") {
  const auto error = layers_error(std::string(in) +
                                  "  - {name: a, kind: other, shape: [1], output: 4 B, inputs: [in, c]}\n"
                                  "  - {name: b, kind: other, shape: [1], output: 4 B, inputs: [a]}\n"
                                  "  - {name: c, kind: other, shape: [1], output: 4 B, inputs: [b]}\n"
                                  "  - {name: d, kind: other, shape: [1], output: 4 B, inputs: [c]}\n");
  CHECK_THAT(error, Contains("cycle"));
  CHECK_THAT(error, StartsWith("net.yaml:5:5: layers[1]: layer 'a'") ||
                        StartsWith("net.yaml:6:5: layers[2]: layer 'b'") ||
                        StartsWith("net.yaml:7:5: layers[3]: layer 'c'"));
}

TEST_CASE("a layer that reads itself is a cycle") {
  CHECK_THAT(layers_error(std::string(in) + "  - {name: a, kind: other, shape: [1], output: 4 B, inputs: [in, a]}\n"),
             StartsWith("net.yaml:5:5: layers[1]: ") && Contains("'a' is on a cycle"));
}

TEST_CASE("a second layer of one name is refused where it stands") {
  CHECK_THAT(layers_error(std::string(in) + "  - {name: a, kind: other, shape: [1], output: 4 B, inputs: [in]}\n"
                                            "  - {name: a, kind: other, shape: [1], output: 4 B, inputs: [in]}\n"),
             StartsWith("net.yaml:6:5: layers[2]: ") && Contains("second layer named 'a'"));
}

TEST_CASE("an unknown input is refused at the name, and the nearest layer is proposed") {
  CHECK_THAT(
      layers_error(std::string(in) + "  - {name: conv1, kind: other, shape: [1], output: 4 B, inputs: [in]}\n"
                                     "  - {name: relu1, kind: other, shape: [1], output: 4 B, inputs: [cnv1]}\n"),
      StartsWith("net.yaml:6:66: layers[2].inputs[0]: no layer 'cnv1'") && Contains("did you mean 'conv1'?"));
}

TEST_CASE("of a network with hundreds of layers a message names a handful, not all") {
  std::string layers = in;
  for (int i = 0; i < 500; ++i) {
    layers += "  - {name: layer_" + std::to_string(i) + ", kind: other, shape: [1], output: 4 B, inputs: [in]}\n";
  }
  layers += "  - {name: last, kind: other, shape: [1], output: 4 B, inputs: [layer_5o0]}\n";
  const auto error = layers_error(layers);
  CHECK_THAT(error, Contains("no layer 'layer_5o0'"));
  CHECK(error.size() < 1000);
}

TEST_CASE("an input has no inputs, and every other layer has at least one") {
  CHECK_THAT(layers_error("  - {name: in, kind: input, shape: [1], output: 4 B, inputs: [in]}\n"),
             StartsWith("net.yaml:4:5: layers[0]: "));
  CHECK_THAT(layers_error(std::string(in) + "  - {name: a, kind: conv, shape: [1], output: 4 B}\n"),
             StartsWith("net.yaml:5:5: layers[1]: "));
  CHECK_THAT(layers_error(std::string(in) + "  - {name: a, kind: conv, shape: [1], output: 4 B, inputs: []}\n"),
             StartsWith("net.yaml:5:5: layers[1]: "));
}

TEST_CASE("figures out of range, of the wrong unit or of an unknown kind are refused at their place") {
  const auto with = [](const std::string& rest) {
    return layers_error("  - {name: in, kind: input, shape: [1], output: 4 B" + rest + "}\n");
  };
  CHECK_THAT(with(", macs: -1"), StartsWith("net.yaml:4:60: layers[0].macs: ") && Contains("at least 0"));
  CHECK_THAT(with(", macs: 1.5"), Contains("not a whole number"));
  CHECK_THAT(with(", weights: 4 FLOP"), Contains("layers[0].weights") && Contains("an amount of work"));
  CHECK_THAT(with(", weights: 4"), Contains("has no unit"));
  CHECK_THAT(with(", groups: 0"), Contains("more than 0"));
  CHECK_THAT(with(", kernel: [0, 3]"), Contains("layers[0].kernel[0]"));
  CHECK_THAT(with(", knd: 1"), StartsWith("net.yaml:4:54: layers[0]") && Contains("did you mean 'kind'?"));
  CHECK_THAT(layers_error("  - {name: in, kind: inptu, shape: [1], output: 4 B}\n"),
             StartsWith("net.yaml:4:22: layers[0].kind: ") && Contains("did you mean 'input'?"));
  CHECK_THAT(layers_error("  - {name: in, kind: input, shape: [1, 0], output: 4 B}\n"), Contains("layers[0].shape[1]"));
  CHECK_THAT(layers_error("  - {name: in, kind: input, shape: [1], output: 0 B}\n"), Contains("layers[0].output"));
  CHECK_THAT(layers_error("  - {name: in, kind: input, shape: [1]}\n"), Contains("missing key 'output'"));
  CHECK_THAT(layers_error("  []\n"), StartsWith("net.yaml:4:3: layers: "));
  CHECK_THAT(layers_error("  - 5\n"), StartsWith("net.yaml:4:5: layers[0]: "));
  CHECK_THAT(error_of([] { read("name: n\nlayers: [{name: in, kind: input, shape: [1], output: 4 B}]\n"); }),
             Contains("missing key 'source'"));
}

TEST_CASE("a network is learned from unless its file says that it is not") {
  const auto parsed = [](const std::string& line) {
    return config::parse_text(line + "name: n\nsource: s\nlayers: [{name: in, kind: input, shape: [1], output: 4 B}]\n",
                              "net.yaml");
  };
  CHECK(dnn::is_learned_from(parsed("")));
  CHECK(dnn::is_learned_from(parsed("learned_from: true\n")));
  CHECK_FALSE(dnn::is_learned_from(parsed("learned_from: false\n")));
  CHECK(dnn::read_network(parsed("learned_from: false\n")).size() == 1);
  CHECK_THAT(error_of([&] { dnn::read_network(parsed("learned_from: 3\n")); }), Contains("learned_from"));
}

TEST_CASE("every layer kind has a word that reads back") {
  for (const auto& [word, kind] : dnn::layer_kinds()) CHECK(dnn::name(kind) == word);
  CHECK(dnn::layer_kinds().size() == 13);
}

TEST_CASE("a network without layers or out of order is refused by its constructor") {
  CHECK_THROWS_AS(dnn::Network("n", "n", "s", "fp32", {}), std::invalid_argument);
  dnn::Layer layer;
  layer.inputs = {0};
  CHECK_THROWS_AS(dnn::Network("n", "n", "s", "fp32", {layer}), std::invalid_argument);
}

TEST_CASE("what is written reads back the same: random networks") {
  std::mt19937 random(5);
  for (int round = 0; round < 20; ++round) {
    const auto network = random_network(random, 15, 2);
    check_equal(network, read(dnn::write_network(network)));
  }
}

TEST_CASE("what is written reads back the same: every network that ships") {
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(EDGECUT_SOURCE_DIR) / "scenarios/networks")) {
    INFO(entry.path());
    const auto network = dnn::read_network(config::parse_file(entry.path()));
    check_equal(network, read(dnn::write_network(network)));
  }
}

TEST_CASE("what is written reads back the same: names that YAML would misread") {
  for (const auto* name : {"a: b", "- a", "#a",  "a, b", "[a]",  "{a}", "*a", "&a",   "!a",   "~",      "null", "true",
                           "1",    "",    " a ", "a\"b", "a\\b", "a'b", "é",  "a\tb", "a\nb", "a\n\nb", "%a",   "@a"}) {
    INFO('"' << name << '"');
    const auto network = make_network({{"in", {}}, {name, {0}}, {"out", {1}}}, name);
    check_equal(network, read(dnn::write_network(network)));
  }
}

TEST_CASE("what is written reads back the same: operators that YAML would misread") {
  for (const auto* op : {"Conv", "my: op", "null", "#x", "a, b", "x}y"}) {
    INFO(op);
    dnn::Layer input;
    input.name = "in";
    input.op = op;
    input.kind = dnn::LayerKind::input;
    input.shape = {1};
    input.output = 4_B;
    const dnn::Network network("n", "n", "s", "fp32", {input});
    check_equal(network, read(dnn::write_network(network)));
  }
}

TEST_CASE("sizes beyond 2^32 keep every byte") {
  const auto network =
      make_network({{"in", {}, 5368709123.0}, {"a", {0}, 4.0, 12345678901.0, 123456789012345, 98765432109}});
  check_equal(network, read(dnn::write_network(network)));
}

}  // namespace edgecut::network_file_test
