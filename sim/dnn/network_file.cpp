#include "dnn/network_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "config/map.hpp"
#include "dnn/keys.hpp"
#include "dnn/layer_file.hpp"

namespace edgecut::dnn {
namespace {

std::optional<double> read_accuracy(config::Map& map) {
  const auto accuracy = map.find<config::Ratio>("accuracy");
  return accuracy ? std::optional(accuracy->value) : std::nullopt;
}

Exit read_exit(const config::Value& value, const std::vector<Layer>& layers) {
  return config::read(value, exit_record(), [&](config::Map& map) {
    const auto& output = map.child("output");
    const auto layer = config::as<std::string>(output);
    std::vector<std::string> known;
    for (const auto& candidate : layers) known.push_back(candidate.name);
    const auto found = std::ranges::find(known, layer);
    if (found == known.end()) config::fail_unknown(output, "layer", known);
    return Exit{map.find<std::string>("name").value_or(layer), static_cast<LayerIndex>(found - known.begin()),
                read_accuracy(map)};
  });
}

// Published rates are rounded: what they miss of 1 by rounding is shared in proportion.
ExitPolicy read_operating_point(const config::Value& value, std::size_t exits) {
  return config::read(value, exit_rates_record(), [&](config::Map& map) {
    ExitPolicy point;
    point.name = map.get<std::string>("threshold");
    point.source = map.get<std::string>("source");
    point.accuracy = read_accuracy(map);
    const auto& rates = map.child("rates");
    if (!rates.is_list() || rates.items.size() != exits) rates.fail(fmt::format("must be a list of {} shares", exits));
    double sum = 0.0;
    for (const auto& item : rates.items) {
      point.rates.push_back(config::as<config::Ratio>(item, map.item_of("rates")).value);
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

constexpr auto learned_from_key = "learned_from";

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

void check_shared(const config::Value& list, const std::vector<Layer>& layers) {
  for (std::size_t s = 0; s < list.items.size(); ++s) {
    const bool is_read = std::ranges::any_of(
        layers, [&](const Layer& layer) { return std::ranges::find(layer.shares, s) != layer.shares.end(); });
    if (!is_read) list.items[s].fail("no layer reads it: name it in the `shares:` of those that do");
  }
}

// Of a file's list, with its shared weights counted.
std::vector<Layer> read_layers(const config::Value& list, std::string_view dtype,
                               const std::vector<SharedWeight>& shared) {
  if (!list.is_list() || list.items.empty()) list.fail("must be a list of at least one layer");
  std::vector<NamedLayer> layers;
  for (const auto& item : list.items) layers.push_back(read_layer(item, dtype, shared));
  auto sorted = sort_layers(std::move(layers));
  check_reads(list, sorted);
  add_shared_weights(sorted.layers, shared);
  return std::move(sorted.layers);
}

}  // namespace

Network read_network(const config::Value& value) {
  return config::read(value, network_record(), [&](config::Map& map) {
    auto name = map.get<std::string>("name");
    auto title = map.find<std::string>("title").value_or(name);
    auto source = map.get<std::string>("source");
    auto dtype = map.get<std::string>("dtype");
    static_cast<void>(map.get<bool>(learned_from_key));  // for is_learned_from()
    std::vector<SharedWeight> shared;
    if (const auto* list = map.find_child("shared_weights")) shared = read_shared_weights(*list);
    auto layers = read_layers(map.child("layers"), dtype, shared);
    if (!shared.empty()) check_shared(*map.find_child("shared_weights"), layers);
    auto accuracy = read_accuracy(map);
    auto exits = read_exits(map, layers);
    return Network(std::move(name), std::move(title), std::move(source), std::move(dtype), std::move(layers),
                   std::move(exits), accuracy, std::move(shared));
  });
}

bool is_learned_from(const config::Value& value) {
  const auto* stated = value.find(learned_from_key);
  return stated == nullptr || config::as<bool>(*stated);
}

std::string write_network(const Network& network) {
  std::string text;
  text += fmt::format("name: {}\ntitle: {}\nsource: {}\ndtype: {}\n", quoted(network.name()), quoted(network.title()),
                      quoted(network.source()), word(network.dtype()));
  const auto& accuracy = network.exit_policies().front().accuracy;
  if (network.exits().empty() && accuracy) text += fmt::format("accuracy: {}\n", *accuracy);
  text += shared_weights_text(network);
  text += fmt::format("# {} layers, {} MACs, {} parameters\nlayers:\n", network.size(), network.total_macs(),
                      network.total_parameters());
  for (LayerIndex v = 0; v < network.size(); ++v) text += layer_line(network, v);
  return text + exits_text(network);
}

}  // namespace edgecut::dnn
