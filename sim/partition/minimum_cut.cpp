#include "partition/minimum_cut.hpp"

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/boykov_kolmogorov_max_flow.hpp>
#include <numeric>

#include "units/ensure.hpp"

namespace edgecut::partition {
namespace {

using dnn::Graph;
using dnn::LayerIndex;
using dnn::Placement;

using Traits = boost::adjacency_list_traits<boost::vecS, boost::vecS, boost::directedS>;

struct VertexData {
  boost::default_color_type color = boost::white_color;
  double distance = 0.0;
  Traits::edge_descriptor predecessor;
};
struct EdgeData {
  double capacity = 0.0;
  double residual = 0.0;
  Traits::edge_descriptor reverse;
};
using FlowGraph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS, VertexData, EdgeData>;

class Flow {
 public:
  explicit Flow(std::size_t vertices) : graph_(vertices) {}

  // An arc u -> v and its reverse, whose capacity is 0 unless given.
  void arc(std::size_t u, std::size_t v, double capacity, double back = 0.0) {
    const auto forward = boost::add_edge(u, v, graph_).first;
    const auto backward = boost::add_edge(v, u, graph_).first;
    graph_[forward].capacity = capacity;
    graph_[backward].capacity = back;
    graph_[forward].reverse = backward;
    graph_[backward].reverse = forward;
  }

  // Runs the maximum flow; afterwards is_source_side() tells the sides of the minimum cut.
  void solve(std::size_t source, std::size_t sink) {
    boost::boykov_kolmogorov_max_flow(graph_, boost::get(&EdgeData::capacity, graph_),
                                      boost::get(&EdgeData::residual, graph_), boost::get(&EdgeData::reverse, graph_),
                                      boost::get(&VertexData::predecessor, graph_),
                                      boost::get(&VertexData::color, graph_), boost::get(&VertexData::distance, graph_),
                                      boost::get(boost::vertex_index, graph_), source, sink);
  }
  [[nodiscard]] bool is_source_side(std::size_t v) const { return graph_[v].color == boost::black_color; }

 private:
  FlowGraph graph_;
};

double total(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

// What follows from the given places.
std::vector<Place> close(const Graph& graph, std::vector<Place> places) {
  for (LayerIndex v = graph.size(); v-- > 0;) {
    if (places[v] != Place::device) continue;
    for (const auto u : graph.predecessors(v)) {
      ensure(places[u] != Place::cloud, "given places are downward-closed");
      places[u] = Place::device;
    }
  }
  for (LayerIndex v = 0; v < graph.size(); ++v) {
    if (places[v] != Place::cloud) continue;
    for (const auto w : graph.consumers(v)) {
      ensure(places[w] != Place::device, "given places are downward-closed");
      places[w] = Place::cloud;
    }
  }
  return places;
}

}  // namespace

double CutCosts::of(const Graph& graph, const Placement& on_device) const {
  double sum = 0.0;
  bool uses_cloud = false;
  for (LayerIndex v = 0; v < graph.size(); ++v) {
    sum += on_device[v] ? device[v] : cloud[v];
    uses_cloud = uses_cloud || !on_device[v];
  }
  for (const auto v : graph.crossing(on_device)) sum += send[v];
  return uses_cloud ? sum + once : sum;
}

CutCosts objective_costs(const plan::Problem& problem, plan::Objective objective, std::size_t processor) {
  const auto& host = problem.processors.at(processor);
  const std::size_t size = problem.network->size();
  CutCosts costs{std::vector<double>(size, 0.0), std::vector<double>(size, 0.0), std::vector<double>(size, 0.0), 0.0};
  const Seconds receiving = problem.result / problem.downlink;
  for (LayerIndex v = 0; v < size; ++v) {
    const Seconds sending = problem.output[v] / problem.uplink;
    switch (objective) {
      case plan::Objective::latency:
        costs.device[v] = host.layer_time[v].value();
        costs.cloud[v] = problem.cloud_time[v].value();
        costs.send[v] = sending.value();
        break;
      case plan::Objective::energy:
        costs.device[v] = (host.active_increment * host.layer_time[v]).value();
        costs.send[v] = (problem.transmit_slope * problem.output[v] + problem.transmit_base * sending).value();
        break;
      case plan::Objective::bytes:
        costs.send[v] = problem.output[v].value();
        break;
    }
  }
  if (objective == plan::Objective::latency) costs.once = (problem.rtt + receiving).value();
  if (objective == plan::Objective::energy) {
    costs.once = (problem.receive_slope * problem.result + problem.receive_base * receiving).value();
  }
  return costs;
}

std::vector<Place> inputs_on_device(const dnn::Network& network) {
  std::vector<Place> places(network.size(), Place::free);
  for (LayerIndex v = 0; v < network.size(); ++v) {
    if (network.is_input(v)) places[v] = Place::device;
  }
  return places;
}

MinimumCut minimum_cut(const Graph& graph, const CutCosts& costs, const std::vector<Place>& places) {
  const std::size_t size = graph.size();
  const auto closed = close(graph, places);
  const double infinite = 1.0 + total(costs.device) + total(costs.cloud) + total(costs.send);
  // Vertices: the layers, an auxiliary one for each with several readers, the source (device) and the sink (cloud).
  std::vector<std::size_t> sender(size);
  std::size_t next = size;
  for (LayerIndex v = 0; v < size; ++v) sender[v] = graph.consumers(v).size() > 1 ? next++ : v;
  const std::size_t device = next;
  const std::size_t cloud = next + 1;
  Flow flow(next + 2);
  for (LayerIndex v = 0; v < size; ++v) {
    // On the source side (device) the arc to the sink is cut, and the other way round.
    flow.arc(device, v, closed[v] == Place::device ? infinite : costs.cloud[v]);
    flow.arc(v, cloud, closed[v] == Place::cloud ? infinite : costs.device[v]);
    if (sender[v] != v) flow.arc(v, sender[v], costs.send[v]);
    for (const auto w : graph.consumers(v)) {
      if (sender[v] == v) {
        flow.arc(v, w, costs.send[v], infinite);
      } else {
        flow.arc(sender[v], w, infinite);
        flow.arc(w, v, infinite);
      }
    }
  }
  flow.solve(device, cloud);
  MinimumCut cut;
  cut.on_device.resize(size);
  for (LayerIndex v = 0; v < size; ++v) cut.on_device[v] = flow.is_source_side(v);
  ensure(graph.is_downward_closed(cut.on_device), "a minimum cut is downward-closed");
  CutCosts without_once = costs;
  without_once.once = 0.0;
  cut.value = without_once.of(graph, cut.on_device);
  return cut;
}

}  // namespace edgecut::partition
