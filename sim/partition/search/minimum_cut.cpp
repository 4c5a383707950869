#include "partition/search/minimum_cut.hpp"

#include <algorithm>
#include <numeric>

#include "partition/search/flow_network.hpp"
#include "units/ensure.hpp"

namespace edgecut::partition {
namespace {

using dnn::Graph;
using dnn::LayerIndex;
using dnn::Placement;

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

namespace {

// What one layer adds to an objective, by where it runs, and what its output adds when it is sent.
struct LayerCosts {
  double device = 0.0;
  double cloud = 0.0;
  double send = 0.0;
};

struct Crossing {
  Bytes size;
  Seconds encode;
  Seconds decode;
};

// What the radio draws while the cloud computes, where something comes back.
Joules awaiting(const plan::Problem& problem, Seconds time) {
  const auto power = problem.sleep.tail_power;
  return power > Watts() && problem.whole_result() > Bytes() ? power * time : Joules();
}

LayerCosts layer_costs(const plan::Problem& problem, plan::Objective objective, const plan::Variant& variant,
                       LayerIndex v) {
  const auto& host = problem.processors.at(variant.processor);
  const Crossing crossing{problem.sent(v, variant.encoding), problem.encode(v, variant.encoding),
                          problem.decode(v, variant.encoding)};
  const Seconds sending = crossing.size / problem.link.up;
  const Seconds receiving = problem.result[v] > Bytes() ? problem.result[v] / problem.link.down : Seconds();
  const auto seconds = [](Seconds time) { return time < plan::never ? time.value() : 0.0; };  // Place tells where not
  switch (objective) {
    case plan::Objective::latency:
      return {seconds(host.layer_time[v]), seconds(problem.cloud_time[v]) + receiving.value(),
              (sending + crossing.encode + crossing.decode).value()};
    case plan::Objective::energy:
      return {host.layer_time[v] < plan::never ? host.energy(v).value() : 0.0,
              (problem.cloud_energy(v) + problem.receive_slope * problem.result[v] + problem.receive_base * receiving)
                      .value() +
                  awaiting(problem, Seconds(seconds(problem.cloud_time[v]))).value(),
              (problem.transmit_slope * crossing.size + problem.transmit_base * sending +
               host.active_increment * crossing.encode + awaiting(problem, crossing.decode))
                  .value()};
    case plan::Objective::bytes:
      return {0.0, 0.0, crossing.size.value()};
    case plan::Objective::throughput:
      break;
  }
  throw InternalError("the slowest stage is no sum over layers");
}

}  // namespace

CutCosts objective_costs(const plan::Problem& problem, plan::Objective objective, const plan::Variant& variant) {
  ensure(!problem.edge, "costs of two tiers");
  const std::size_t size = problem.network->size();
  const auto& active = problem.network->active();
  CutCosts costs{std::vector<double>(size, 0.0), std::vector<double>(size, 0.0), std::vector<double>(size, 0.0), 0.0};
  for (LayerIndex v = 0; v < size; ++v) {
    if (!active[v]) continue;
    const auto layer = layer_costs(problem, objective, variant, v);
    costs.device[v] = layer.device;
    costs.cloud[v] = layer.cloud;
    costs.send[v] = problem.network->is_read(v) ? layer.send : 0.0;
  }
  if (objective == plan::Objective::latency) {
    costs.once =
        (problem.link.up_latency + problem.link.down_latency + problem.cloud_wait + problem.sleep.promotion_delay)
            .value();
  }
  if (objective == plan::Objective::energy) {
    costs.once = (problem.sleep.once() + awaiting(problem, problem.link.up_latency + problem.cloud_wait)).value();
  }
  return costs;
}

std::optional<std::vector<Place>> places_of(const plan::Problem& problem, std::size_t processor) {
  const auto& network = *problem.network;
  const auto& graph = network.graph();
  auto places = inputs_on_device(network);
  for (LayerIndex v = 0; v < network.size(); ++v) {
    if (!network.active()[v]) continue;
    const bool no_device = !(problem.processors[processor].layer_time[v] < plan::never);
    const bool reads_cloud =
        std::ranges::any_of(graph.predecessors(v), [&](LayerIndex u) { return places[u] == Place::cloud; });
    if (no_device && places[v] == Place::device) return std::nullopt;
    if (no_device || reads_cloud) places[v] = Place::cloud;
    if (!(problem.cloud_time[v] < plan::never) && !network.is_input(v)) {
      if (places[v] == Place::cloud) return std::nullopt;
      places[v] = Place::device;
    }
  }
  // What a layer that must be on the device reads has to be there, too.
  for (LayerIndex v = network.size(); v-- > 0;) {
    if (places[v] != Place::device) continue;
    for (const auto u : graph.predecessors(v)) {
      if (places[u] == Place::cloud) return std::nullopt;
      places[u] = Place::device;
    }
  }
  return places;
}

std::vector<Place> inputs_on_device(const dnn::Network& network) {
  std::vector<Place> places(network.size(), Place::free);
  for (LayerIndex v = 0; v < network.size(); ++v) {
    if (network.is_input(v)) places[v] = Place::device;
  }
  return places;
}

CutNetwork cut_network(const Graph& graph, const CutCosts& costs, const std::vector<Place>& places) {
  const std::size_t size = graph.size();
  const auto closed = close(graph, places);
  const double infinite = 1.0 + total(costs.device) + total(costs.cloud) + total(costs.send);
  std::vector<std::size_t> sender(size);
  std::size_t next = size;
  std::size_t readers = 0;
  for (LayerIndex v = 0; v < size; ++v) {
    sender[v] = graph.consumers(v).size() > 1 ? next++ : v;
    readers += graph.consumers(v).size();
  }
  CutNetwork network{next + 2, next, next + 1, {}};
  network.arcs.reserve(3 * size + 2 * readers);
  const auto arc = [&](std::size_t u, std::size_t v, double capacity, double back = 0.0) {
    network.arcs.push_back({u, v, capacity, back});
  };
  for (LayerIndex v = 0; v < size; ++v) {
    // On the source side (device) the arc to the sink is cut, and the other way round.
    arc(network.device, v, closed[v] == Place::device ? infinite : costs.cloud[v]);
    arc(v, network.cloud, closed[v] == Place::cloud ? infinite : costs.device[v]);
    if (sender[v] != v) arc(v, sender[v], costs.send[v]);
    for (const auto w : graph.consumers(v)) {
      if (sender[v] == v) {
        arc(v, w, costs.send[v], infinite);
      } else {
        arc(sender[v], w, infinite);
        arc(w, v, infinite);
      }
    }
  }
  return network;
}

namespace {

// What flows from the source to the sink through one vertex alone flows at once: of each vertex's two arcs to them only
// one is left. The cut is the same.
std::vector<CutNetwork::Arc> without_through_flow(const CutNetwork& network) {
  std::vector<double> in(network.vertices, 0.0);
  std::vector<double> out(network.vertices, 0.0);
  std::vector<CutNetwork::Arc> arcs;
  arcs.reserve(network.arcs.size());
  for (const auto& arc : network.arcs) {
    if (arc.from == network.device) {
      in[arc.to] = arc.capacity;
    } else if (arc.to == network.cloud) {
      out[arc.from] = arc.capacity;
    } else {
      arcs.push_back(arc);
    }
  }
  for (std::size_t v = 0; v < network.vertices; ++v) {
    if (in[v] > out[v]) arcs.push_back({network.device, v, in[v] - out[v], 0.0});
    if (in[v] < out[v]) arcs.push_back({v, network.cloud, out[v] - in[v], 0.0});
  }
  return arcs;
}

}  // namespace

MinimumCut minimum_cut(const Graph& graph, const CutCosts& costs, const std::vector<Place>& places) {
  const auto network = cut_network(graph, costs, places);
  FlowNetwork flow(network.vertices);
  flow.reserve(network.arcs.size());
  for (const auto& arc : without_through_flow(network)) flow.arc(arc.from, arc.to, arc.capacity, arc.back);
  flow.solve(network.device, network.cloud);
  MinimumCut cut;
  cut.on_device.resize(graph.size());
  for (LayerIndex v = 0; v < graph.size(); ++v) cut.on_device[v] = flow.is_source_side(v);
  ensure(graph.is_downward_closed(cut.on_device), "a minimum cut is downward-closed");
  CutCosts without_once = costs;
  without_once.once = 0.0;
  cut.value = without_once.of(graph, cut.on_device);
  return cut;
}

}  // namespace edgecut::partition
