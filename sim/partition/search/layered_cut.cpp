#include "partition/search/layered_cut.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

#include "partition/search/flow_network.hpp"
#include "units/ensure.hpp"

namespace edgecut::partition {
namespace {

using dnn::LayerIndex;
using dnn::Placement;
using plan::Candidate;
using plan::Objective;
using plan::Problem;
using plan::Variant;

constexpr std::size_t tiers = 3;
constexpr std::size_t boundaries = tiers - 1;

// A layer's costs: at each tier, and for its output at each boundary that it crosses. Infinite: not there.
struct Layer {
  std::array<double, tiers> at{};
  std::array<double, boundaries> send{};
};

Seconds over(Bytes size, Bandwidth rate) {
  return size > Bytes() ? size / rate : Seconds();
}

void set_latency(const Problem& problem, const Variant& variant, LayerIndex v, Layer& layer) {
  const auto& edge = *problem.edge;
  const Bytes size = problem.sent(v, variant.encoding);
  const Seconds codec = problem.encode(v, variant.encoding) + problem.decode(v, variant.encoding);
  const Seconds back = over(problem.result[v], problem.link.down);
  layer.at[1] += back.value();
  layer.at[2] += (back + over(problem.result[v], edge.link.down)).value();
  layer.send = {(over(size, problem.link.up) + codec).value(), (over(size, edge.link.up) + codec).value()};
}

void set_energy(const Problem& problem, const Variant& variant, LayerIndex v, Layer& layer) {
  const auto& host = problem.processors[variant.processor];
  const Bytes size = problem.sent(v, variant.encoding);
  const Seconds sending = over(size, problem.link.up);
  const Seconds receiving = over(problem.result[v], problem.link.down);
  const double back = (problem.receive_slope * problem.result[v] + problem.receive_base * receiving).value();
  // The radio stays connected while the servers work, where something comes back.
  const Watts connected = problem.whole_result() > Bytes() ? problem.sleep.tail_power : Watts();
  const auto& relay = problem.edge->link;
  const double head = layer.at[0] == plan::never.value() ? layer.at[0] : host.energy(v).value();
  const auto remote = [&](double time, Seconds relayed, Joules server) {
    if (time == plan::never.value()) return time;
    return back + (server + connected * (Seconds(time) + relayed)).value();
  };
  const Seconds decode = problem.decode(v, variant.encoding);
  const Seconds encode = problem.encode(v, variant.encoding);
  layer.at = {head, remote(layer.at[1], Seconds(), problem.edge->energy(v)),
              remote(layer.at[2], over(problem.result[v], relay.down), problem.cloud_energy(v))};
  layer.send = {(problem.transmit_slope * size + problem.transmit_base * sending + host.active_increment * encode +
                 connected * decode)
                    .value(),
                (connected * (over(size, relay.up) + encode + decode)).value()};
}

Layer layer_of(const Problem& problem, const Variant& variant, LayerIndex v) {
  Layer layer;
  if (!problem.network->active()[v]) return layer;
  layer.at = {problem.processors[variant.processor].layer_time[v].value(), problem.edge->layer_time[v].value(),
              problem.cloud_time[v].value()};
  switch (problem.objective) {
    case Objective::latency:
      set_latency(problem, variant, v, layer);
      break;
    case Objective::energy:
      set_energy(problem, variant, v, layer);
      break;
    case Objective::bytes:
      for (auto& cost : layer.at) cost = cost == plan::never.value() ? cost : 0.0;
      layer.send[0] = problem.sent(v, variant.encoding).value();
      break;
    case Objective::throughput:
      throw InternalError("the slowest stage is no sum over layers");
  }
  if (!problem.network->is_read(v)) layer.send = {};
  return layer;
}

std::vector<Layer> layers_of(const Problem& problem, const Variant& variant) {
  std::vector<Layer> layers;
  for (LayerIndex v = 0; v < problem.network->size(); ++v) {
    layers.push_back(layer_of(problem, variant, v));
    if (problem.network->is_input(v)) layers[v].at[1] = layers[v].at[2] = plan::never.value();
  }
  return layers;
}

// 1 + the sum of all finite costs: never worth cutting, and small enough not to drown the others in rounding.
double infinite_capacity(const std::vector<Layer>& layers) {
  double sum = 1.0;
  for (const auto& layer : layers) {
    for (const double cost : layer.at) sum += cost < plan::never.value() ? cost : 0.0;
    sum += std::accumulate(layer.send.begin(), layer.send.end(), 0.0);
  }
  return sum;
}

// The cut network: for each boundary b a vertex (b, v) that is on the source's side when v runs at tier b or below.
class Layered {
 public:
  Layered(const dnn::Graph& graph, const std::vector<Layer>& layers)
      : graph_(graph),
        size_(graph.size()),
        infinite_(infinite_capacity(layers)),
        flow_(2 * boundaries * graph.size() + 2),
        device_(2 * boundaries * graph.size()),
        cloud_(device_ + 1) {
    for (LayerIndex v = 0; v < size_; ++v) add_places(v, layers[v]);
    for (std::size_t b = 0; b < boundaries; ++b) {
      for (LayerIndex v = 0; v < size_; ++v) add_tensor(b, v, layers[v].send.at(b));
    }
    flow_.solve(device_, cloud_);
  }

  [[nodiscard]] bool is_within(std::size_t b, LayerIndex v) const { return flow_.is_source_side(vertex(b, v)); }

 private:
  [[nodiscard]] std::size_t vertex(std::size_t b, LayerIndex v) const { return b * size_ + v; }
  [[nodiscard]] std::size_t sender(std::size_t b, LayerIndex v) const { return (boundaries + b) * size_ + v; }
  [[nodiscard]] double capacity(double cost) const { return std::min(cost, infinite_); }

  // A chain source -> (1, v) -> (0, v) -> sink: the arc that is cut tells the tier.
  void add_places(LayerIndex v, const Layer& layer) {
    flow_.arc(device_, vertex(1, v), capacity(layer.at[2]));
    flow_.arc(vertex(1, v), vertex(0, v), capacity(layer.at[1]), infinite_);
    flow_.arc(vertex(0, v), cloud_, capacity(layer.at[0]));
  }

  void add_tensor(std::size_t b, LayerIndex v, double send) {
    flow_.arc(vertex(b, v), sender(b, v), send);
    for (const auto w : graph_.consumers(v)) {
      flow_.arc(sender(b, v), vertex(b, w), infinite_);
      flow_.arc(vertex(b, w), vertex(b, v), infinite_);
    }
  }

  const dnn::Graph& graph_;
  std::size_t size_;
  double infinite_;
  FlowNetwork flow_;
  std::size_t device_;
  std::size_t cloud_;
};

class Search {
 public:
  Search(const Problem& problem, const Variant& variant, std::optional<Candidate>& best)
      : problem_(problem), variant_(variant), best_(best) {}

  void run() {
    auto layers = layers_of(problem_, variant_);
    if (!try_cut(layers) && problem_.direct) try_each_on_edge(layers);
    for (auto& layer : layers) layer.at[2] = plan::never.value();
    try_cut(layers);  // nothing in the cloud
    try_through();
    Placement all(problem_.network->size(), true);
    keep({variant_.processor, all, {}, variant_.encoding});
  }

 private:
  // With a direct link a plan without edge layers does not relay, and so is not what the cut took it for: the plans
  // that use the edge server are those with some layer on it.
  void try_each_on_edge(const std::vector<Layer>& layers) {
    for (LayerIndex v = 0; v < layers.size(); ++v) {
      if (problem_.network->is_input(v) || !problem_.network->active()[v]) continue;
      auto forced = layers;
      forced[v].at[0] = forced[v].at[2] = plan::never.value();
      try_cut(forced);
    }
  }

  // Device and cloud only: over the direct link, or passed on by the edge server as it is, coded once.
  void try_through() {
    Problem through = problem_;
    if (problem_.direct) {
      through.link = *problem_.direct;
      through.set_radio(problem_.direct_radio);
      through.edge->link.up = through.edge->link.down = Bandwidth(plan::never.value());
    }
    auto layers = layers_of(through, variant_);
    for (LayerIndex v = 0; v < layers.size(); ++v) {
      if (problem_.network->active()[v]) layers[v].at[1] = plan::never.value();
      const auto codec = problem_.encode(v, variant_.encoding) + problem_.decode(v, variant_.encoding);
      layers[v].send[1] = std::max(0.0, layers[v].send[1] - codec_cost(through, codec));
    }
    try_cut(layers);
  }

  // Keeps the plan of a cut, if there is one; whether it uses the edge server.
  bool try_cut(const std::vector<Layer>& layers) {
    const auto& network = *problem_.network;
    const Layered cut(network.graph(), layers);
    plan::Plan plan{variant_.processor, Placement(network.size()), Placement(network.size()), variant_.encoding};
    for (LayerIndex v = 0; v < network.size(); ++v) {
      plan.on_device[v] = cut.is_within(0, v);
      plan.on_edge[v] = !plan.on_device[v] && cut.is_within(1, v);
      if (layers[v].at.at(static_cast<std::size_t>(plan.tier(v))) == plan::never.value())
        return false;  // there is no such plan
    }
    return keep(std::move(plan));
  }

  // What coding on a server costs.
  [[nodiscard]] static double codec_cost(const Problem& problem, Seconds codec) {
    switch (problem.objective) {
      case Objective::latency:
        return codec.value();
      case Objective::energy:
        return problem.whole_result() > Bytes() ? (problem.sleep.tail_power * codec).value() : 0.0;
      case Objective::bytes:
      case Objective::throughput:
        break;
    }
    return 0.0;
  }

  bool keep(plan::Plan plan) {
    auto candidate = plan::make_candidate(problem_, std::move(plan));
    if (!(candidate.cost.latency < plan::never)) return false;
    const bool uses_edge = candidate.cost.uses_edge;
    if (!best_ || plan::is_better(candidate, *best_, problem_.objective)) best_ = std::move(candidate);
    return uses_edge;
  }

  const Problem& problem_;
  Variant variant_;
  std::optional<Candidate>& best_;
};

}  // namespace

std::optional<Candidate> layered_optimum(const Problem& problem) {
  ensure(problem.edge.has_value(), "three tiers");
  std::optional<Candidate> best;
  for (const auto& variant : plan::variants(problem)) Search(problem, variant, best).run();
  return best;
}

}  // namespace edgecut::partition
