// Models that contradict themselves, each refused for one reason and by name. Models under fixtures/broken/ are made by
// make_broken_fixtures.py.
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "onnx/import_model.hpp"
#include "onnx/imported.hpp"

namespace edgecut::broken_test {
using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;
using Shape = std::vector<std::int64_t>;

namespace {

onnx_import::Imported import_fixture(const std::string& name) {
  return onnx_import::import_model(test::fixture("broken/" + name), {});
}

std::string refusal(const std::string& name) {
  return test::refusal(test::fixture("broken/" + name));
}

}  // namespace

TEST_CASE("A bias has one number an output channel") {
  CHECK_THAT(refusal("bias_of_conv"), EndsWith("node 'layer' (Conv): shapes 2 and 7 do not fit"));
  CHECK_THAT(refusal("bias_of_conv_flat"), EndsWith("(Conv): shapes 2 and 2x1 do not fit"));
  CHECK_THAT(refusal("bias_of_transposed"), EndsWith("(ConvTranspose): shapes 3 and 4 do not fit"));
  CHECK_THAT(refusal("lstm_bias"), EndsWith("(LSTM): shapes 1x48 and 1x7 do not fit"));  // 2 x 4 gates x 6
}

TEST_CASE("A normalization has one number a channel") {
  CHECK_THAT(refusal("batch_norm"), EndsWith("(BatchNormalization): shapes 4 and 5 do not fit"));
  CHECK_THAT(refusal("instance_norm"), EndsWith("(InstanceNormalization): shapes 4 and 5 do not fit"));
  CHECK_THAT(refusal("group_norm"), EndsWith("attribute 'num_groups' is 3, which does not divide 4 channels"));
  CHECK(import_fixture("group_norm_18").network.total_parameters() ==
        2);  // one a group before operator set 21, and one tensor for both
  CHECK(import_fixture("batch_norm_by_place").network.total_parameters() == 144);  // one tensor of 4 x 6 x 6
}

TEST_CASE("An attribute is of the type that its operator gives it, and stands once") {
  CHECK_THAT(refusal("strides_of_one"),
             EndsWith("attribute 'strides' must be a list of whole numbers, not a whole number"));
  CHECK_THAT(refusal("axis_of_a_half"),
             EndsWith("attribute 'axis' must be a whole number, not a number with a fraction"));
  CHECK_THAT(refusal("strides_twice"), EndsWith("attribute 'strides' is given twice"));
}

TEST_CASE("Groups divide the channels of a transposed convolution") {
  CHECK_THAT(refusal("groups_of_transposed"), EndsWith("shapes 1x4x8x8 and 4x2x3x3 do not fit"));
}

TEST_CASE("A size beyond 64 bits is refused and does not wrap around") {
  // (2^34 + 16) x (2^31 - 1) is about 2^65.
  CHECK_THAT(refusal("stride_beyond_64_bits"), EndsWith("its size or work is beyond any real network"));
}

TEST_CASE("Operands are of one type") {
  CHECK_THAT(refusal("types_of_sum"), EndsWith("its inputs are fp32 and int64: they must be of one type"));
  CHECK_THAT(refusal("types_of_weight"), EndsWith("its inputs are fp32 and int64: they must be of one type"));
  CHECK_THAT(refusal("float_indices"), EndsWith("input 1 must be whole numbers"));
}

TEST_CASE("A type without a size is named") {
  CHECK_THAT(refusal("four_bits"), EndsWith("weight 'w' is of type int4, whose size is not known here"));
}

TEST_CASE("A Resize has scales or sizes, not both") {
  CHECK_THAT(refusal("scales_and_sizes"), EndsWith("has both scales and sizes"));
}

TEST_CASE("Bodies without a node are not run for ever") {
  CHECK_THAT(refusal("idle_loop"), EndsWith("node 'loop' (Loop): makes more than 100000 trips"));
  CHECK_THAT(refusal("idle_scan"), EndsWith("node 'scan' (Scan): makes more than 100000 trips"));
}

TEST_CASE("A weight has as many numbers as its shape says, or none") {
  CHECK_THAT(refusal("half_a_weight"), EndsWith("initialiser 'w': holds 40 bytes, its shape 80"));  // 5 x 4 x 4 B
  CHECK_THAT(refusal("too_few_numbers"), EndsWith("initialiser 'w': holds 19 numbers, its shape 20"));
}

TEST_CASE("An initialiser whose stated shape is another is told with both") {
  const auto imported = import_fixture("declared_otherwise");
  CHECK(imported.network.total_parameters() == 20);  // 5 x 4
  REQUIRE(imported.warnings.size() == 1);
  CHECK(imported.warnings[0] == "initialiser 'w': the file states fp32 5x7, its numbers are fp32 5x4, which is taken");
}

TEST_CASE("A cycle and a tensor that nothing makes are told apart") {
  CHECK_THAT(refusal("cycle"), EndsWith("node 'add' (Add): reads 'b', which stands in a cycle or behind one"));
  CHECK_THAT(refusal("made_by_nothing"), EndsWith("reads 'nothing', which no node, input or initialiser makes"));
  CHECK_THAT(refusal("scalar_image"), EndsWith("shapes scalar and 2x4x3x3 do not fit"));
}

TEST_CASE("A second node of one name does not take the name of a third") {
  const auto imported = import_fixture("same_names");
  std::vector<std::string> names;
  for (const auto& layer : imported.network.layers()) names.push_back(layer.name);
  CHECK(names == std::vector<std::string>{"image", "n", "n_3", "n_2"});
}

TEST_CASE("A remainder with fmod has the sign of the first number") {
  // fmod(-5, 3) = -2, of which the absolute value is the shape; without fmod it were 1.
  CHECK(import_fixture("mod_of_c").network.layers().back().shape == Shape{2});
}

TEST_CASE("A folder and a pointer of Git LFS are told") {
  CHECK_THAT(test::refusal(test::fixture("broken/cycle").parent_path()), EndsWith("is a folder, not a model"));
  const auto pointer =
      std::filesystem::temp_directory_path() / ("edgecut_" + std::to_string(std::random_device{}()) + ".onnx");
  std::ofstream(pointer) << "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n";
  CHECK_THAT(test::refusal(pointer), Contains("a pointer of Git LFS, not the model itself"));
  std::filesystem::remove(pointer);
}

}  // namespace edgecut::broken_test
