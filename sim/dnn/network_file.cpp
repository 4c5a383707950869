#include "dnn/network_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "config/map.hpp"

namespace edgecut::dnn {
namespace {

struct Named {
  Layer layer;
  std::vector<const config::Value*> inputs;  // names, with their places
  const config::Value* value = nullptr;
};

Named read_layer(const config::Value& value) {
  return config::read(value, [&](config::Map& map) {
    Named named;
    named.value = &value;
    Layer& layer = named.layer;
    layer.name = map.get<std::string>("name");
    layer.op = map.get_or<std::string>("op", "");
    layer.kind = map.choice("kind", layer_kinds());
    layer.kernel = map.get_or<std::vector<int>>("kernel", {}, config::positive);
    layer.stride = map.get_or<std::vector<int>>("stride", {}, config::positive);
    layer.groups = map.get_or<int>("groups", 1, config::positive);
    layer.shape = map.get<std::vector<std::int64_t>>("shape", config::positive);
    layer.macs = map.get_or<std::int64_t>("macs", 0, config::non_negative);
    layer.parameters = map.get_or<std::int64_t>("parameters", 0, config::non_negative);
    layer.weights = map.get_or<Bytes>("weights", Bytes(), config::non_negative);
    layer.output = map.get<Bytes>("output", config::positive);
    if (const auto* inputs = map.find_child("inputs")) {
      if (!inputs->is_list()) inputs->fail("must be a list of layer names");
      for (const auto& input : inputs->items) named.inputs.push_back(&input);
    }
    if ((layer.kind == LayerKind::input) != named.inputs.empty()) {
      value.fail("a layer of kind 'input' has no inputs, and every other layer has at least one");
    }
    return named;
  });
}

void resolve_inputs(std::vector<Named>& layers) {
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
      if (found == index.end()) input->fail(config::unknown_name("layer", name, known));
      named.layer.inputs.push_back(found->second);
    }
  }
}

std::vector<Layer> sorted(const std::vector<Named>& layers) {
  std::vector<std::vector<LayerIndex>> predecessors;
  for (const auto& named : layers) predecessors.push_back(named.layer.inputs);
  const auto [order, on_cycle] = topological_order(predecessors);
  if (on_cycle) {
    layers[*on_cycle].value->fail(
        fmt::format("layer '{}' is on a cycle; a network must be acyclic", layers[*on_cycle].layer.name));
  }
  std::vector<LayerIndex> place(order.size());
  for (LayerIndex i = 0; i < order.size(); ++i) place[order[i]] = i;
  std::vector<Layer> result;
  for (const auto v : order) {
    Layer layer = layers[v].layer;
    for (auto& input : layer.inputs) input = place[input];
    result.push_back(std::move(layer));
  }
  return result;
}

std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (code < 0x20) {
      result += fmt::format("\\x{:02x}", code);
      continue;
    }
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + "\"";
}

// As it is where YAML reads a plain word as text, else quoted.
std::string word(const std::string& text) {
  const bool is_plain = !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
  return is_plain && text != "null" && text != "Null" && text != "NULL" ? text : quoted(text);
}

std::string layer_line(const Network& network, const Layer& layer) {
  auto line = fmt::format("  - {{name: {}, ", quoted(layer.name));
  if (!layer.op.empty()) line += fmt::format("op: {}, ", word(layer.op));
  line += fmt::format("kind: {}, ", name(layer.kind));
  if (!layer.kernel.empty()) line += fmt::format("kernel: [{}], ", fmt::join(layer.kernel, ", "));
  if (!layer.stride.empty()) line += fmt::format("stride: [{}], ", fmt::join(layer.stride, ", "));
  if (layer.groups != 1) line += fmt::format("groups: {}, ", layer.groups);
  line += fmt::format("shape: [{}], ", fmt::join(layer.shape, ", "));
  if (layer.macs != 0) line += fmt::format("macs: {}, ", layer.macs);
  if (layer.parameters != 0) line += fmt::format("parameters: {}, ", layer.parameters);
  if (layer.weights > Bytes()) line += fmt::format("weights: {:.0f} B, ", layer.weights.value());
  line += fmt::format("output: {:.0f} B", layer.output.value());
  if (!layer.inputs.empty()) {
    std::vector<std::string> inputs;
    for (const auto u : layer.inputs) inputs.push_back(quoted(network.layer(u).name));
    line += fmt::format(", inputs: [{}]", fmt::join(inputs, ", "));
  }
  return line + "}\n";
}

}  // namespace

Network read_network(const config::Value& value) {
  return config::read(value, [&](config::Map& map) {
    auto name = map.get<std::string>("name");
    auto title = map.get_or<std::string>("title", name);
    auto source = map.get<std::string>("source");
    auto dtype = map.get_or<std::string>("dtype", "fp32");
    const auto& list = map.child("layers");
    if (!list.is_list() || list.items.empty()) list.fail("must be a list of at least one layer");
    std::vector<Named> layers;
    for (const auto& item : list.items) layers.push_back(read_layer(item));
    resolve_inputs(layers);
    return Network(std::move(name), std::move(title), std::move(source), std::move(dtype), sorted(layers));
  });
}

std::string write_network(const Network& network) {
  std::string text;
  text += fmt::format("name: {}\ntitle: {}\nsource: {}\ndtype: {}\n", quoted(network.name()), quoted(network.title()),
                      quoted(network.source()), word(network.dtype()));
  text += fmt::format("# {} layers, {} MACs, {} parameters\nlayers:\n", network.size(), network.total_macs(),
                      network.total_parameters());
  for (const auto& layer : network.layers()) text += layer_line(network, layer);
  return text;
}

}  // namespace edgecut::dnn
