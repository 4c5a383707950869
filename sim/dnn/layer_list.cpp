#include "dnn/layer_list.hpp"

#include <fmt/format.h>

#include <map>

#include "config/map.hpp"

namespace edgecut::dnn {
namespace {

void resolve_inputs(std::vector<NamedLayer>& layers) {
  std::map<std::string, LayerIndex> index;
  std::vector<std::string> known;
  for (LayerIndex v = 0; v < layers.size(); ++v) {
    const auto& name = layers[v].layer.name;
    if (!index.emplace(name, v).second) layers[v].value->fail(fmt::format("a second layer named '{}'", name));
    known.push_back(name);
  }
  for (auto& named : layers) {
    for (const auto* input : named.inputs) {
      const auto& name = config::as<std::string>(*input);
      const auto found = index.find(name);
      if (found == index.end()) config::fail_unknown(*input, "layer", known);
      named.layer.inputs.push_back(found->second);
    }
  }
}

}  // namespace

SortedLayers sort_layers(std::vector<NamedLayer> layers) {
  resolve_inputs(layers);
  std::vector<std::vector<LayerIndex>> predecessors;
  for (const auto& named : layers) predecessors.push_back(named.layer.inputs);
  auto [order, on_cycle] = topological_order(predecessors);
  if (on_cycle) {
    layers[*on_cycle].value->fail(
        fmt::format("layer '{}' is on a cycle; a network must be acyclic", layers[*on_cycle].layer.name));
  }
  std::vector<LayerIndex> place(order.size());
  for (LayerIndex i = 0; i < order.size(); ++i) place[order[i]] = i;
  SortedLayers sorted;
  for (const auto v : order) {
    Layer layer = layers[v].layer;
    for (auto& input : layer.inputs) input = place[input];
    sorted.layers.push_back(std::move(layer));
  }
  sorted.order = std::move(order);
  return sorted;
}

}  // namespace edgecut::dnn
