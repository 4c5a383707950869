// What constants, several outputs and attributes cost. Models under fixtures/cost/ are made by make_cost_fixtures.py.
#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "config/value.hpp"
#include "dnn/network_file.hpp"
#include "onnx/import_model.hpp"
#include "onnx/imported.hpp"

namespace edgecut::weights_test {
using test::index_of;
using test::layer;
using test::layer_names;

namespace {

dnn::Network import_cost(const std::string& name) {
  return onnx_import::import_model(test::fixture("cost/" + name), {}).network;
}

double moved(const dnn::Network& network, const std::string& name) {
  return network.moved_bytes(index_of(network, name)).value();
}

double read_of_inputs(const dnn::Network& network, const std::string& name) {
  return network.input_bytes(index_of(network, name)).value();
}

double read_of_constants(const dnn::Network& network, const std::string& name) {
  const auto& found = layer(network, name);
  return found.weights_read.value_or(found.weights).value();
}

using Names = std::vector<std::string>;
using Shape = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("Constants that are computed are read, and are no parameters") {
  const auto network = import_cost("computed_constants");
  CHECK(network.total_parameters() == 4);          // the slope, which is stored
  CHECK(network.total_weights().value() == 16.0);  // 4 x 4 B
  CHECK(layer(network, "conv").parameters == 0);
  CHECK(layer(network, "conv").macs == 768);               // 4 x 8 x 8 outputs x 3
  CHECK(read_of_constants(network, "conv") == 48.0);       // 4 x 3 x 4 B
  CHECK(read_of_constants(network, "channels") == 512.0);  // 2 x 8 x 8 x 4 B of zeros
  CHECK(read_of_constants(network, "ramped") == 32.0);     // 0 to 7
}

TEST_CASE("A weight that is not stored is told, for a file without its weights seems to have none") {
  const auto folder = std::filesystem::path(EDGECUT_SOURCE_DIR) / "tests" / "onnx" / "fixtures" / "cost";
  CHECK(onnx_import::import_model(folder / "computed_constants.onnx", {}).warnings ==
        Names{"'conv': its weights are computed and not stored in the file, so they are no parameters"});
  CHECK(onnx_import::import_model(folder / "packed_weight.onnx", {}).warnings.empty());
}

TEST_CASE("A head at two scales counts once and is read twice") {
  const auto network = import_cost("two_scales");
  CHECK(network.total_parameters() == 2336);             // 16 x 16 x 3 x 3 + 2 x 16
  CHECK(network.total_weights().value() == 9344.0);      // x 4 B
  CHECK(layer(network, "head3").parameters == 2320);     // where it is read first
  CHECK(layer(network, "head4").parameters == 16);       // its bias
  CHECK(moved(network, "head3") == 4096 + 4096 + 9280);  // 16 x 8 x 8 in and out, (2304 + 16) x 4 B
  CHECK(moved(network, "head4") == 1024 + 1024 + 9280);  // 16 x 4 x 4 in and out, the same
  REQUIRE(network.shared_weights().size() == 1);
  CHECK(network.shared_weights()[0].name == "head");
  CHECK(layer(network, "head3").shares == layer(network, "head4").shares);
}

TEST_CASE("Tied embeddings are looked up by row, multiplied whole and counted once") {
  const auto network = import_cost("tied_embeddings");
  CHECK(network.total_parameters() == 1920000);              // 30,000 x 64
  CHECK(network.total_weights().value() == 7680000.0);       // x 4 B
  CHECK(read_of_constants(network, "embed") == 4096.0);      // 16 rows x 64 x 4 B
  CHECK(read_of_constants(network, "logits") == 7680000.0);  // the table, transposed once and for all
  CHECK(layer(network, "logits").macs == 30720000);          // 16 x 30,000 outputs x 64
  CHECK(network.shared_weights().at(0).name == "table");
}

TEST_CASE("A lookup reads the rows that it takes, and its table is stored whole") {
  const auto network = import_cost("lookups");
  CHECK(moved(network, "gather") == 128 + 4096 + 4096);         // 16 indices of 8 B, 16 x 64 x 4 B read and written
  CHECK(read_of_constants(network, "gather_int8") == 1024.0);   // 16 x 64 x 1 B
  CHECK(read_of_constants(network, "elements") == 512.0);       // 2 x 64 x 4 B
  CHECK(read_of_constants(network, "points_of") == 768.0);      // 3 x 64 x 4 B
  CHECK(read_of_constants(network, "add_position") == 4096.0);  // 16 of 512 rows
  CHECK(layer(network, "add_position").parameters == 32768);    // 512 x 64, all of them stored
  CHECK(network.total_parameters() == (30000 + 1000 + 500 + 512) * 64);
  CHECK(network.total_weights().value() == (30000 * 4 + 1000 + 500 * 4 + 512 * 4) * 64.0);
}

TEST_CASE("Parts of one stored matrix are read in part, and it counts once") {
  const auto network = import_cost("packed_weight");
  CHECK(network.total_parameters() == 192);  // 8 x 24
  for (const auto* name : {"product_q", "product_k", "product_v"}) {
    CHECK(read_of_constants(network, name) == 256.0);  // 8 x 8 x 4 B
    CHECK(layer(network, name).shares == std::vector<std::size_t>{0});
  }
}

TEST_CASE("Dilation, groups and transposition come in") {
  const auto network = import_cost("attributes");
  CHECK(layer(network, "dilated").dilation == std::vector<int>{4, 4});
  CHECK(layer(network, "dilated").macs == 36864);  // 4 x 16 x 16 outputs x 36
  CHECK(layer(network, "pool").dilation == std::vector<int>{3, 3});
  CHECK(layer(network, "up").transposed);
  CHECK(layer(network, "up").groups == 2);
  CHECK(layer(network, "up").dilation == std::vector<int>{2, 2});
  CHECK_FALSE(layer(network, "plain").transposed);
  CHECK_FALSE(layer(network, "plain").is_dilated());
}

TEST_CASE("Each output is a tensor of its own, and a reader reads what it names") {
  const auto network = import_cost("several_outputs");
  const auto& split = layer(network, "split");
  REQUIRE(split.outputs.size() == 3);
  CHECK(split.outputs[2].shape == Shape{1, 6});
  CHECK(split.output.value() == 48.0);                   // 12 x 4 B
  CHECK(read_of_inputs(network, "of_q") == 8.0);         // 2 x 4 B
  CHECK(read_of_inputs(network, "of_k_and_v") == 40.0);  // (4 + 6) x 4 B
  CHECK(layer(network, "top").outputs[1].dtype == "int64");
  CHECK(layer(network, "top").output.value() == 36.0);  // 3 values of 4 B, 3 indices of 8 B
  CHECK(read_of_inputs(network, "score") == 12.0);
  CHECK(read_of_inputs(network, "places") == 24.0);
  CHECK(layer(network, "places").dtype == "int32");
}

TEST_CASE("Operators between a dequantiser and a quantiser are int8, and so are their tensors") {
  const auto network = import_cost("qdq");
  CHECK(layer_names(network) ==
        Names{"image", "quantise_image", "conv", "relu", "add", "pool", "dequantise_p_q", "flatten", "float_product"});
  const auto& conv = layer(network, "conv");
  CHECK(conv.precision == dnn::Precision::int8);
  CHECK(conv.dtype == "int8");
  CHECK(conv.weights.value() == 160.0);              // 4 x 4 x 9 x 1 B + 4 x 4 B
  CHECK(moved(network, "conv") == 256 + 256 + 160);  // 4 x 8 x 8 x 1 B in and out
  CHECK(moved(network, "relu") == 256 + 256);
  CHECK(moved(network, "add") == 512 + 256);
  CHECK(layer(network, "add").precision == dnn::Precision::int8);
  CHECK(layer(network, "pool").output.value() == 4.0);
  CHECK(layer(network, "dequantise_p_q").output.value() == 16.0);  // 4 x 4 B
  CHECK(layer(network, "float_product").precision == dnn::Precision::floating);
  CHECK(network.dtype() == "int8");
}

TEST_CASE("A weight is int8 where it is read as such, though it be stored in fp32") {
  const auto network = import_cost("qdq_weights");
  const auto& trained = layer(network, "trained");
  CHECK(trained.precision == dnn::Precision::int8);
  CHECK(trained.weights.value() == 432.0);                // 108 x 4 B stored
  CHECK(read_of_constants(network, "trained") == 108.0);  // 108 x 1 B read
  CHECK(layer(network, "gate").dtype == "fp32");
  const auto& weight_only = layer(network, "weight_only");
  CHECK(weight_only.precision == dnn::Precision::floating);  // its input is fp32
  CHECK(read_of_constants(network, "weight_only") == 8.0);   // 4 x 2 x 1 B, also behind a transposition
}

TEST_CASE("A tensor may be read as numbers by one layer and as integers by the next") {
  const auto network = import_cost("qdq_both_ways");
  CHECK(layer_names(network) ==
        Names{"image", "quantise_image", "dequantise_image_q", "floats", "integers", "dequantise_c_q"});
  CHECK(read_of_inputs(network, "floats") == 300.0);  // 3 x 5 x 5 x 4 B
  CHECK(read_of_inputs(network, "integers") == 75.0);
  CHECK(layer(network, "integers").precision == dnn::Precision::int8);
  CHECK(layer(network, "integers").inputs == std::vector<dnn::LayerIndex>{1});
}

TEST_CASE("A product of integers may give floats, and a float is not multiplied in int8") {
  const auto network = import_cost("qdq_product");
  CHECK(layer_names(network) == Names{"image", "quantise_image", "integers", "floats"});
  CHECK(layer(network, "integers").precision == dnn::Precision::int8);
  CHECK(layer(network, "integers").dtype == "fp32");
  CHECK(moved(network, "integers") == 8 + 32 + 96);  // 8 x 1 B in, 8 x 4 B out, 64 x 1 B and a bias of 8 x 4 B
  CHECK(layer(network, "floats").precision == dnn::Precision::floating);
  CHECK(network.total_parameters() == 72);  // 64, which both read, and the bias
}

TEST_CASE("Integer operators are int8, whatever they give out") {
  const auto network = import_cost("integer_operators");
  CHECK(layer(network, "conv").precision == dnn::Precision::int8);
  CHECK(layer(network, "conv").dtype == "int32");
  CHECK(layer(network, "conv").weights.value() == 108.0);
  CHECK(layer(network, "scale").precision == dnn::Precision::floating);
  CHECK(read_of_inputs(network, "conv") == 76.0);  // 75 x 1 B and a zero point
}

TEST_CASE("A weight whose first reader leads nowhere counts at the next") {
  const auto network = import_cost("shared_with_a_dead_end");
  CHECK(layer_names(network) == Names{"image", "alive"});
  CHECK(network.total_parameters() == 64);
  CHECK(network.shared_weights().empty());
}

TEST_CASE("What constants and outputs cost reads back from a file as it was") {
  for (const auto* name : {"computed_constants", "two_scales", "tied_embeddings", "lookups", "packed_weight",
                           "attributes", "several_outputs", "qdq", "qdq_weights", "qdq_product", "integer_operators"}) {
    const auto network = import_cost(name);
    const auto text = dnn::write_network(network);
    const auto again = dnn::read_network(config::parse_text(text, name));
    CHECK(dnn::write_network(again) == text);
    CHECK(again.total_parameters() == network.total_parameters());
    for (dnn::LayerIndex v = 0; v < network.size(); ++v) {
      INFO(name << ", " << network.layer(v).name);
      CHECK(again.moved_bytes(v) == network.moved_bytes(v));
      CHECK(again.layer(v).precision == network.layer(v).precision);
    }
  }
}

TEST_CASE("What says how a weight is made is no part of it") {
  const auto network = import_cost("made_weights");
  const auto parameters = [&](const std::string& name) { return layer(network, name).parameters; };
  CHECK(parameters("scaled") == 20);  // 5 x 4, not the factor
  CHECK(parameters("picked") == 40);  // 10 x 4, not the 5 indices
  CHECK(parameters("sliced") == 32);  // 8 x 4, not the bounds
  CHECK(parameters("padded") == 16);  // 4 x 4, not what fills the padding
  for (const auto* name : {"scaled", "picked", "sliced", "padded"}) {
    CHECK(read_of_constants(network, name) == 80.0);  // 5 x 4 x 4 B
  }
}

TEST_CASE("An output is left out that only a dead end or a branch not taken reads") {
  const auto network = import_cost("outputs_for_a_dead_end");
  const auto& split = layer(network, "split");
  CHECK(split.outputs.empty());
  CHECK(split.output.value() == 12.0);  // the first 3 of 9 numbers
  CHECK(split.shape == Shape{1, 3});
  CHECK(moved(network, "split") == 36.0 + 12.0);
}

TEST_CASE("Queries that are stored are parameters") {
  const auto network = import_cost("learned_queries");
  CHECK(layer(network, "attention").parameters == 32);         // 4 x 8
  CHECK(read_of_constants(network, "attention") == 128.0);     // 32 x 4 B
  CHECK(layer(network, "attention").macs == 4 * 9 * (8 + 8));  // 2 heads x 4 x 9 x (4 + 4)
}

}  // namespace edgecut::weights_test
