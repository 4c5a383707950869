#include "dnn/network.hpp"

#include <algorithm>
#include <functional>
#include <numeric>
#include <stdexcept>

namespace edgecut::dnn {
namespace {

Graph graph_of(const std::string& name, const std::vector<Layer>& layers) {
  if (layers.empty()) throw std::invalid_argument("network " + name + " has no layers");
  std::vector<std::vector<LayerIndex>> predecessors;
  for (LayerIndex v = 0; v < layers.size(); ++v) {
    for (const auto u : layers[v].inputs) {
      if (u >= v) throw std::invalid_argument("network " + name + ": layers are not in topological order");
    }
    predecessors.push_back(layers[v].inputs);
  }
  return Graph(std::move(predecessors));
}

}  // namespace

const std::vector<std::pair<std::string, LayerKind>>& layer_kinds() {
  static const std::vector<std::pair<std::string, LayerKind>> kinds{
      {"input", LayerKind::input},
      {"conv", LayerKind::conv},
      {"depthwise_conv", LayerKind::depthwise_conv},
      {"linear", LayerKind::linear},
      {"matmul", LayerKind::matmul},
      {"pool", LayerKind::pool},
      {"activation", LayerKind::activation},
      {"normalization", LayerKind::normalization},
      {"elementwise", LayerKind::elementwise},
      {"concat", LayerKind::concat},
      {"softmax", LayerKind::softmax},
      {"data_movement", LayerKind::data_movement},
      {"other", LayerKind::other},
  };
  return kinds;
}

std::string_view name(LayerKind kind) {
  const auto found = std::ranges::find(layer_kinds(), kind, &std::pair<std::string, LayerKind>::second);
  return found->first;
}

std::int64_t Layer::output_elements() const {
  return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
}

Network::Network(std::string name, std::string title, std::string source, std::string dtype, std::vector<Layer> layers)
    : name_(std::move(name)),
      title_(std::move(title)),
      source_(std::move(source)),
      dtype_(std::move(dtype)),
      layers_(std::move(layers)),
      graph_(graph_of(name_, layers_)) {}

Bytes Network::input_bytes(LayerIndex v) const {
  Bytes sum;
  for (const auto u : layers_[v].inputs) sum += layers_[u].output;
  return sum;
}

std::int64_t Network::total_macs() const {
  return std::accumulate(layers_.begin(), layers_.end(), std::int64_t{0},
                         [](std::int64_t sum, const Layer& layer) { return sum + layer.macs; });
}

std::int64_t Network::total_parameters() const {
  return std::accumulate(layers_.begin(), layers_.end(), std::int64_t{0},
                         [](std::int64_t sum, const Layer& layer) { return sum + layer.parameters; });
}

Bytes Network::total_weights() const {
  return std::accumulate(layers_.begin(), layers_.end(), Bytes(),
                         [](Bytes sum, const Layer& layer) { return sum + layer.weights; });
}

Bytes Network::raw_input() const {
  return std::accumulate(layers_.begin(), layers_.end(), Bytes(), [](Bytes sum, const Layer& layer) {
    return layer.kind == LayerKind::input ? sum + layer.output : sum;
  });
}

}  // namespace edgecut::dnn
