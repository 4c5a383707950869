#include "dnn/graph.hpp"

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/strong_components.hpp>
#include <functional>
#include <queue>

#include "units/ensure.hpp"

namespace edgecut::dnn {
namespace {

using BoostGraph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS>;

// A vertex in a strongly connected component of more than one vertex, or with an arc to itself.
std::optional<LayerIndex> vertex_on_cycle(const std::vector<std::vector<LayerIndex>>& predecessors) {
  BoostGraph graph(predecessors.size());
  for (LayerIndex v = 0; v < predecessors.size(); ++v) {
    for (const auto u : predecessors[v]) {
      if (u == v) return v;
      boost::add_edge(u, v, graph);
    }
  }
  std::vector<std::size_t> component(predecessors.size());
  const auto count = boost::strong_components(
      graph, boost::make_iterator_property_map(component.begin(), boost::get(boost::vertex_index, graph)));
  std::vector<std::size_t> members(static_cast<std::size_t>(count), 0);
  for (const auto c : component) ++members[c];
  for (LayerIndex v = 0; v < component.size(); ++v) {
    if (members[component[v]] > 1) return v;
  }
  return std::nullopt;
}

}  // namespace

Graph::Graph(std::vector<std::vector<LayerIndex>> predecessors)
    : predecessors_(std::move(predecessors)), consumers_(predecessors_.size()) {
  for (LayerIndex v = 0; v < predecessors_.size(); ++v) {
    for (const auto u : predecessors_[v]) {
      ensure(u < v, "a graph's layers stand in topological order");
      if (consumers_[u].empty() || consumers_[u].back() != v) consumers_[u].push_back(v);
    }
  }
}

bool Graph::is_downward_closed(const Placement& on_device) const {
  for (LayerIndex v = 0; v < size(); ++v) {
    if (!on_device[v]) continue;
    if (!std::ranges::all_of(predecessors_[v], [&](LayerIndex u) { return on_device[u]; })) return false;
  }
  return true;
}

std::vector<LayerIndex> Graph::crossing(const Placement& on_device) const {
  std::vector<LayerIndex> tensors;
  for (LayerIndex v = 0; v < size(); ++v) {
    if (!on_device[v]) continue;
    if (std::ranges::any_of(consumers_[v], [&](LayerIndex w) { return !on_device[w]; })) tensors.push_back(v);
  }
  return tensors;
}

std::vector<LayerIndex> Graph::cut_vertices(const Placement& active) const {
  // v is on every path when no arc jumps over it and no other path starts after it or ends before it.
  std::vector<LayerIndex> result;
  LayerIndex last_source = 0;
  for (LayerIndex v = 0; v < size(); ++v) last_source = active[v] && is_source(v) ? v : last_source;
  LayerIndex reach = 0;  // the farthest consumer of any layer before v
  bool sink_before = false;
  for (LayerIndex v = 0; v < size(); ++v) {
    if (!active[v]) continue;
    if (v >= last_source && reach <= v && !sink_before) result.push_back(v);
    bool is_read = false;
    for (const auto w : consumers_[v]) {
      if (!active[w]) continue;
      is_read = true;
      reach = std::max(reach, w);
    }
    sink_before = sink_before || !is_read;
  }
  return result;
}

Placement Graph::ancestors(LayerIndex v) const {
  Placement found(size(), false);
  found[v] = true;
  for (LayerIndex w = v + 1; w-- > 0;) {
    if (!found[w]) continue;
    for (const auto u : predecessors_[w]) found[u] = true;
  }
  return found;
}

Placement prefix(std::size_t size, LayerIndex last) {
  Placement on_device(size, false);
  std::fill(on_device.begin(), on_device.begin() + static_cast<std::ptrdiff_t>(last) + 1, true);
  return on_device;
}

Order topological_order(const std::vector<std::vector<LayerIndex>>& predecessors) {
  Order result;
  result.on_cycle = vertex_on_cycle(predecessors);
  // Kahn's algorithm with the smallest index first. Boost's topological_sort would not keep the given order.
  std::vector<std::size_t> waiting_for(predecessors.size());
  std::vector<std::vector<LayerIndex>> consumers(predecessors.size());
  std::priority_queue<LayerIndex, std::vector<LayerIndex>, std::greater<>> ready;
  for (LayerIndex v = 0; v < predecessors.size(); ++v) {
    waiting_for[v] = predecessors[v].size();
    for (const auto u : predecessors[v]) consumers[u].push_back(v);
    if (predecessors[v].empty()) ready.push(v);
  }
  while (!ready.empty()) {
    const auto v = ready.top();
    ready.pop();
    result.order.push_back(v);
    for (const auto w : consumers[v]) {
      if (--waiting_for[w] == 0) ready.push(w);
    }
  }
  return result;
}

}  // namespace edgecut::dnn
