#include "onnx/unread_outputs.hpp"

#include <algorithm>

namespace edgecut::onnx_import {
namespace {

// No numbers in `reads` are all outputs.
std::vector<std::size_t> outputs_read(const dnn::Layer& reader, std::size_t input, const dnn::Layer& made) {
  if (input < reader.reads.size() && !reader.reads[input].empty()) return reader.reads[input];
  std::vector<std::size_t> all(made.output_count());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
  return all;
}

// Places of those that stay, in the order of all.
std::vector<std::size_t> places_read(const dnn::Layer& layer, dnn::LayerIndex v, const std::set<OutputPlace>& read) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < layer.outputs.size(); ++i) {
    if (read.contains({v, i})) places.push_back(i);
  }
  return places;
}

void keep_outputs(dnn::Layer& layer, const std::vector<std::size_t>& places) {
  std::vector<dnn::Output> outputs;
  for (const auto place : places) outputs.push_back(layer.outputs[place]);
  const bool is_default = layer.precision == dnn::default_precision(layer.dtype);
  layer.output = Bytes(0);
  for (const auto& output : outputs) layer.output += output.size;
  layer.shape = outputs.front().shape;
  layer.dtype = outputs.front().dtype;
  if (is_default) layer.precision = dnn::default_precision(layer.dtype);
  layer.outputs = outputs.size() == 1 ? std::vector<dnn::Output>{} : std::move(outputs);
}

}  // namespace

void drop_unread_outputs(std::vector<dnn::Layer>& layers, std::set<OutputPlace> kept) {
  std::vector<std::vector<std::vector<std::size_t>>> reads(layers.size());
  for (dnn::LayerIndex v = 0; v < layers.size(); ++v) {
    for (std::size_t i = 0; i < layers[v].inputs.size(); ++i) {
      const auto u = layers[v].inputs[i];
      reads[v].push_back(outputs_read(layers[v], i, layers[u]));
      for (const auto output : reads[v].back()) kept.emplace(u, output);
    }
  }
  for (dnn::LayerIndex u = 0; u < layers.size(); ++u) {
    const auto places = places_read(layers[u], u, kept);
    if (places.empty() || places.size() == layers[u].outputs.size()) continue;
    keep_outputs(layers[u], places);
    for (dnn::LayerIndex v = u + 1; v < layers.size(); ++v) {
      for (std::size_t i = 0; i < layers[v].inputs.size(); ++i) {
        if (layers[v].inputs[i] != u) continue;
        auto& own = reads[v][i];
        for (auto& output : own) {
          output = static_cast<std::size_t>(std::ranges::find(places, output) - places.begin());
        }
        layers[v].reads.resize(layers[v].inputs.size());
        layers[v].reads[i] = own.size() == places.size() ? std::vector<std::size_t>{} : own;
      }
    }
  }
}

}  // namespace edgecut::onnx_import
