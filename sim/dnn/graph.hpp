// The DAG of a network's layers, by index. Layers stand in a topological order (every predecessor before its
// consumers), which is also the order of execution.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace edgecut::dnn {

/// Index of a layer in its network.
using LayerIndex = std::size_t;

/// The layers that run on the device: placement[v] is true. Downward-closed in every valid plan.
using Placement = std::vector<bool>;

class Graph {
 public:
  Graph() = default;
  /// `predecessors[v]` lists the layers whose output `v` reads; each must be below `v`.
  explicit Graph(std::vector<std::vector<LayerIndex>> predecessors);

  [[nodiscard]] std::size_t size() const { return predecessors_.size(); }
  [[nodiscard]] const std::vector<LayerIndex>& predecessors(LayerIndex v) const { return predecessors_[v]; }
  [[nodiscard]] const std::vector<LayerIndex>& consumers(LayerIndex v) const { return consumers_[v]; }
  [[nodiscard]] bool is_source(LayerIndex v) const { return predecessors_[v].empty(); }
  [[nodiscard]] bool is_sink(LayerIndex v) const { return consumers_[v].empty(); }

  /// True when no layer on the device reads the output of a layer in the cloud.
  [[nodiscard]] bool is_downward_closed(const Placement& on_device) const;

  /// Layers on the device with a consumer in the cloud: the tensors that cross the cut, each once.
  [[nodiscard]] std::vector<LayerIndex> crossing(const Placement& on_device) const;

  /// Layers through which every path from a source to a sink runs, in order. [Scission, UCC 2020]
  [[nodiscard]] std::vector<LayerIndex> cut_vertices() const { return cut_vertices(Placement(size(), true)); }
  /// The same of the part of the graph that is `active`: a set that holds the predecessors of its members.
  [[nodiscard]] std::vector<LayerIndex> cut_vertices(const Placement& active) const;

  /// A layer and everything that it reads, directly or not.
  [[nodiscard]] Placement ancestors(LayerIndex v) const;

 private:
  std::vector<std::vector<LayerIndex>> predecessors_;
  std::vector<std::vector<LayerIndex>> consumers_;
};

/// Layers 0..last on the device.
Placement prefix(std::size_t size, LayerIndex last);

/// A topological order of the vertices 0..n-1 that keeps the given order wherever the arcs allow it.
struct Order {
  std::vector<LayerIndex> order;
  std::optional<LayerIndex> on_cycle;  // a vertex of a cycle, where there is one; `order` is then incomplete
};
Order topological_order(const std::vector<std::vector<LayerIndex>>& predecessors);

}  // namespace edgecut::dnn
