// Models under fixtures/shapes/ are made by make_shape_fixtures.py. Shapes beside the tests are by hand; the same models
// and a thousand more are held against onnxruntime by tests/cli/measure_test.py.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "onnx/import_model.hpp"
#include "onnx/imported.hpp"

namespace edgecut::shapes_test {
using Catch::Matchers::Contains;
using onnx_import::Imported;
using onnx_import::ImportError;
using onnx_import::ImportOptions;
using test::layer;
using Shape = std::vector<std::int64_t>;
using Names = std::vector<std::string>;

namespace {

Imported import_fixture(const std::string& name, const ImportOptions& options = {}) {
  return onnx_import::import_model(test::fixture("shapes/" + name), options);
}

std::string refusal(const std::string& name, const ImportOptions& options = {}) {
  return test::refusal(test::fixture("shapes/" + name), options);
}

ImportOptions with_shapes(std::map<std::string, Shape> shapes) {
  ImportOptions options;
  options.input_shapes = std::move(shapes);
  return options;
}

}  // namespace

TEST_CASE("A pool's last window that would begin in the padding at the end is dropped") {
  // 17 + 2 padding - 2 = 17; ceil(17 / 2) + 1 = 10 windows; the tenth begins at 18 = 17 + 1: in the padding.
  for (const auto* name : {"pool_stated", "max_pool_stated"}) {
    const auto imported = import_fixture(name);
    CHECK(layer(imported, "pool").shape == Shape{1, 3, 9, 9});
    CHECK(imported.warnings.empty());  // the file says the same
  }
}

TEST_CASE("A shape that the file states and its operator contradicts is told with both") {
  const auto imported = import_fixture("pool_contradicted");
  CHECK(layer(imported, "pool").shape == Shape{1, 3, 9, 9});
  CHECK(imported.warnings == Names{"node 'pool' (AveragePool): the file states fp32 1x3x10x10 for 'p', its operator "
                                   "gives fp32 1x3x9x9, which is taken"});
}

TEST_CASE("What a file states is not held against an input that is given another shape") {
  const auto imported = import_fixture("pool_contradicted", with_shapes({{"image", {1, 3, 33, 33}}}));
  CHECK(layer(imported, "pool").shape == Shape{1, 3, 17, 17});  // ceil(33 / 2) + 1 = 18, the last in the padding
  CHECK(imported.warnings.empty());
}

TEST_CASE("An average pool is dilated since operator set 19, and before that refused") {
  CHECK(layer(import_fixture("pool_dilated"), "layer").shape == Shape{1, 1, 5, 5});  // 9 - (2 x (3 - 1) + 1) + 1 = 5
  CHECK_THAT(refusal("pool_dilated_too_early"),
             Contains("node 'layer' (AveragePool): attribute 'dilations' is not known"));
}

TEST_CASE("A dilated pool whose padding runtimes count in two ways is refused") {
  CHECK_THAT(refusal("pool_same_dilated"), Contains("must state 'pads'"));
}

TEST_CASE("A kernel that the attribute and the weight state differently is refused") {
  CHECK_THAT(refusal("kernel_contradicted"), Contains("shapes 5x5 and 3x3 do not fit"));
}

TEST_CASE("A resize keeps the aspect ratio as its policy says") {
  // The smallest of 1 / 1, 3 / 3, 40 / 10 and 40 / 20 is 1.
  CHECK(layer(import_fixture("resize_not_larger"), "layer").shape == Shape{1, 3, 10, 20});
  // The largest of 40 / 10 and 30 / 20 is 4: 10 x 4, 20 x 4.
  CHECK(layer(import_fixture("resize_not_smaller"), "layer").shape == Shape{1, 3, 40, 80});
  CHECK_THAT(refusal("resize_unknown_policy"), Contains("'biggest'; known: stretch, not_larger, not_smaller"));
}

TEST_CASE("A resize of some axes leaves the others as they are") {
  CHECK(layer(import_fixture("resize_axes"), "layer").shape == Shape{1, 3, 5, 50});  // floor(10 x 0.55), 20 x 2.5
  CHECK_THAT(refusal("attribute_of_later"), Contains("attribute 'axes' is not known"));
}

TEST_CASE("A quantisation has the type that it states since operator set 21") {
  CHECK(layer(import_fixture("quantize_to_int8"), "layer").output.value() == 6.0);  // 6 x 1 B
  CHECK(import_fixture("quantize_to_int8").network.dtype() == "int8");
}

TEST_CASE("A split into parts that are not equal has a smaller last one since operator set 18") {
  const auto imported = import_fixture("split_uneven");
  const auto& split = layer(imported, "layer");
  CHECK(split.shape == Shape{1, 3});    // 7 = 3 + 3 + 1
  CHECK(split.output.value() == 28.0);  // 7 x 4 B
  CHECK_THAT(refusal("split_uneven_too_early"), Contains("splits 7 into 3 parts"));
}

TEST_CASE("A padding of some axes leaves the others as they are") {
  CHECK(layer(import_fixture("pad_axes"), "layer").shape == Shape{1, 3, 14, 12});  // 8 + 2 + 4, 8 + 1 + 3
}

TEST_CASE("Operators that ONNX defines by others have the shape of their input") {
  const auto imported = import_fixture("functions");
  for (const auto* name : {"gelu", "mish", "group_norm", "layer_norm", "rms_norm"}) {
    INFO(name);
    CHECK(layer(imported, name).shape == Shape{1, 4, 6, 5});
  }
  CHECK(layer(imported, "gelu").kind == dnn::LayerKind::activation);
  CHECK(layer(imported, "rms_norm").kind == dnn::LayerKind::normalization);
}

TEST_CASE("An attribute or operator that the operator set does not have is refused by name") {
  CHECK_THAT(refusal("unknown_attribute"), Contains("node 'layer' (Relu): attribute 'slope' is not known"));
  CHECK_THAT(refusal("operator_of_later"), Contains("node 'layer' (Gelu): operator set 19 has no such operator"));
  CHECK_THAT(refusal("operator_withdrawn"), Contains("node 'layer' (Upsample): operator set 13 has no such operator"));
}

TEST_CASE("An operator set newer than the newest known is warned of") {
  const auto imported = import_fixture("operator_set_99");
  REQUIRE(imported.warnings.size() == 1);
  CHECK_THAT(imported.warnings[0], Contains("operator set 99 is newer than 26"));
}

TEST_CASE("One symbol is one size wherever it stands") {
  const auto imported = import_fixture("two_symbols", with_shapes({{"image", {5, 8}}}));
  CHECK(layer(imported, "other").shape == Shape{8, 5});  // n is 5
  CHECK(layer(imported, "product").shape == Shape{5, 5});
  CHECK_THAT(refusal("two_symbols", with_shapes({{"image", {5, 8}}, {"other", {8, 6}}})),
             Contains("dimension 'n' is 6 in input 'other' and 5 before: one name is one size"));
}

TEST_CASE("A symbol tells the size of what hangs on the data, where an input binds it") {
  const auto imported = import_fixture("symbol_of_the_result", with_shapes({{"other", {3, 7}}}));
  CHECK(layer(imported, "image").shape == Shape{7, 2});
  CHECK(layer(imported, "places").shape == Shape{2, 7});
}

TEST_CASE("Every input whose shape is not fixed is named at once, with its rank") {
  CHECK_THAT(refusal("many_open"),
             Contains("input 'image' (3 dimensions, batch x height x 3), input 'a' (3 dimensions, batch x height x 1), "
                      "input 'c' (the file does not say how many dimensions)"));
  CHECK_THAT(refusal("many_open"), Contains("--input image=1x?x3 --input a=1x?x1 --input c=1x3x224x224"));
  // One of them binds the height of both.
  const auto imported = import_fixture("many_open", with_shapes({{"a", {1, 6, 1}}, {"c", {3}}}));
  CHECK(layer(imported, "image").shape == Shape{1, 6, 3});
}

TEST_CASE("A size of 0 or -1 is one that is open") {
  CHECK_THAT(refusal("minus_one"), Contains("input 'image' (4 dimensions, ? x 3 x ? x 8); give --input image=?x3x?x8"));
  CHECK(layer(import_fixture("minus_one", with_shapes({{"image", {2, 3, 5, 8}}})), "relu").shape == Shape{2, 3, 5, 8});
}

TEST_CASE("Nodes out of order are read after those that they read") {
  const auto imported = import_fixture("unsorted");
  Names names;
  for (const auto& l : imported.network.layers()) names.push_back(l.name);
  CHECK(names == Names{"image", "first", "second", "third"});
  CHECK(imported.warnings == Names{"its nodes are out of order, and are read after those that they read"});
}

TEST_CASE("A shape that lies in a file beside the model is read from there") {
  CHECK(layer(import_fixture("external"), "reshape").shape == Shape{2, 3, 4});
  CHECK_THAT(refusal("external_missing"), Contains("tensor 's': its file 'nowhere.data' is not there"));
  CHECK_THAT(refusal("external_outside"), Contains("its file '../shapes/reshape.data' is not beside the model"));
}

TEST_CASE("A model of these with one wrong byte is read or refused") {
  const auto folder = std::filesystem::temp_directory_path() / fmt::format("edgecut_{}", std::random_device{}());
  std::filesystem::create_directory(folder);
  const auto changed = folder / "changed.onnx";
  for (const auto& entry : std::filesystem::directory_iterator(test::fixture("shapes/scan").parent_path())) {
    if (entry.path().extension() != ".onnx") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string whole{std::istreambuf_iterator<char>(in), {}};
    for (std::size_t i = 0; i < whole.size(); i += 7) {
      auto bytes = whole;
      bytes[i] = static_cast<char>(bytes[i] ^ (i % 2 == 0 ? 0xFF : 0x10));
      std::ofstream(changed, std::ios::binary) << bytes;
      INFO(entry.path().filename() << ", byte " << i);
      try {
        onnx_import::import_model(changed, {});
      } catch (const ImportError& error) {
        CHECK_THAT(error.what(), Contains("changed.onnx: "));
      }
    }
  }
  std::filesystem::remove_all(folder);
}

}  // namespace edgecut::shapes_test
