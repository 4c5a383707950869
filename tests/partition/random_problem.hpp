// Small random problems on random DAGs, and the optimum by trying every placement.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "plan/plan.hpp"

namespace edgecut::tests {

/// A problem and the network that it is about.
struct OwnedProblem {
  std::unique_ptr<const dnn::Network> network;
  plan::Problem problem;
};

inline dnn::Layer make_layer(dnn::LayerIndex v, std::vector<dnn::LayerIndex> inputs) {
  dnn::Layer layer;
  layer.name = "v" + std::to_string(v);
  layer.kind = inputs.empty() ? dnn::LayerKind::input : dnn::LayerKind::conv;
  layer.shape = {1, 1, 1, 1};
  layer.inputs = std::move(inputs);
  return layer;
}

/// A problem with these seconds and bytes and nothing else: 1 B/s up, no result, no round trip, no limits.
inline OwnedProblem plain_problem(std::vector<dnn::Layer> layers, const std::vector<double>& device,
                                  const std::vector<double>& cloud, const std::vector<double>& bytes) {
  OwnedProblem owned;
  for (std::size_t v = 0; v < layers.size(); ++v) layers[v].output = Bytes(bytes[v]);
  owned.network = std::make_unique<const dnn::Network>("test", "test", "test", "fp32", std::move(layers));
  auto& problem = owned.problem;
  problem.network = owned.network.get();
  plan::Processor processor;
  processor.name = "cpu";
  for (const double d : device) processor.layer_time.emplace_back(d);
  for (const double c : cloud) problem.cloud_time.emplace_back(c);
  for (const double o : bytes) problem.output.emplace_back(o);
  processor.nominal = FlopRate(1.0);
  problem.processors.push_back(std::move(processor));
  problem.cloud_nominal = FlopRate(1.0);
  problem.result.assign(owned.network->size(), Bytes());
  problem.link.up = Bandwidth(1.0);
  problem.link.down = Bandwidth(1.0);
  problem.memory = Bytes(1e18);
  problem.storage = Bytes(1e18);
  return owned;
}

/// A connected DAG of `size` layers (one input, or two) with random costs, powers, round trip and result.
inline OwnedProblem random_problem(std::mt19937& random, std::size_t size, std::size_t processors = 1) {
  const auto uniform = [&](double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(random);
  };
  const bool two_inputs = size > 4 && random() % 4 == 0;
  std::vector<dnn::Layer> layers;
  for (dnn::LayerIndex v = 0; v < size; ++v) {
    std::set<dnn::LayerIndex> inputs;
    const bool is_input = v == 0 || (two_inputs && v == 1);
    if (!is_input) {
      const std::size_t count = 1 + random() % 3;
      for (std::size_t i = 0; i < count; ++i) inputs.insert(v - 1 - random() % std::min<std::size_t>(v, 4));
    }
    auto layer = make_layer(v, {inputs.begin(), inputs.end()});
    layer.macs = is_input ? 0 : static_cast<std::int64_t>(1 + random() % 1000);
    layer.parameters = is_input ? 0 : static_cast<std::int64_t>(random() % 1000);
    layer.weights = Bytes(4.0 * static_cast<double>(layer.parameters));
    layers.push_back(std::move(layer));
  }
  std::vector<double> device;
  std::vector<double> cloud;
  std::vector<double> bytes;
  for (dnn::LayerIndex v = 0; v < size; ++v) {
    const bool is_input = layers[v].inputs.empty();
    device.push_back(is_input ? 0.0 : uniform(0.0, 10.0));
    cloud.push_back(is_input ? 0.0 : uniform(0.0, 2.0));
    bytes.push_back(static_cast<double>(1 + random() % 20));
  }
  auto owned = plain_problem(std::move(layers), device, cloud, bytes);
  auto& problem = owned.problem;
  problem.link.set_rtt(Seconds(uniform(0.0, 3.0)));
  for (dnn::LayerIndex v = 0; v < size; ++v) {
    if (owned.network->graph().is_sink(v)) problem.result[v] = Bytes(static_cast<double>(random() % 5));
  }
  problem.link.up = Bandwidth(uniform(0.5, 5.0));
  problem.link.down = Bandwidth(uniform(0.5, 5.0));
  problem.transmit_slope = JoulesPerByte(uniform(0.0, 1.0));
  problem.transmit_base = Watts(uniform(0.0, 2.0));
  problem.receive_base = Watts(uniform(0.0, 2.0));
  problem.processors[0].active_increment = Watts(uniform(0.1, 3.0));
  for (std::size_t p = 1; p < processors; ++p) {
    auto other = problem.processors[0];
    for (auto& time : other.layer_time) time *= uniform(0.3, 3.0);
    other.active_increment = Watts(uniform(0.1, 3.0));
    problem.processors.push_back(std::move(other));
  }
  const auto& graph = owned.network->graph();
  bool all_return = true;
  for (dnn::LayerIndex v = 0; v < size; ++v)
    all_return = all_return && (!graph.is_sink(v) || problem.result[v] > Bytes());
  if (all_return && random() % 2 == 0) {
    problem.sleep = {Seconds(uniform(0.0, 3.0)), Watts(uniform(0.0, 2.0)), Seconds(uniform(0.0, 3.0)),
                     Watts(uniform(0.0, 2.0))};
  }
  return owned;
}

/// Adds an edge server, and sometimes a link of device and cloud of their own, memory that binds, layers that cannot run
/// everywhere.
inline void add_edge(std::mt19937& random, plan::Problem& problem) {
  const auto uniform = [&](double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(random);
  };
  const auto hop = [&] {
    return plan::Hop{Bandwidth(uniform(0.5, 8.0)), Bandwidth(uniform(0.5, 8.0)), Seconds(uniform(0.0, 2.0)),
                     Seconds(uniform(0.0, 2.0))};
  };
  plan::Edge edge;
  for (dnn::LayerIndex v = 0; v < problem.network->size(); ++v) {
    edge.layer_time.emplace_back(problem.network->is_input(v) ? 0.0 : uniform(0.0, 5.0));
  }
  edge.nominal = FlopRate(1.0);
  edge.link = hop();
  edge.wait = Seconds(uniform(0.0, 0.5));
  problem.edge = edge;
  if (random() % 3 != 0) return;
  problem.direct = hop();
  problem.direct_radio = {
      JoulesPerByte(uniform(0.0, 2.0)),
      Watts(uniform(0.0, 2.0)),
      JoulesPerByte(uniform(0.0, 2.0)),
      Watts(uniform(0.0, 2.0)),
      {Seconds(uniform(0.0, 1.0)), Watts(uniform(0.0, 2.0)), Seconds(uniform(0.0, 2.0)), Watts(uniform(0.0, 2.0))}};
}

/// Joules of each layer, whatever its time: on the device, and on the servers.
inline void add_joules(std::mt19937& random, plan::Problem& problem) {
  const auto by_layer = [&] {
    std::vector<Joules> list;
    for (dnn::LayerIndex v = 0; v < problem.network->size(); ++v) {
      list.emplace_back(problem.network->is_input(v) ? 0.0 : std::uniform_real_distribution<double>(0.0, 20.0)(random));
    }
    return list;
  };
  for (auto& processor : problem.processors) processor.layer_energy = by_layer();
  if (random() % 2 == 0) problem.cloud_layer_energy = by_layer();
  if (problem.edge && random() % 2 == 0) problem.edge->layer_energy = by_layer();
}

/// Makes some layers impossible on a tier; problems without any plan may result.
inline void bar_layers(std::mt19937& random, plan::Problem& problem) {
  for (dnn::LayerIndex v = 0; v < problem.network->size(); ++v) {
    if (problem.network->is_input(v)) continue;
    if (random() % 8 == 0) problem.processors[0].layer_time[v] = plan::never;
    if (random() % 8 == 0) problem.cloud_time[v] = plan::never;
    if (problem.edge && random() % 3 == 0) problem.edge->layer_time[v] = plan::never;
  }
}

/// Two encodings to choose from: as it is, and a half of the bytes for some codec time.
inline void add_encodings(std::mt19937& random, plan::Problem& problem) {
  const auto uniform = [&](double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(random);
  };
  for (const double ratio : {1.0, 0.5}) {
    plan::Encoding encoding;
    encoding.name = ratio == 1.0 ? "plain" : "half";
    for (dnn::LayerIndex v = 0; v < problem.network->size(); ++v) {
      const bool is_input = problem.network->is_input(v);
      encoding.output.push_back(is_input ? problem.output[v] : problem.output[v] * ratio);
      encoding.encode.emplace_back(is_input || ratio == 1.0 ? 0.0 : uniform(0.0, 1.0));
      encoding.decode.emplace_back(is_input || ratio == 1.0 ? 0.0 : uniform(0.0, 0.5));
    }
    problem.encodings.push_back(std::move(encoding));
  }
}

/// Calls `visit` with every monotone assignment of layers to three tiers, with every encoding.
inline void for_every_three_tier_plan(const plan::Problem& problem,
                                      const std::function<void(const plan::Candidate&)>& visit) {
  const auto& network = *problem.network;
  std::size_t assignments = 1;
  for (dnn::LayerIndex v = 0; v < network.size(); ++v) assignments *= 3;
  for (const auto& variant : plan::variants(problem)) {
    for (std::size_t code = 0; code < assignments; ++code) {
      plan::Plan plan{variant.processor, dnn::Placement(network.size()), dnn::Placement(network.size()),
                      variant.encoding};
      auto rest = code;
      bool is_valid = true;
      for (dnn::LayerIndex v = 0; v < network.size(); ++v, rest /= 3) {
        plan.on_device[v] = rest % 3 == 0;
        plan.on_edge[v] = rest % 3 == 1;
        is_valid = is_valid && (plan.on_device[v] || !network.is_input(v));
        for (const auto u : network.graph().predecessors(v)) is_valid = is_valid && plan.tier(u) <= plan.tier(v);
      }
      if (is_valid) visit(plan::make_candidate(problem, std::move(plan)));
    }
  }
}

/// Calls `visit` with every downward-closed placement that holds the inputs, on every processor.
inline void for_every_plan(const plan::Problem& problem, const std::function<void(const plan::Candidate&)>& visit) {
  const auto& network = *problem.network;
  for (const auto& variant : plan::variants(problem)) {
    for (unsigned set = 0; set < (1U << network.size()); ++set) {
      plan::Candidate candidate{{variant.processor, dnn::Placement(network.size()), {}, variant.encoding}, {}};
      bool has_inputs = true;
      for (dnn::LayerIndex v = 0; v < network.size(); ++v) {
        candidate.plan.on_device[v] = ((set >> v) & 1U) != 0;
        has_inputs = has_inputs && (candidate.plan.on_device[v] || !network.is_input(v));
      }
      if (!has_inputs || !network.graph().is_downward_closed(candidate.plan.on_device)) continue;
      candidate.cost = plan::evaluate(problem, candidate.plan);
      visit(candidate);
    }
  }
}

/// The smallest objective of any feasible plan that `also` admits; none where there is no such plan.
inline std::optional<double> brute_force(
    const plan::Problem& problem,
    const std::function<bool(const plan::Candidate&)>& also = [](const plan::Candidate&) { return true; }) {
  std::optional<double> best;
  for_every_plan(problem, [&](const plan::Candidate& candidate) {
    if (!plan::is_feasible(problem, candidate.cost) || !also(candidate)) return;
    const double value = candidate.cost.objective(problem.objective);
    if (!best || value < *best) best = value;
  });
  return best;
}

}  // namespace edgecut::tests
