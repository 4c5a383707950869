#include "dnn/complexity.hpp"

#include <catch2/catch.hpp>
#include <random>
#include <set>

#include "config/value.hpp"
#include "dnn/network_file.hpp"
#include "dnn/resnet18_author_figures.hpp"

namespace edgecut::dnn::complexity_test {
namespace {

Network read(const std::string& file) {
  return read_network(config::parse_file(std::string(EDGECUT_SOURCE_DIR) + "/" + file));
}

Layer layer(std::string name, double weights, double output, std::vector<LayerIndex> inputs) {
  Layer result;
  result.name = std::move(name);
  result.kind = inputs.empty() ? LayerKind::input : LayerKind::other;
  result.shape = {1};
  result.weights = Bytes(weights);
  result.output = Bytes(output);
  result.inputs = std::move(inputs);
  return result;
}

Network network_of(std::vector<Layer> layers) {
  return {"test", "test", "the test", "fp32", std::move(layers)};
}

// A random connected DAG: each layer reads one or two earlier ones.
Network random_network(std::mt19937& random, std::size_t size) {
  std::vector<Layer> layers{layer("input", 0, 10, {})};
  for (std::size_t v = 1; v < size; ++v) {
    std::set<LayerIndex> inputs{random() % v};
    if (random() % 2 == 0) inputs.insert(random() % v);
    layers.push_back(layer("v" + std::to_string(v), static_cast<double>(random() % 50),
                           static_cast<double>(1 + random() % 100), {inputs.begin(), inputs.end()}));
  }
  return network_of(std::move(layers));
}

TEST_CASE("author_literal complexity of ResNet-18 is what the author's tool prints, layer by layer") {
  const auto network = read("tests/dnn/fixtures/resnet18_unfolded.yaml");
  std::size_t row = 0;
  for (LayerIndex v = 0; v < network.size(); ++v) {
    const auto kind = network.layer(v).kind;
    // The tool lists modules; additions, flattening and the input are none.
    if (kind == LayerKind::input || kind == LayerKind::elementwise || kind == LayerKind::data_movement) continue;
    REQUIRE(row < tests::resnet18_author_figures.size());
    const auto& expected = tests::resnet18_author_figures[row++];
    const auto actual = author_complexity(network, v);
    INFO(expected.layer << " against " << network.layer(v).name);
    CHECK(actual.parameters == expected.parameters);
    CHECK(actual.flops == expected.flops);
    CHECK(actual.memory_MiB == Approx(expected.memory_MiB).margin(0.01).epsilon(0));
    // The tool prints energies with two decimals.
    CHECK(actual.energy_pJ == Approx(expected.energy_pJ).epsilon(1e-7).margin(0.005));
  }
  CHECK(row == 60);
}

TEST_CASE("corrected energy is 4.6 pJ per MAC and 160 pJ per byte of input, output and weights") {
  auto second = layer("conv", 36, 400, {0});
  second.macs = 1000;
  const auto network = network_of({layer("input", 0, 64, {}), second});
  // 1000 x 4.6e-12 + (64 + 400 + 36) x 640e-12 / 4 = 4.6e-9 + 500 x 160e-12 = 4.6e-9 + 80e-9
  CHECK(corrected_energy(network, 1).value() == Approx(84.6e-9).epsilon(1e-12));
}

TEST_CASE("peak memory of a residual block is the largest live set, not the sum of all tensors") {
  // input (100) -> a (80) -> b (60) -> add(b, input) (50) -> last (5); weights 1, 2, 0, 4.
  const auto network = network_of({layer("input", 0, 100, {}), layer("a", 1, 80, {0}), layer("b", 2, 60, {1}),
                                   layer("add", 0, 50, {0, 2}), layer("last", 4, 5, {3})});
  // Live while a runs: 100 + 80; b: 100 + 80 + 60 = 240 (a still read); add: 100 + 60 + 50; last: 50 + 5.
  CHECK(peak_memory(network, prefix(5, 4)) == Bytes(1 + 2 + 4 + 240));
  // The tail after a: input (100) and a (80) arrive; b runs: 240; then add: 100 + 60 + 50. Weights 2 + 0 + 4.
  Placement tail = prefix(5, 1);
  tail.flip();
  CHECK(peak_memory(network, tail) == Bytes(6 + 240));
  // The head that ends with b keeps input and b for sending: peak is still 240 while b runs.
  CHECK(peak_memory(network, prefix(5, 2)) == Bytes(3 + 240));
}

TEST_CASE("peak memory agrees with replaying every layer on random networks") {
  std::mt19937 random(7);
  for (int trial = 0; trial < 200; ++trial) {
    const auto network = random_network(random, 3 + random() % 12);
    const LayerIndex last = random() % network.size();
    const auto part = prefix(network.size(), last);
    Bytes weights;
    Bytes peak;
    for (LayerIndex v = 0; v <= last; ++v) {
      weights += network.layer(v).weights;
      // While v runs, a tensor u <= v is alive if v or a later layer reads it, or somebody in the cloud, or nobody.
      Bytes live;
      for (LayerIndex u = 0; u <= v; ++u) {
        const auto& readers = network.graph().consumers(u);
        const bool kept = u == v || readers.empty() ||
                          std::any_of(readers.begin(), readers.end(), [&](LayerIndex w) { return w >= v; });
        if (kept) live += network.layer(u).output;
      }
      peak = std::max(peak, live);
    }
    INFO("trial " << trial);
    CHECK(peak_memory(network, part) == weights + peak);
  }
}

TEST_CASE("the number of plans equals the number of downward-closed sets found by trying every set") {
  std::mt19937 random(11);
  for (int trial = 0; trial < 60; ++trial) {
    const auto network = random_network(random, 2 + random() % 11);
    double closed = 0;
    for (unsigned set = 1; set < (1U << network.size()); set += 2) {  // the input, bit 0, is always in
      Placement placement(network.size());
      for (LayerIndex v = 0; v < network.size(); ++v) placement[v] = ((set >> v) & 1U) != 0;
      if (network.graph().is_downward_closed(placement)) ++closed;
    }
    INFO("trial " << trial);
    REQUIRE(count_plans(network).has_value());
    CHECK(*count_plans(network) == closed);
  }
}

TEST_CASE("counting plans gives up rather than take for ever") {
  // 40 layers side by side: 2^40 sets.
  std::vector<Layer> layers{layer("input", 0, 1, {})};
  std::vector<LayerIndex> all;
  for (std::size_t v = 1; v <= 40; ++v) {
    layers.push_back(layer("v" + std::to_string(v), 0, 1, {0}));
    all.push_back(v);
  }
  layers.push_back(layer("join", 0, 1, all));
  CHECK_FALSE(count_plans(network_of(layers), 10000).has_value());
}

TEST_CASE("inside a ResNet-18 block two tensors cross a cut: 1,605,632 B, not 802,816") {
  const auto network = read("scenarios/networks/resnet18.yaml");
  const auto layers = complexity(network);
  // After the first convolution of layer1.0: its own output and the block's input, 64 x 56 x 56 x 4 B each.
  for (LayerIndex v = 0; v < network.size(); ++v) {
    if (network.layer(v).name == "/layer1/layer1.0/conv1/Conv") CHECK(layers[v].crossing == Bytes(2 * 802816));
    if (network.layer(v).name == "/maxpool/MaxPool") CHECK(layers[v].crossing == Bytes(802816));
  }
}

TEST_CASE("cumulative shares end at one and never fall") {
  for (const auto* name : {"alexnet", "googlenet", "shufflenet_v2_x1_0"}) {
    const auto layers = complexity(read(std::string("scenarios/networks/") + name + ".yaml"));
    for (std::size_t v = 1; v < layers.size(); ++v) {
      CHECK(layers[v].macs_share >= layers[v - 1].macs_share);
      CHECK(layers[v].energy_share >= layers[v - 1].energy_share);
    }
    CHECK(layers.back().macs_share == Approx(1.0).epsilon(1e-12));
    CHECK(layers.back().parameters_share == Approx(1.0).epsilon(1e-12));
    CHECK(layers.back().crossing == Bytes());
  }
}

}  // namespace
}  // namespace edgecut::dnn::complexity_test
