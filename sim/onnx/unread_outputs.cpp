#include "onnx/unread_outputs.hpp"

#include <algorithm>
#include <numeric>

namespace edgecut::onnx_import {
namespace {

// No numbers in `reads` are all outputs.
std::vector<std::size_t> outputs_read(const dnn::Layer& reader, std::size_t input,
                                      const std::vector<dnn::Layer>& layers) {
  if (input < reader.reads.size() && !reader.reads[input].empty()) return reader.reads[input];
  std::vector<std::size_t> all(layers[reader.inputs[input]].output_count());
  std::iota(all.begin(), all.end(), std::size_t{0});
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

void renumber(dnn::Layer& reader, const std::vector<dnn::Layer>& layers,
              const std::vector<std::vector<std::size_t>>& places) {
  for (std::size_t i = 0; i < reader.inputs.size(); ++i) {
    const auto& stay = places[reader.inputs[i]];
    if (stay.empty()) continue;
    auto own = outputs_read(reader, i, layers);
    for (auto& output : own) output = static_cast<std::size_t>(std::ranges::find(stay, output) - stay.begin());
    reader.reads.resize(reader.inputs.size());
    reader.reads[i] = own.size() == stay.size() ? std::vector<std::size_t>{} : own;
  }
}

}  // namespace

void drop_unread_outputs(std::vector<dnn::Layer>& layers, std::set<OutputPlace> kept) {
  for (const auto& reader : layers) {
    for (std::size_t i = 0; i < reader.inputs.size(); ++i) {
      for (const auto output : outputs_read(reader, i, layers)) kept.emplace(reader.inputs[i], output);
    }
  }
  std::vector<std::vector<std::size_t>> places(layers.size());  // empty where all stay
  for (dnn::LayerIndex v = 0; v < layers.size(); ++v) {
    auto read = places_read(layers[v], v, kept);
    if (!read.empty() && read.size() < layers[v].outputs.size()) places[v] = std::move(read);
  }
  for (auto& reader : layers) renumber(reader, layers, places);
  for (dnn::LayerIndex v = 0; v < layers.size(); ++v) {
    if (!places[v].empty()) keep_outputs(layers[v], places[v]);
  }
}

}  // namespace edgecut::onnx_import
