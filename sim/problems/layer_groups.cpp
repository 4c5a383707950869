#include "problems/layer_groups.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "problems/problem_layers.hpp"

namespace edgecut::problems {
namespace {

using config::Map;
using config::Value;
using dnn::LayerIndex;

LayerIndex find_layer(const dnn::Network& network, const Value& value) {
  std::vector<std::string> names;
  for (const auto& layer : network.layers()) names.push_back(layer.name);
  return find_place(names, value, "layer");
}

// Whether all later layers read what comes before them through this one.
bool ends_a_block(const dnn::Network& network, LayerIndex v) {
  return v + 1 == network.size() || std::ranges::binary_search(network.cut_vertices(), v);
}

bool starts_a_block(const dnn::Network& network, LayerIndex v) {
  const auto is_input = [&](LayerIndex u) { return network.is_input(u); };
  if (is_input(v)) return false;
  return ends_a_block(network, v - 1) || std::ranges::all_of(network.graph().predecessors(v), is_input);
}

void check_layers(const Value& item, const ExplicitProblem& problem, const plan::LayerGroup& group, const Value& first,
                  const Value& last) {
  const auto& network = *problem.network;
  if (group.last <= group.first) last.fail("is not after the first; a group is of two layers or more");
  for (const auto& [value, is_end] :
       {std::pair{&first, starts_a_block(network, group.first)}, std::pair{&last, ends_a_block(network, group.last)}}) {
    if (!is_end) value->fail("is inside a block of branches; groups begin and end between blocks");
  }
  for (LayerIndex v = group.first; v <= group.last; ++v) {
    const auto& name = network.layer(v).name;
    if (network.is_input(v)) item.fail(fmt::format("holds the input '{}'", name));
    const auto& of = problem.problem;
    const Seconds time = group.tier == plan::Tier::device ? of.processors.front().layer_time[v]
                         : group.tier == plan::Tier::edge ? of.edge->layer_time[v]
                                                          : of.cloud_time[v];
    if (!(time < plan::never)) item.fail(fmt::format("'{}' has no time on that tier", name));
  }
}

// The joules of its layers, in proportion to the time.
Joules joules_of(const plan::Problem& problem, const plan::LayerGroup& group) {
  Seconds time;
  Joules energy;
  for (LayerIndex v = group.first; v <= group.last; ++v) {
    const auto& device = problem.processors.front();
    time += group.tier == plan::Tier::device ? device.layer_time[v]
            : group.tier == plan::Tier::edge ? problem.edge->layer_time[v]
                                             : problem.cloud_time[v];
    energy += group.tier == plan::Tier::device ? device.energy(v)
              : group.tier == plan::Tier::edge ? problem.edge->energy(v)
                                               : problem.cloud_energy(v);
  }
  return time > Seconds() ? energy * (group.time / time) : energy;
}

plan::LayerGroup read_group(const Value& item, const ExplicitProblem& problem) {
  return config::read(item, [&](Map& map) {
    plan::LayerGroup group;
    const auto& first = map.child("first");
    const auto& last = map.child("last");
    group.first = find_layer(*problem.network, first);
    group.last = find_layer(*problem.network, last);
    const auto tier = find_place(problem.tiers, map.child("tier"), "tier");
    group.tier = tier == 0                          ? plan::Tier::device
                 : tier + 1 == problem.tiers.size() ? plan::Tier::cloud
                                                    : plan::Tier::edge;
    check_layers(item, problem, group, first, last);
    group.time = map.get<Seconds>("time", config::non_negative);
    const auto energy = map.find<Joules>("energy", config::non_negative);
    group.energy = energy ? *energy : joules_of(problem.problem, group);
    return group;
  });
}

}  // namespace

void read_layer_groups(Map& map, ExplicitProblem& problem) {
  const auto* list = map.find_child("groups");
  if (list == nullptr) return;
  if (!list->is_list()) list->fail("must be a list of {first: conv1, last: pool1, tier: device, time: 3 ms}");
  auto& groups = problem.problem.groups;
  for (const auto& item : list->items) {
    const auto group = read_group(item, problem);
    const auto same = [&](const plan::LayerGroup& other) {
      return other.first == group.first && other.last == group.last && other.tier == group.tier;
    };
    if (std::ranges::any_of(groups, same)) item.fail("a second group of these layers on that tier");
    groups.push_back(group);
  }
  std::ranges::stable_sort(groups, {}, &plan::LayerGroup::last);
}

}  // namespace edgecut::problems
