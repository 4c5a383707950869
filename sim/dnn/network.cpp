#include "dnn/network.hpp"

#include <algorithm>
#include <cmath>
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

Network::Network(std::string name, std::string title, std::string source, std::string dtype, std::vector<Layer> layers,
                 Exits exits, std::optional<double> accuracy)
    : name_(std::move(name)),
      title_(std::move(title)),
      source_(std::move(source)),
      dtype_(std::move(dtype)),
      layers_(std::move(layers)),
      graph_(graph_of(name_, layers_)),
      exits_(std::move(exits.exits)) {
  for (const auto& exit : exits_) {
    if (exit.output >= size()) throw std::invalid_argument(name_ + ": exit " + exit.name + " is no layer");
    needed_.push_back(graph_.ancestors(exit.output));
  }
  make_policies(std::move(exits.operating_points), accuracy);
  cut_vertices_ = graph_.cut_vertices(active());
}

void Network::make_policies(std::vector<ExitPolicy> operating_points, std::optional<double> accuracy) {
  const auto all_at = [&](std::size_t exit, std::string name) {
    ExitPolicy policy{std::move(name), std::vector<double>(std::max<std::size_t>(exits_.size(), 1), 0.0)};
    policy.rates[exit] = 1.0;
    if (!exits_.empty()) policy.accuracy = exits_[exit].accuracy;
    return policy;
  };
  policies_.push_back(all_at(exits_.empty() ? 0 : exits_.size() - 1, "no early exit"));
  if (!policies_[0].accuracy) policies_[0].accuracy = accuracy;
  for (std::size_t k = 0; k + 1 < exits_.size(); ++k) policies_.push_back(all_at(k, "all at " + exits_[k].name));
  for (auto& point : operating_points) policies_.push_back(std::move(point));
  for (std::size_t policy = 0; policy < policies_.size(); ++policy) {
    const auto& rates = policies_[policy].rates;
    const double sum = std::accumulate(rates.begin(), rates.end(), 0.0);
    if (rates.size() != std::max<std::size_t>(exits_.size(), 1) || std::abs(sum - 1.0) > 1e-9) {
      throw std::invalid_argument(name_ + ": exit rates of " + policies_[policy].name + " do not sum to 1");
    }
    active_.push_back(active_until(policy, rates.size() - 1));
  }
}

Placement Network::active_until(std::size_t policy, std::size_t exit) const {
  Placement active(size(), exits_.empty());
  if (exits_.empty()) return active;
  for (std::size_t k = 0; k <= exit; ++k) {
    if (policies_[policy].rates[k] == 0.0) continue;
    for (LayerIndex v = 0; v < size(); ++v) active[v] = active[v] || needed_[k][v];
  }
  return active;
}

bool Network::is_read(LayerIndex v) const {
  return std::ranges::any_of(graph_.consumers(v), [&](LayerIndex w) { return active()[w]; });
}

Bytes Network::input_bytes(LayerIndex v) const {
  Bytes sum;
  for (const auto u : layers_[v].inputs) sum += layers_[u].output;
  return sum;
}

std::int64_t Network::total_macs() const {
  std::int64_t sum{};
  for (LayerIndex v = 0; v < size(); ++v) {
    if (active()[v]) sum += layers_[v].macs;
  }
  return sum;
}

std::int64_t Network::total_parameters() const {
  std::int64_t sum{};
  for (LayerIndex v = 0; v < size(); ++v) {
    if (active()[v]) sum += layers_[v].parameters;
  }
  return sum;
}

Flops Network::total_work() const {
  Flops total;
  for (const auto& layer : layers_) total += layer.work();
  return total;
}

Bytes Network::total_weights() const {
  Bytes sum{};
  for (LayerIndex v = 0; v < size(); ++v) {
    if (active()[v]) sum += layers_[v].weights;
  }
  return sum;
}

Bytes Network::raw_input() const {
  return std::accumulate(layers_.begin(), layers_.end(), Bytes(), [](Bytes sum, const Layer& layer) {
    return layer.kind == LayerKind::input ? sum + layer.output : sum;
  });
}

}  // namespace edgecut::dnn
