// Small networks for tests, written layer by layer.
#pragma once

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "dnn/network.hpp"

namespace edgecut {

struct LayerSpec {
  std::string name;
  std::vector<dnn::LayerIndex> inputs;  // none: a network input
  double output = 4.0;                  // bytes
  double weights = 0.0;                 // bytes
  std::int64_t macs = 0;
  std::int64_t parameters = 0;
  dnn::LayerKind kind = dnn::LayerKind::other;
};

inline dnn::Network make_network(const std::vector<LayerSpec>& specs, const std::string& name = "net") {
  std::vector<dnn::Layer> layers;
  for (const auto& spec : specs) {
    dnn::Layer layer;
    layer.name = spec.name;
    layer.kind = spec.inputs.empty() ? dnn::LayerKind::input : spec.kind;
    layer.shape = {1};
    layer.inputs = spec.inputs;
    layer.output = Bytes(spec.output);
    layer.weights = Bytes(spec.weights);
    layer.macs = spec.macs;
    layer.parameters = spec.parameters;
    layers.push_back(layer);
  }
  return dnn::Network(name, name, "test", "fp32", layers);
}

/// A DAG of `size` layers of which the first `inputs` are inputs; every other layer reads one to three of the layers
/// before it. Sizes are small whole numbers, so that sums are exact.
inline dnn::Network random_network(std::mt19937& random, std::size_t size, std::size_t inputs = 1) {
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  std::vector<LayerSpec> specs;
  for (std::size_t v = 0; v < size; ++v) {
    LayerSpec spec;
    spec.name = "l" + std::to_string(v);
    spec.output = static_cast<double>(1 + below(20));
    if (v >= inputs) {
      const auto count = 1 + below(3);
      for (std::size_t i = 0; i < count; ++i) {
        const auto u = below(v);
        if (std::find(spec.inputs.begin(), spec.inputs.end(), u) == spec.inputs.end()) spec.inputs.push_back(u);
      }
      spec.weights = static_cast<double>(below(30));
      spec.macs = static_cast<std::int64_t>(below(100));
      spec.parameters = static_cast<std::int64_t>(below(100));
    }
    specs.push_back(spec);
  }
  return make_network(specs);
}

}  // namespace edgecut
