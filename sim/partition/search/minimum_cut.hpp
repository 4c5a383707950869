// The exact minimum over every downward-closed placement of a DAG, by one minimum s-t cut.
#pragma once

#include <optional>
#include <vector>

#include "dnn/graph.hpp"
#include "plan/plan.hpp"

namespace edgecut::partition {

/// What each layer adds to a sum, by where it runs. All are >= 0.
struct CutCosts {
  std::vector<double> device;  // when the layer is on the device
  std::vector<double> cloud;   // when it is in the cloud
  std::vector<double> send;    // when it is on the device and read in the cloud: once, however many read it
  double once = 0.0;           // when anything runs in the cloud

  [[nodiscard]] double of(const dnn::Graph& graph, const dnn::Placement& on_device) const;
};

/// The problem's objective as costs of two tiers: seconds, joules or bytes. Their sum is exactly Cost::objective of the
/// plan, where no layer runs on a tier that cannot run it. The slowest stage is no sum: InternalError.
CutCosts objective_costs(const plan::Problem& problem, plan::Objective objective, const plan::Variant& variant);

/// Layers whose place is given: they and what follows from it (predecessors of device layers, consumers of cloud
/// layers).
enum class Place : unsigned char { free, device, cloud };

struct MinimumCut {
  dnn::Placement on_device;
  double value = 0.0;  // of the placement, recomputed from the costs; `once` is not in it
};

/// argmin of the costs without `once` over downward-closed placements that keep `places`.
///
/// Hu et al., "Dynamic adaptive DNN surgery for inference acceleration on the edge", INFOCOM 2019, with the
/// corrections without which it is wrong on DAGs: a tensor with several readers is sent once (an auxiliary vertex), no
/// free return to the device (infinite reverse arcs), inputs pinned to the device. "Infinite" is 1 + the sum of all
/// finite capacities, so that small arcs are not lost in rounding. Boykov-Kolmogorov maximum flow [TPAMI 2004].
MinimumCut minimum_cut(const dnn::Graph& graph, const CutCosts& costs, const std::vector<Place>& places);

/// The flow network whose minimum cut that is. Vertices: the layers, an auxiliary one for each with several readers,
/// the source (device) and the sink (cloud).
struct CutNetwork {
  struct Arc {
    std::size_t from = 0;
    std::size_t to = 0;
    double capacity = 0.0;
    double back = 0.0;  // of the reverse arc
  };
  std::size_t vertices = 0;
  std::size_t device = 0;
  std::size_t cloud = 0;
  std::vector<Arc> arcs;
};
CutNetwork cut_network(const dnn::Graph& graph, const CutCosts& costs, const std::vector<Place>& places);

/// Inputs pinned to the device, everything else free.
std::vector<Place> inputs_on_device(const dnn::Network& network);

/// The same, and layers where they can run; none when some layer has no place.
std::optional<std::vector<Place>> places_of(const plan::Problem& problem, std::size_t processor);

}  // namespace edgecut::partition
