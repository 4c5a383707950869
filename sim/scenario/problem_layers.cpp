#include "scenario/problem_layers.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "dnn/layer_list.hpp"
#include "plan/problem.hpp"

namespace edgecut::scenario {
namespace {

using config::Map;
using config::Value;

struct Costs {
  std::vector<Seconds> time;
  std::vector<Joules> energy;  // empty where the file gives none
};

struct Places {
  const std::vector<std::string>& names;
  std::size_t own = 1;  // where inputs may be: the first ones
  std::string_view what;
};

template <class T>
std::vector<T> by_place(const Value& value, const Places& places, T absent) {
  const auto& names = places.names;
  std::vector<T> values(names.size(), absent);
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
      for (const auto& input : inputs->items) named.inputs.push_back(&input);
    }
    const auto* time = named.inputs.empty() ? map.find_child("time") : &map.child("time");
    costs.time = time == nullptr ? std::vector<Seconds>(places.names.size()) : by_place(*time, places, plan::never);
    if (const auto* energy = map.find_child("energy")) costs.energy = by_place(*energy, places, Joules());
    if (!runs_in(costs.time, 0, places.names.size()))
      time->fail(fmt::format("the layer can run on no {}", places.what));
    const bool is_input =
        named.inputs.empty() && (time == nullptr || !runs_in(costs.time, places.own, places.names.size()));
    named.layer.kind = is_input ? dnn::LayerKind::input : dnn::LayerKind::other;
    return named;
  });
}

}  // namespace

ProblemLayers read_problem_layers(const Value& list, const std::vector<std::string>& names, std::size_t own,
                                  std::string_view what) {
  const Places places{names, own, what};
  if (!list.is_list() || list.items.empty()) list.fail("must be a list of at least one layer");
  std::vector<dnn::NamedLayer> named;
  std::vector<Costs> costs(list.items.size());
  for (std::size_t i = 0; i < list.items.size(); ++i) named.push_back(read_layer(list.items[i], places, costs[i]));
  const bool has_energy = std::ranges::any_of(costs, [](const Costs& of) { return !of.energy.empty(); });
  auto sorted = dnn::sort_layers(std::move(named));
  ProblemLayers result;
  result.time.resize(names.size());
  result.energy.resize(has_energy ? names.size() : 0);
  for (const auto i : sorted.order) {
    for (std::size_t place = 0; place < names.size(); ++place) {
      result.time[place].push_back(costs[i].time[place]);
      if (has_energy) result.energy[place].push_back(costs[i].energy.empty() ? Joules() : costs[i].energy[place]);
    }
  }
  for (const auto& layer : sorted.layers) result.output.push_back(layer.output);
  result.network =
      std::make_unique<const dnn::Network>("problem", "problem", "problem file", "fp32", std::move(sorted.layers));
  return result;
}

std::size_t find_place(const std::vector<std::string>& names, const Value& value, std::string_view what) {
  const auto name = config::as<std::string>(value);
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) value.fail(config::unknown_name(what, name, names));
  return static_cast<std::size_t>(found - names.begin());
}

}  // namespace edgecut::scenario
