// Models under fixtures/shapes/ are made by make_shape_fixtures.py.
#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "onnx/import_model.hpp"
#include "onnx/imported.hpp"

namespace edgecut::control_flow_test {
using Catch::Matchers::Contains;
using onnx_import::Imported;
using onnx_import::ImportError;
using onnx_import::ImportOptions;
using test::layer;
using test::layer_names;
using Shape = std::vector<std::int64_t>;
using Names = std::vector<std::string>;

namespace {

ImportOptions options_of(const Names& inputs, const Names& branches = {}) {
  ImportOptions options;
  for (const auto& text : inputs) onnx_import::add_input(options, text);
  for (const auto& text : branches) onnx_import::add_branch(options, text);
  return options;
}

Imported import_fixture(const std::string& name, const ImportOptions& options = {}) {
  return onnx_import::import_model(test::fixture("shapes/" + name), options);
}

std::string refusal(const std::string& name, const ImportOptions& options = {}) {
  return test::refusal(test::fixture("shapes/" + name), options);
}

}  // namespace

TEST_CASE("An If whose condition folds is the branch that it picks") {
  const auto large = import_fixture("if_large");  // a height of 16 is above 10
  CHECK(layer_names(large) == Names{"image", "large"});
  CHECK(large.network.total_parameters() == 216);  // 8 x 27: the other branch's weights are none of the network
  CHECK(layer_names(import_fixture("if_small")) == Names{"image", "small"});  // 8 is not
}

TEST_CASE("An If whose condition hangs on a scalar input is settled by that input's value") {
  CHECK(layer_names(import_fixture("if_scalar", options_of({"rate=16000"}))) == Names{"image", "large"});
  CHECK(layer_names(import_fixture("if_scalar", options_of({"rate=8000"}))) == Names{"image", "small"});
  CHECK_THAT(refusal("if_scalar"), Contains("--branch choose=else, or make an input without dimensions a constant, "
                                            "--input rate=NUMBER"));
}

TEST_CASE("A number for a list of one whole number is that number, and is said to be") {
  const auto imported = import_fixture("if_list", options_of({"rate=16000"}));
  CHECK(layer_names(imported) == Names{"image", "large"});
  CHECK(imported.warnings == Names{"input 'rate' holds one number, which is taken to be 16000"});
  CHECK(layer_names(import_fixture("if_list", options_of({"rate=[8000]"}))) == Names{"image", "small"});
}

TEST_CASE("In a branch, too, only what is read of a layer's outputs counts, and order does not") {
  const auto imported = import_fixture("if_last_state", options_of({"c=true"}));
  CHECK(layer(imported, "memory").shape == Shape{1, 2, 4});  // the last state: directions, batch, hidden
  CHECK(layer(imported, "memory").output.value() == 32.0);   // 8 x 4 B, not 3 steps of it
}

TEST_CASE("An If whose condition hangs on the data takes the branch that is named") {
  CHECK(layer_names(import_fixture("if_data", options_of({}, {"choose=then"}))).back() == "large");
  CHECK(layer_names(import_fixture("if_data", options_of({}, {"choose=else"}))).back() == "small");
  CHECK_THAT(refusal("if_data"), Contains("choose with --branch choose=then or --branch choose=else"));
  CHECK_THAT(refusal("if_data", options_of({}, {"chose=then"})), Contains("choose with --branch"));
}

TEST_CASE("A branch that is named for no If, or against a known condition, is refused") {
  CHECK_THAT(refusal("if_large", options_of({}, {"choose=else"})),
             Contains("it takes 'then', not the branch that --branch"));
  CHECK(layer_names(import_fixture("if_large", options_of({}, {"choose=then"}))).back() == "large");
  CHECK_THAT(refusal("if_large", options_of({}, {"other=then"})),
             Contains("--branch other=then: no If of this name is read"));
}

TEST_CASE("An If without a name is called by its first output") {
  CHECK(layer_names(import_fixture("if_unnamed", options_of({}, {"y=else"}))).back() == "small");
}

TEST_CASE("An If within an If has weights of its own") {
  const auto deep = import_fixture("if_nested", options_of({"c=true"}));
  CHECK(layer_names(deep) == Names{"image", "deep"});
  CHECK(deep.network.total_parameters() == 15);  // 5 x 3
  CHECK(layer_names(import_fixture("if_nested", options_of({"c=false"}))) == Names{"image", "other"});
  CHECK(layer_names(import_fixture("if_nested", options_of({}, {"outer=then", "inner=else"}))).back() == "flat");
}

TEST_CASE("A Loop of three trips is its body three times, with one weight") {
  const auto imported = import_fixture("loop");
  CHECK(layer(imported, "multiply_3").macs == 32);         // 2 x 4 outputs x 4
  CHECK(imported.network.total_macs() == 96);              // 3 x 32
  CHECK(imported.network.total_parameters() == 16);        // 4 x 4, once
  CHECK(layer(imported, "relu").shape == Shape{3, 2, 4});  // what each trip gives out, stacked
  CHECK(layer(imported, "sigmoid").shape == Shape{2, 4});  // what the last trip carries
}

TEST_CASE("A Loop whose trips an input counts takes that input's value, and is refused without") {
  CHECK(import_fixture("loop_open", options_of({"count=5"})).network.total_macs() == 160);  // 5 x 32
  CHECK_THAT(refusal("loop_open"),
             Contains("node 'repeat' (Loop): its number of trips is computed from the network's input"));
  CHECK_THAT(refusal("loop_open"), Contains("--input count=NUMBER"));
  CHECK_THAT(refusal("loop_open", options_of({"count=1000000"})), Contains("runs more than 100000 nodes"));
}

TEST_CASE("A Loop ends where its condition folds to false") {
  // It goes on while 2 x trip is below 4: after the trips 0 and 1, and not after 2.
  CHECK(layer_names(import_fixture("loop_counting")) == Names{"image", "step", "step_2", "step_3"});
}

TEST_CASE("What a Loop carries may grow") {
  CHECK(layer(import_fixture("loop_growing"), "grow_3").shape == Shape{4, 4});  // 1 + 3 rows
}

TEST_CASE("A Scan is its body once a step") {
  const auto imported = import_fixture("scan");
  CHECK(imported.network.total_macs() == 120);         // 5 steps x 2 x 4 outputs x 3
  CHECK(layer(imported, "project").parameters == 12);  // 3 x 4, once
  CHECK(layer(imported, "project_5").parameters == 0);
  CHECK(layer(imported, "relu").shape == Shape{2, 4, 5});  // 2 x 4 of each step, along the last axis
}

TEST_CASE("A step of a Scan reads its slice and not all that is scanned") {
  const auto imported = import_fixture("scan");
  const auto& network = imported.network;
  const auto read_of_inputs = [&](const std::string& name) {
    const auto found = std::ranges::find(network.layers(), name, &dnn::Layer::name);
    REQUIRE(found != network.layers().end());
    return network.input_bytes(static_cast<dnn::LayerIndex>(found - network.layers().begin())).value();
  };
  CHECK(read_of_inputs("walk_unstack1") == 120.0);  // 2 x 5 x 3 numbers, once
  CHECK(read_of_inputs("project") == 24.0);         // 2 x 3 numbers
  CHECK(read_of_inputs("project_5") == 24.0);
}

TEST_CASE("Recurrent layers count every step's features and state") {
  // 3 steps x batch 2 x directions x gates x 4 hidden x (5 features + 4 hidden)
  const auto lstm = import_fixture("lstm");
  CHECK(layer(lstm, "memory").macs == 864);                         // 6 x 1 x 4 x 4 x 9
  CHECK(layer(lstm, "memory").parameters == 176);                   // 16 x 5 + 16 x 4 + 32
  CHECK(layer(lstm, "memory").shape == Shape{3, 1, 2, 4});          // steps, directions, batch, hidden
  CHECK(layer(import_fixture("gru"), "memory").macs == 1296);       // 6 x 2 x 3 x 4 x 9
  CHECK(layer(import_fixture("gru"), "memory").parameters == 264);  // 2 x (12 x 5 + 12 x 4 + 24)
  CHECK(layer(import_fixture("rnn"), "memory").macs == 216);        // 6 x 1 x 1 x 4 x 9
}

TEST_CASE("Attention in one operator counts the scores and what they weigh") {
  // 4 heads x 6 queries x 10 keys x (8 of a key + 12 of a value): 32 / 4 heads, 24 / 2 heads
  const auto imported = import_fixture("attention");
  CHECK(layer(imported, "attend").macs == 4800);
  CHECK(layer(imported, "attend").shape == Shape{1, 6, 48});  // 4 heads x 12
}

TEST_CASE("What --input says is a shape, a number or a list of numbers") {
  const auto options = options_of({"a=1x2", "b=16000", "c=0.5", "d=true", "e=[1,2]", "f=-1"});
  CHECK(options.input_shapes.at("a") == Shape{1, 2});
  CHECK(options.input_shapes.at("b") == Shape{16000});
  CHECK(options.input_values.at("c").numbers == std::vector{0.5});
  CHECK(options.input_values.at("d").numbers == std::vector{1.0});
  CHECK(options.input_values.at("e").numbers == std::vector{1.0, 2.0});
  CHECK(options.input_values.at("e").is_list);
  CHECK(options.input_values.at("f").numbers == std::vector{-1.0});
  for (const auto* text : {"a", "=1", "a=", "a=[]", "a=[1,]", "a=[1,x]", "a=1x", "a=nan"}) {
    INFO(text);
    CHECK_THROWS_AS(options_of({text}), ImportError);
  }
  CHECK_THROWS_AS(options_of({"a=1", "a=2"}), ImportError);
  CHECK_THROWS_AS(options_of({"a=1x2", "a=0.5"}), ImportError);
  for (const auto* text : {"a", "=then", "a=", "a=both"}) {
    INFO(text);
    CHECK_THROWS_AS(options_of({}, {text}), ImportError);
  }
}

TEST_CASE("A number for an input that has dimensions is refused") {
  CHECK_THAT(refusal("if_large", options_of({"image=0.5"})),
             Contains("input 'image' has 4 dimensions: give its shape"));
  CHECK_THAT(refusal("loop_open", options_of({"count=[1,2]"})), Contains("input 'count' has 0 dimensions"));
  CHECK_THAT(refusal("loop_open", options_of({"counts=3"})), Contains("no input 'counts' (known: image, count)"));
}

}  // namespace edgecut::control_flow_test
