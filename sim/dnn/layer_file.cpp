#include "dnn/layer_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "config/map.hpp"
#include "dnn/keys.hpp"

namespace edgecut::dnn {
namespace {

using config::Map;
using config::Value;

std::vector<std::int64_t> read_shape(Map& map) {
  auto shape = map.get<std::vector<std::int64_t>>("shape");
  double elements = 1.0;
  for (const auto side : shape) elements *= static_cast<double>(side);
  if (elements > most_counted) map.child("shape").fail("has more than 1e15 elements");
  return shape;
}

// Empty where none is said: then it is the network's.
std::string read_dtype(Map& map) {
  return map.find<std::string>("dtype").value_or("");
}

Output read_output(const Value& value) {
  return config::read(value, output_record(), [&](Map& map) {
    Output output;
    output.shape = read_shape(map);
    output.size = map.get<Bytes>("output");
    output.dtype = read_dtype(map);
    return output;
  });
}

// What the layer says of all its outputs together fits what it says of each.
void check_outputs(Map& map, const Layer& layer) {
  if (const auto* shape = map.find_child("shape"); shape != nullptr && layer.shape != layer.outputs.front().shape) {
    shape->fail("is not that of the first of its `outputs:`");
  }
  Bytes sum;
  for (const auto& output : layer.outputs) sum += output.size;
  if (const auto* output = map.find_child("output"); output != nullptr && layer.output != sum) {
    output->fail(fmt::format("is not the {:.0f} B of its `outputs:` together", sum.value()));
  }
}

void read_outputs(Map& map, Layer& layer) {
  const auto* list = map.find_child("outputs");
  if (list != nullptr && (!list->is_list() || list->items.size() < 2)) {
    list->fail(
        "must be a list of at least two of {shape: ..., output: ...}; one output is the layer's `shape` and `output`");
  }
  if (list != nullptr) {
    for (const auto& item : list->items) layer.outputs.push_back(read_output(item));
  }
  const bool single = layer.outputs.empty();
  layer.shape = single || map.has("shape") ? read_shape(map) : layer.outputs.front().shape;
  for (const auto& output : layer.outputs) layer.output += output.size;
  if (single || map.has("output")) layer.output = map.get<Bytes>("output");
  if (!single) check_outputs(map, layer);
}

void read_inputs(Map& map, NamedLayer& named) {
  const auto* inputs = map.find_child("inputs");
  if (inputs == nullptr) return;
  if (!inputs->is_list()) inputs->fail("must be a list of layer names");
  for (const auto& input : inputs->items) named.inputs.push_back(&input);
}

std::vector<std::size_t> read_output_numbers(const Value& value, const config::Type& type) {
  auto numbers = config::as<std::vector<std::size_t>>(value, type);
  auto sorted = numbers;
  std::ranges::sort(sorted);
  if (numbers.empty() || std::ranges::adjacent_find(sorted) != sorted.end()) {
    value.fail("must be a list of numbers of outputs, from 0, each once");
  }
  return numbers;
}

// By input, in the order of `inputs:`.
void read_reads(Map& map, NamedLayer& named) {
  const auto* reads = map.find_child("reads");
  if (reads == nullptr) return;
  if (!reads->is_map()) reads->fail("must be a map from inputs to the outputs that are read, such as {split: [1]}");
  std::vector<std::string> known;
  for (const auto* input : named.inputs) known.push_back(config::as<std::string>(*input));
  named.layer.reads.resize(known.size());
  for (const auto& [input, numbers, where] : reads->entries) {
    const auto found = std::ranges::find(known, input);
    if (found == known.end()) throw config::Error(where, reads->path, config::unknown_name("input", input, known));
    named.layer.reads[static_cast<std::size_t>(found - known.begin())] =
        read_output_numbers(numbers, map.type_of("reads").of.front());
  }
}

void read_shares(Map& map, const std::vector<SharedWeight>& shared, Layer& layer) {
  const auto* list = map.find_child("shares");
  if (list == nullptr) return;
  std::vector<std::string> known;
  for (const auto& weight : shared) known.push_back(weight.name);
  const auto names = map.get<std::vector<std::string>>("shares");
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto found = std::ranges::find(known, names[i]);
    if (found == known.end()) config::fail_unknown(list->items[i], "shared weight", known);
    const auto index = static_cast<std::size_t>(found - known.begin());
    if (std::ranges::find(layer.shares, index) != layer.shares.end()) list->items[i].fail("named twice");
    layer.shares.push_back(index);
  }
}

// One number for each axis of the kernel.
std::vector<int> read_dilation(Map& map, const Layer& layer) {
  auto dilation = map.get<std::vector<int>>("dilation");
  if (!dilation.empty() && dilation.size() != layer.kernel.size()) {
    map.child("dilation")
        .fail(fmt::format("has {} numbers, and `kernel` has {}", dilation.size(), layer.kernel.size()));
  }
  return dilation;
}

void read_geometry(Map& map, Layer& layer) {
  layer.kernel = map.get<std::vector<int>>("kernel");
  layer.stride = map.get<std::vector<int>>("stride");
  layer.dilation = read_dilation(map, layer);
  layer.groups = map.get<int>("groups");
  layer.transposed = map.find<bool>("transposed").value_or(layer.op == "ConvTranspose");
}

std::string joined(const char* key, const std::vector<int>& numbers) {
  return numbers.empty() ? "" : fmt::format("{}: [{}], ", key, fmt::join(numbers, ", "));
}

std::string geometry_text(const Layer& layer) {
  auto text = joined("kernel", layer.kernel) + joined("stride", layer.stride);
  if (layer.is_dilated()) text += joined("dilation", layer.dilation);
  if (layer.groups != 1) text += fmt::format("groups: {}, ", layer.groups);
  if (layer.transposed != (layer.op == "ConvTranspose")) text += fmt::format("transposed: {}, ", layer.transposed);
  return text;
}

// What differs from what the network says of all its tensors.
std::string type_text(const Network& network, const Layer& layer) {
  std::string text;
  const bool differs = !layer.dtype.empty() && layer.dtype != network.dtype();
  if (differs) text += fmt::format("dtype: {}, ", layer.dtype);
  if (layer.precision == default_precision(differs ? layer.dtype : network.dtype())) return text;
  const auto found = std::ranges::find(precisions(), layer.precision, &std::pair<std::string, Precision>::second);
  return text + fmt::format("precision: {}, ", found->first);
}

std::string output_text(const Network& network, const Output& output) {
  const auto dtype = output.dtype.empty() || output.dtype == network.dtype() ? "" : ", dtype: " + output.dtype;
  return fmt::format("{{shape: [{}], output: {:.0f} B{}}}", fmt::join(output.shape, ", "), output.size.value(), dtype);
}

std::string outputs_text(const Network& network, const Layer& layer) {
  if (layer.outputs.empty()) return "";
  std::vector<std::string> outputs;
  for (const auto& output : layer.outputs) outputs.push_back(output_text(network, output));
  return fmt::format(", outputs: [{}]", fmt::join(outputs, ", "));
}

std::string weights_text(const Network& network, LayerIndex v) {
  const auto& layer = network.layer(v);
  const auto own = network.own_weights(v);
  std::string text;
  if (network.own_parameters(v) != 0) text += fmt::format("parameters: {}, ", network.own_parameters(v));
  if (own > Bytes()) text += fmt::format("weights: {:.0f} B, ", own.value());
  Bytes all = own;
  std::vector<std::string> names;
  for (const auto s : layer.shares) {
    all += network.shared_weights()[s].weights;
    names.push_back(quoted(network.shared_weights()[s].name));
  }
  if (!names.empty()) text += fmt::format("shares: [{}], ", fmt::join(names, ", "));
  const auto read = layer.weights_read.value_or(layer.weights);
  if (read != all) text += fmt::format("weights_read: {:.0f} B, ", read.value());
  return text;
}

std::string inputs_text(const Network& network, const Layer& layer) {
  if (layer.inputs.empty()) return "";
  std::vector<std::string> inputs;
  std::vector<std::string> reads;
  for (std::size_t i = 0; i < layer.inputs.size(); ++i) {
    inputs.push_back(quoted(network.layer(layer.inputs[i]).name));
    if (i >= layer.reads.size() || layer.reads[i].empty()) continue;
    reads.push_back(fmt::format("{}: [{}]", inputs.back(), fmt::join(layer.reads[i], ", ")));
  }
  const auto text = fmt::format(", inputs: [{}]", fmt::join(inputs, ", "));
  return reads.empty() ? text : text + fmt::format(", reads: {{{}}}", fmt::join(reads, ", "));
}

}  // namespace

NamedLayer read_layer(const Value& value, std::string_view dtype, const std::vector<SharedWeight>& shared) {
  return config::read(value, layer_record(), [&](Map& map) {
    NamedLayer named;
    named.value = &value;
    Layer& layer = named.layer;
    layer.name = map.get<std::string>("name");
    layer.op = map.get<std::string>("op");
    layer.kind = map.choice<LayerKind>("kind");
    read_geometry(map, layer);
    layer.dtype = read_dtype(map);
    const auto own = layer.dtype.empty() ? dtype : std::string_view(layer.dtype);
    layer.precision = map.find_choice<Precision>("precision").value_or(default_precision(own));
    read_outputs(map, layer);
    layer.macs = map.get<std::int64_t>("macs");
    layer.parameters = map.get<std::int64_t>("parameters");
    layer.weights = map.get<Bytes>("weights");
    layer.weights_read = map.find<Bytes>("weights_read");
    read_shares(map, shared, layer);
    read_inputs(map, named);
    read_reads(map, named);
    if ((layer.kind == LayerKind::input) != named.inputs.empty()) {
      value.fail("a layer of kind 'input' has no inputs, and every other layer has at least one");
    }
    return named;
  });
}

std::vector<SharedWeight> read_shared_weights(const Value& list) {
  if (!list.is_list()) list.fail("must be a list of {name: ..., parameters: ..., weights: ...}");
  std::vector<SharedWeight> shared;
  for (const auto& item : list.items) {
    shared.push_back(config::read(item, shared_weight_record(), [](Map& map) {
      return SharedWeight{map.get<std::string>("name"), map.get<std::int64_t>("parameters"), map.get<Bytes>("weights")};
    }));
    const auto same = std::ranges::count(shared, shared.back().name, &SharedWeight::name);
    if (same > 1) item.fail(fmt::format("a second shared weight named '{}'", shared.back().name));
  }
  return shared;
}

void check_reads(const Value& list, const SortedLayers& sorted) {
  for (LayerIndex v = 0; v < sorted.layers.size(); ++v) {
    const auto& layer = sorted.layers[v];
    for (std::size_t i = 0; i < layer.reads.size(); ++i) {
      const auto& made = sorted.layers[layer.inputs[i]];
      for (const auto output : layer.reads[i]) {
        if (output < made.output_count()) continue;
        list.items[sorted.order[v]].find("reads")->fail(
            fmt::format("'{}' has no output {} (known: 0 to {})", made.name, output, made.output_count() - 1));
      }
    }
  }
}

std::string layer_line(const Network& network, LayerIndex v) {
  const auto& layer = network.layer(v);
  auto line = fmt::format("  - {{name: {}, ", quoted(layer.name));
  if (!layer.op.empty()) line += fmt::format("op: {}, ", word(layer.op));
  line += fmt::format("kind: {}, ", name(layer.kind));
  line += geometry_text(layer) + type_text(network, layer);
  line += fmt::format("shape: [{}], ", fmt::join(layer.shape, ", "));
  if (layer.macs != 0) line += fmt::format("macs: {}, ", layer.macs);
  line += weights_text(network, v);
  line += fmt::format("output: {:.0f} B", layer.output.value());
  return line + outputs_text(network, layer) + inputs_text(network, layer) + "}\n";
}

std::string shared_weights_text(const Network& network) {
  if (network.shared_weights().empty()) return "";
  std::string text = "shared_weights:\n";
  for (const auto& weight : network.shared_weights()) {
    text += fmt::format("  - {{name: {}, parameters: {}, weights: {:.0f} B}}\n", quoted(weight.name), weight.parameters,
                        weight.weights.value());
  }
  return text;
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

std::string word(const std::string& text) {
  const bool is_plain = !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
  return is_plain && text != "null" && text != "Null" && text != "NULL" ? text : quoted(text);
}

}  // namespace edgecut::dnn
