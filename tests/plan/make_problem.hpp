// Problems with round numbers for tests: rates of 1 B/s and 1 FLOP/s, nothing scarce.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "dnn/make_network.hpp"
#include "plan/plan.hpp"

namespace edgecut {

/// Device and cloud times by layer. Outputs on the wire are the network's. `network` outlives the problem.
inline plan::Problem make_problem(const dnn::Network& network, const std::vector<double>& device,
                                  const std::vector<double>& cloud) {
  plan::Problem problem;
  problem.network = &network;
  plan::Processor processor;
  processor.name = "cpu";
  for (const double time : device) processor.layer_time.emplace_back(time);
  processor.active_increment = 2_W;
  processor.nominal = FlopRate(1);
  problem.processors = {processor};
  for (const double time : cloud) problem.cloud_time.emplace_back(time);
  problem.cloud_nominal = FlopRate(10);
  for (const auto& layer : network.layers()) problem.output.push_back(layer.output);
  problem.result.assign(network.size(), Bytes());
  problem.link.up = 1_Bps;
  problem.link.down = 1_Bps;
  problem.memory = 1e12_B;
  problem.storage = 1e12_B;
  return problem;
}

/// The whole result, from the last output of the network.
inline void set_result(plan::Problem& problem, Bytes size) {
  problem.result.assign(problem.network->size(), Bytes());
  for (dnn::LayerIndex v = problem.network->size(); v-- > 0;) {
    if (!problem.network->graph().is_sink(v)) continue;
    problem.result[v] = size;
    return;
  }
}

/// Joules of each layer, whatever its time: on the device, and in the cloud.
inline void add_joules(std::mt19937& random, plan::Problem& problem) {
  const auto joules = [&] { return Joules(0.5 * static_cast<double>(random() % 40)); };
  for (auto& processor : problem.processors) processor.layer_energy.assign(problem.network->size(), Joules());
  problem.cloud_layer_energy.assign(problem.network->size(), Joules());
  for (dnn::LayerIndex v = 0; v < problem.network->size(); ++v) {
    if (problem.network->is_input(v)) continue;
    for (auto& processor : problem.processors) processor.layer_energy[v] = joules();
    if (random() % 2 == 0) problem.cloud_layer_energy[v] = joules();
  }
}

/// A problem with random small numbers on `network`, with `processors` processors on the device.
inline plan::Problem random_problem(std::mt19937& random, const dnn::Network& network, std::size_t processors = 1) {
  const auto below = [&](unsigned n) { return static_cast<double>(random() % n); };
  const auto times = [&](double scale) {
    std::vector<double> list;
    for (dnn::LayerIndex v = 0; v < network.size(); ++v) {
      list.push_back(network.is_input(v) ? 0.0 : scale * (1.0 + below(20)));
    }
    return list;
  };
  auto problem = make_problem(network, times(1.0), times(0.25));
  for (std::size_t i = 1; i < processors; ++i) {
    auto other = problem.processors.front();
    other.name = "other" + std::to_string(i);
    for (auto& time : other.layer_time) time = Seconds(time.value() * (0.5 + 0.1 * below(10)));
    other.active_increment = Watts(1.0 + below(5));
    problem.processors.push_back(other);
  }
  problem.link.up = Bandwidth(0.5 + below(5));
  problem.link.down = Bandwidth(1.0 + below(5));
  problem.link.set_rtt(Seconds(0.5 * below(6)));
  set_result(problem, Bytes(below(4)));
  problem.transmit_slope = JoulesPerByte(0.1 * below(4));
  problem.transmit_base = Watts(below(3));
  problem.receive_base = Watts(below(2));
  return problem;
}

}  // namespace edgecut
