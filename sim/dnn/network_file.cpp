#include "dnn/network_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "config/map.hpp"
#include "dnn/layer_list.hpp"

namespace edgecut::dnn {
namespace {

// What is summed over layers in whole numbers.
constexpr double most_counted = 1e15;
constexpr config::Limits counted{0.0, most_counted, false};
constexpr config::Limits sides{1.0, 1e9, false};

double elements_of(const std::vector<std::int64_t>& shape) {
  double product = 1.0;
  for (const auto side : shape) product *= static_cast<double>(side);
  return product;
}

NamedLayer read_layer(const config::Value& value) {
  return config::read(value, [&](config::Map& map) {
    NamedLayer named;
    named.value = &value;
    Layer& layer = named.layer;
    layer.name = map.get<std::string>("name");
    layer.op = map.get_or<std::string>("op", "");
    layer.kind = map.choice("kind", layer_kinds());
    layer.kernel = map.get_or<std::vector<int>>("kernel", {}, sides);
    layer.stride = map.get_or<std::vector<int>>("stride", {}, sides);
    layer.groups = map.get_or<int>("groups", 1, config::positive);
    layer.shape = map.get<std::vector<std::int64_t>>("shape", sides);
    if (elements_of(layer.shape) > most_counted) map.child("shape").fail("has more than 1e15 elements");
    layer.macs = map.get_or<std::int64_t>("macs", 0, counted);
    layer.parameters = map.get_or<std::int64_t>("parameters", 0, counted);
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

std::optional<double> read_accuracy(config::Map& map) {
  const auto accuracy = map.find<config::Ratio>("accuracy", {0.0, 1.0});
  return accuracy ? std::optional(accuracy->value) : std::nullopt;
}

Exit read_exit(const config::Value& value, const std::vector<Layer>& layers) {
  return config::read(value, [&](config::Map& map) {
    const auto& output = map.child("output");
    const auto layer = config::as<std::string>(output);
    std::vector<std::string> known;
    for (const auto& candidate : layers) known.push_back(candidate.name);
    const auto found = std::ranges::find(known, layer);
    if (found == known.end()) output.fail(config::unknown_name("layer", layer, known));
    return Exit{map.get_or<std::string>("name", layer), static_cast<LayerIndex>(found - known.begin()),
                read_accuracy(map)};
  });
}

// Published rates are rounded: what they miss of 1 by rounding is shared in proportion.
ExitPolicy read_operating_point(const config::Value& value, std::size_t exits) {
  return config::read(value, [&](config::Map& map) {
    ExitPolicy point;
    point.name = map.get<std::string>("threshold");
    point.source = map.get<std::string>("source");
    point.accuracy = read_accuracy(map);
    const auto& rates = map.child("rates");
    if (!rates.is_list() || rates.items.size() != exits) rates.fail(fmt::format("must be a list of {} shares", exits));
    double sum = 0.0;
    for (const auto& item : rates.items) {
      point.rates.push_back(config::as<config::Ratio>(item, {0.0, 1.0}).value);
      sum += point.rates.back();
    }
    constexpr double rounding = 0.005;
    if (std::abs(sum - 1.0) > rounding) rates.fail(fmt::format("the shares sum to {:.4g}, not to 1", sum));
    for (auto& rate : point.rates) rate /= sum;
    return point;
  });
}

Exits read_exits(config::Map& map, const std::vector<Layer>& layers) {
  Exits result;
  const auto* points = map.find_child("exit_rates");
  const auto* exits = map.find_child("exits");
  if (exits == nullptr) {
    if (points != nullptr) points->fail("needs `exits:`");
    return result;
  }
  if (!exits->is_list() || exits->items.size() < 2) exits->fail("must be a list of at least two exits");
  for (const auto& item : exits->items) {
    result.exits.push_back(read_exit(item, layers));
    const auto& all = result.exits;
    if (all.size() > 1 && all.back().output <= all[all.size() - 2].output) item.fail("comes before the exit above it");
  }
  if (points == nullptr) return result;
  if (!points->is_list()) points->fail("must be a list of {threshold: ..., rates: [...], source: ...}");
  for (const auto& item : points->items) {
    result.operating_points.push_back(read_operating_point(item, result.exits.size()));
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

std::string accuracy_text(const std::optional<double>& accuracy) {
  return accuracy ? fmt::format(", accuracy: {}", *accuracy) : "";
}

std::string exits_text(const Network& network) {
  if (network.exits().empty()) return "";
  std::string text = "exits:\n";
  for (const auto& exit : network.exits()) {
    text += fmt::format("  - {{name: {}, output: {}{}}}\n", quoted(exit.name), quoted(network.layer(exit.output).name),
                        accuracy_text(exit.accuracy));
  }
  const auto& policies = network.exit_policies();
  if (policies.size() == network.first_operating_point()) return text;
  text += "exit_rates:\n";
  for (std::size_t i = network.first_operating_point(); i < policies.size(); ++i) {
    const auto& point = policies[i];
    text += fmt::format("  - {{threshold: {}, rates: [{}]{}, source: {}}}\n", quoted(point.name),
                        fmt::join(point.rates, ", "), accuracy_text(point.accuracy), quoted(point.source));
  }
  return text;
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
    std::vector<NamedLayer> layers;
    for (const auto& item : list.items) layers.push_back(read_layer(item));
    auto accuracy = read_accuracy(map);
    auto in_order = sort_layers(std::move(layers)).layers;
    auto exits = read_exits(map, in_order);
    return Network(std::move(name), std::move(title), std::move(source), std::move(dtype), std::move(in_order),
                   std::move(exits), accuracy);
  });
}

std::string write_network(const Network& network) {
  std::string text;
  text += fmt::format("name: {}\ntitle: {}\nsource: {}\ndtype: {}\n", quoted(network.name()), quoted(network.title()),
                      quoted(network.source()), word(network.dtype()));
  const auto& accuracy = network.exit_policies().front().accuracy;
  if (network.exits().empty() && accuracy) text += fmt::format("accuracy: {}\n", *accuracy);
  text += fmt::format("# {} layers, {} MACs, {} parameters\nlayers:\n", network.size(), network.total_macs(),
                      network.total_parameters());
  for (const auto& layer : network.layers()) text += layer_line(network, layer);
  return text + exits_text(network);
}

}  // namespace edgecut::dnn
