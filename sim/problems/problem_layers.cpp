#include "problems/problem_layers.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "dnn/layer_list.hpp"
#include "plan/problem.hpp"

namespace edgecut::problems {
namespace {

using config::Map;
using config::Value;

struct Costs {
  std::vector<Seconds> time;
  std::vector<std::optional<Joules>> energy;
  std::optional<std::int64_t> macs;
  std::optional<std::int64_t> parameters;
};

struct Places {
  const std::vector<std::string>& names;
  std::size_t own = 1;  // where inputs may be: the first ones
  std::string_view what;
  bool counts_work = false;
};

template <class T>
std::vector<std::optional<T>> by_place(const Value& value, const Places& places) {
  const auto& names = places.names;
  std::vector<std::optional<T>> values(names.size());
  if (!value.is_map())
    value.fail(fmt::format("must be a map from each {} to a figure ({})", places.what, fmt::join(names, ", ")));
  for (const auto& [name, entry, where] : value.entries) {
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) throw config::Error(where, value.path, config::unknown_name(places.what, name, names));
    values[static_cast<std::size_t>(found - names.begin())] = config::as<T>(entry, config::non_negative);
  }
  return values;
}

bool runs_in(const std::vector<Seconds>& time, std::size_t first, std::size_t end) {
  return std::any_of(time.begin() + static_cast<std::ptrdiff_t>(first), time.begin() + static_cast<std::ptrdiff_t>(end),
                     [](Seconds seconds) { return seconds < plan::never; });
}

std::vector<Seconds> read_time(const Value* value, const Places& places) {
  std::vector<Seconds> time(places.names.size());
  if (value == nullptr) return time;
  const auto given = by_place<Seconds>(*value, places);
  for (std::size_t place = 0; place < time.size(); ++place) time[place] = given[place].value_or(plan::never);
  if (!runs_in(time, 0, time.size())) value->fail(fmt::format("the layer can run on no {}", places.what));
  return time;
}

std::vector<std::optional<Joules>> read_energy(const Value* value, const Places& places,
                                               const std::vector<Seconds>& time) {
  if (value == nullptr) return std::vector<std::optional<Joules>>(places.names.size());
  if (!places.counts_work) value->fail(fmt::format("is not counted here: no {} has energy", places.what));
  auto energy = by_place<Joules>(*value, places);
  for (std::size_t place = 0; place < energy.size(); ++place) {
    if (!energy[place] || time[place] < plan::never) continue;
    value->fail(fmt::format("the layer has no time on {}, and so no joules", places.names[place]));
  }
  return energy;
}

std::optional<std::int64_t> read_count(Map& map, std::string_view key) {
  const auto count = map.find<double>(key, {0.0, 1e15});
  return count ? std::optional(static_cast<std::int64_t>(std::llround(*count))) : std::nullopt;
}

// Work is known of all layers but inputs, or of none.
void check_count(const std::vector<dnn::NamedLayer>& layers, const std::vector<Costs>& costs, std::string_view key,
                 std::optional<std::int64_t> Costs::*count) {
  const auto has = [&](const Costs& of) { return (of.*count).has_value(); };
  if (std::ranges::none_of(costs, has)) return;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    if (layers[i].layer.kind == dnn::LayerKind::input || has(costs[i])) continue;
    layers[i].value->fail(fmt::format("has no `{0}:`, which other layers have; a layer without any has `{0}: 0`", key));
  }
}

dnn::NamedLayer read_layer(const Value& value, const Places& places, Costs& costs) {
  return config::read(value, [&](Map& map) {
    dnn::NamedLayer named;
    named.value = &value;
    named.layer.name = map.get<std::string>("name");
    named.layer.shape = {1};
    named.layer.output = map.get<Bytes>("output", config::non_negative);
    named.layer.weights = map.get_or<Bytes>("memory", Bytes(), config::non_negative);
    if (const auto* inputs = map.find_child("inputs")) {
      if (!inputs->is_list()) inputs->fail("must be a list of layer names");
      for (const auto& input : inputs->items) {
        const auto same = [&](const Value* other) { return other->scalar == input.scalar; };
        if (std::ranges::any_of(named.inputs, same)) input.fail("named twice; a layer reads a tensor once");
        named.inputs.push_back(&input);
      }
    }
    const auto* time = named.inputs.empty() ? map.find_child("time") : &map.child("time");
    costs.time = read_time(time, places);
    costs.energy = read_energy(map.find_child("energy"), places, costs.time);
    if (places.counts_work) {
      costs.macs = read_count(map, "macs");
      costs.parameters = read_count(map, "parameters");
    }
    named.layer.macs = costs.macs.value_or(0);
    named.layer.parameters = costs.parameters.value_or(0);
    const bool is_input =
        named.inputs.empty() && (time == nullptr || !runs_in(costs.time, places.own, places.names.size()));
    named.layer.kind = is_input ? dnn::LayerKind::input : dnn::LayerKind::other;
    return named;
  });
}

}  // namespace

ProblemLayers read_problem_layers(const Value& list, const std::vector<std::string>& names, std::size_t own,
                                  std::string_view what, bool counts_work, std::optional<double> accuracy) {
  const Places places{names, own, what, counts_work};
  if (!list.is_list() || list.items.empty()) list.fail("must be a list of at least one layer");
  std::vector<dnn::NamedLayer> named;
  std::vector<Costs> costs(list.items.size());
  for (std::size_t i = 0; i < list.items.size(); ++i) named.push_back(read_layer(list.items[i], places, costs[i]));
  check_count(named, costs, "macs", &Costs::macs);
  check_count(named, costs, "parameters", &Costs::parameters);
  auto sorted = dnn::sort_layers(std::move(named));
  ProblemLayers result;
  result.time.resize(names.size());
  result.energy.resize(names.size());
  for (const auto i : sorted.order) {
    for (std::size_t place = 0; place < names.size(); ++place) {
      result.time[place].push_back(costs[i].time[place]);
      result.energy[place].push_back(costs[i].energy[place]);
    }
  }
  for (const auto& layer : sorted.layers) result.output.push_back(layer.output);
  result.network = std::make_unique<const dnn::Network>("problem", "problem", "problem file", "fp32",
                                                        std::move(sorted.layers), dnn::Exits(), accuracy);
  return result;
}

std::vector<Joules> joules_by_layer(const ProblemLayers& layers, std::size_t place, Watts power) {
  const auto& given = layers.energy[place];
  const bool has_own = std::ranges::any_of(given, [](const auto& joules) { return joules.has_value(); });
  if (!has_own && power == Watts()) return {};
  std::vector<Joules> joules;
  for (std::size_t v = 0; v < given.size(); ++v) {
    const Seconds time = layers.time[place][v];
    joules.push_back(given[v].value_or(time < plan::never ? power * time : Joules()));
  }
  return joules;
}

std::size_t find_place(const std::vector<std::string>& names, const Value& value, std::string_view what) {
  const auto name = config::as<std::string>(value);
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) config::fail_unknown(value, what, names);
  return static_cast<std::size_t>(found - names.begin());
}

}  // namespace edgecut::problems
