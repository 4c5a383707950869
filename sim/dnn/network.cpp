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

std::int64_t side_product(const std::vector<std::int64_t>& shape) {
  return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
}

// A figure of what a layer reads of another: of all that it makes, or summed over those of its outputs.
template <class Figure>
Figure sum_of_reads(const Layer& made, const std::vector<std::size_t>* reads, Figure whole,
                    Figure (*of)(const Output&)) {
  if (reads == nullptr || reads->empty() || made.outputs.empty()) return whole;
  Figure sum{};
  for (const auto output : *reads) sum += of(made.outputs[output]);
  return sum;
}

const std::vector<std::size_t>* reads_of(const Layer& layer, std::size_t input) {
  return input < layer.reads.size() ? &layer.reads[input] : nullptr;
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

const std::vector<std::pair<std::string, Precision>>& precisions() {
  static const std::vector<std::pair<std::string, Precision>> words{{"float", Precision::floating},
                                                                    {"int8", Precision::int8}};
  return words;
}

Precision default_precision(std::string_view dtype) {
  return dtype == "int8" || dtype == "uint8" ? Precision::int8 : Precision::floating;
}

std::int64_t Layer::output_elements() const {
  if (outputs.empty()) return side_product(shape);
  return std::accumulate(outputs.begin(), outputs.end(), std::int64_t{},
                         [](std::int64_t sum, const Output& each) { return sum + side_product(each.shape); });
}

bool Layer::is_dilated() const {
  return std::ranges::any_of(dilation, [](int step) { return step != 1; });
}

void add_shared_weights(std::vector<Layer>& layers, const std::vector<SharedWeight>& shared) {
  std::vector<bool> is_counted(shared.size(), false);
  for (auto& layer : layers) {
    Bytes read = layer.weights;
    for (const auto s : layer.shares) {
      read += shared.at(s).weights;
      if (is_counted[s]) continue;
      is_counted[s] = true;
      layer.parameters += shared[s].parameters;
      layer.weights += shared[s].weights;
    }
    if (!layer.shares.empty() && !layer.weights_read) layer.weights_read = read;
  }
}

Network::Network(std::string name, std::string title, std::string source, std::string dtype, std::vector<Layer> layers,
                 Exits exits, std::optional<double> accuracy, std::vector<SharedWeight> shared)
    : name_(std::move(name)),
      title_(std::move(title)),
      source_(std::move(source)),
      dtype_(std::move(dtype)),
      layers_(std::move(layers)),
      graph_(graph_of(name_, layers_)),
      shared_(std::move(shared)),
      exits_(std::move(exits.exits)) {
  check_reads();
  note_first_readers();
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

void Network::check_reads() const {
  for (const auto& layer : layers_) {
    for (std::size_t i = 0; i < layer.reads.size(); ++i) {
      const bool fits = i < layer.inputs.size() && std::ranges::all_of(layer.reads[i], [&](std::size_t output) {
                          return output < layers_[layer.inputs[i]].output_count();
                        });
      if (!fits) throw std::invalid_argument(name_ + ": layer " + layer.name + " reads an output that nobody makes");
    }
  }
}

void Network::note_first_readers() {
  first_readers_.assign(shared_.size(), size());
  for (LayerIndex v = size(); v-- > 0;) {
    for (const auto s : layers_[v].shares) {
      if (s >= shared_.size()) throw std::invalid_argument(name_ + ": layer " + layers_[v].name + " shares nothing");
      first_readers_[s] = v;
    }
  }
}

Bytes Network::read_bytes(LayerIndex v, std::size_t input) const {
  const auto& layer = layers_[v];
  const auto& made = layers_[layer.inputs[input]];
  return sum_of_reads<Bytes>(made, reads_of(layer, input), made.output, [](const Output& o) { return o.size; });
}

Bytes Network::input_bytes(LayerIndex v) const {
  Bytes sum;
  for (std::size_t i = 0; i < layers_[v].inputs.size(); ++i) sum += read_bytes(v, i);
  return sum;
}

std::int64_t Network::input_elements(LayerIndex v) const {
  std::int64_t sum = 0;
  const auto& layer = layers_[v];
  for (std::size_t i = 0; i < layer.inputs.size(); ++i) {
    const auto& made = layers_[layer.inputs[i]];
    sum += sum_of_reads<std::int64_t>(made, reads_of(layer, i), made.output_elements(),
                                      [](const Output& o) { return side_product(o.shape); });
  }
  return sum;
}

Bytes Network::moved_bytes(LayerIndex v) const {
  const auto& layer = layers_[v];
  return input_bytes(v) + layer.output + layer.weights_read.value_or(layer.weights);
}

Bytes Network::resident_weights(LayerIndex v) const {
  Bytes sum = layers_[v].weights;
  for (const auto s : layers_[v].shares) {
    if (!counts_at(s, v)) sum += shared_[s].weights;
  }
  return sum;
}

std::int64_t Network::resident_parameters(LayerIndex v) const {
  std::int64_t sum = layers_[v].parameters;
  for (const auto s : layers_[v].shares) {
    if (!counts_at(s, v)) sum += shared_[s].parameters;
  }
  return sum;
}

std::int64_t Network::own_parameters(LayerIndex v) const {
  std::int64_t own = layers_[v].parameters;
  for (const auto s : layers_[v].shares) {
    if (counts_at(s, v)) own -= shared_[s].parameters;
  }
  return own;
}

Bytes Network::own_weights(LayerIndex v) const {
  Bytes own = layers_[v].weights;
  for (const auto s : layers_[v].shares) {
    if (counts_at(s, v)) own -= shared_[s].weights;
  }
  return own;
}

bool Network::is_left_out(std::size_t shared) const {
  if (first_readers_[shared] == size() || active()[first_readers_[shared]]) return false;
  for (LayerIndex v = 0; v < size(); ++v) {
    if (active()[v] && std::ranges::find(layers_[v].shares, shared) != layers_[v].shares.end()) return true;
  }
  return false;
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
  for (std::size_t s = 0; s < shared_.size(); ++s) {
    if (is_left_out(s)) sum += shared_[s].parameters;
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
  for (std::size_t s = 0; s < shared_.size(); ++s) {
    if (is_left_out(s)) sum += shared_[s].weights;
  }
  return sum;
}

Bytes Network::raw_input() const {
  return std::accumulate(layers_.begin(), layers_.end(), Bytes(), [](Bytes sum, const Layer& layer) {
    return layer.kind == LayerKind::input ? sum + layer.output : sum;
  });
}

}  // namespace edgecut::dnn
