#include "plan/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "dnn/complexity.hpp"
#include "units/ensure.hpp"
#include "units/text.hpp"

namespace edgecut::plan {
namespace {

using dnn::LayerIndex;
using dnn::Network;
using dnn::Placement;

void check(const Problem& problem, const Plan& plan) {
  const auto& network = *problem.network;
  ensure(plan.processor < problem.processors.size(), "a plan names one of the device's processors");
  ensure(plan.on_device.size() == network.size(), "a plan places every layer");
  ensure(network.graph().is_downward_closed(plan.on_device), "no layer on the device reads from the cloud");
  for (LayerIndex v = 0; v < network.size(); ++v) {
    ensure(!network.is_input(v) || plan.on_device[v], "inputs are on the device");
  }
}

void add_layers(const Problem& problem, const Plan& plan, Cost& cost) {
  const auto& network = *problem.network;
  const auto& on_processor = problem.processors[plan.processor].layer_time;
  for (LayerIndex v = 0; v < network.size(); ++v) {
    if (!plan.on_device[v]) {
      cost.uses_cloud = true;
      cost.tail += problem.cloud_time[v];
      continue;
    }
    cost.head += on_processor[v];
    cost.head_weights += network.layer(v).weights;
    if (!network.is_input(v)) ++cost.layers_on_device;
  }
}

void add_radio(const Problem& problem, Cost& cost) {
  if (!cost.uses_cloud) return;
  const Seconds sending = cost.up / problem.uplink;
  const Seconds receiving = problem.result / problem.downlink;
  cost.down = problem.result;
  cost.upload = problem.rtt / 2.0 + sending;
  cost.download = receiving + problem.rtt / 2.0;
  cost.transmit_energy = problem.transmit_slope * cost.up + problem.transmit_base * sending;
  cost.receive_energy = problem.receive_slope * cost.down + problem.receive_base * receiving;
}

}  // namespace

double Cost::objective(Objective objective) const {
  switch (objective) {
    case Objective::latency:
      return latency.value();
    case Objective::energy:
      return energy_inference.value();
    case Objective::bytes:
      return up.value();
  }
  throw InternalError("unknown objective");
}

Bytes crossing_bytes(const Problem& problem, const Placement& on_device) {
  Bytes sum;
  for (const auto v : problem.network->graph().crossing(on_device)) sum += problem.output[v];
  return sum;
}

Cost evaluate(const Problem& problem, const Plan& plan) {
  check(problem, plan);
  Cost cost;
  add_layers(problem, plan, cost);
  if (cost.uses_cloud) cost.up = crossing_bytes(problem, plan.on_device);
  add_radio(problem, cost);
  cost.latency = cost.head + cost.upload + cost.tail + cost.download;
  cost.compute_energy = problem.processors[plan.processor].active_increment * cost.head;
  cost.energy_inference = cost.compute_energy + cost.transmit_energy + cost.receive_energy;
  cost.head_memory = cost.layers_on_device > 0 ? dnn::peak_memory(*problem.network, plan.on_device) : Bytes();
  return cost;
}

namespace {

// Calls `over(value, bound, what)` for each limit on a quantity that the cost is over. The one list of them.
template <class Over>
void for_each_exceeded(const Problem& problem, const Cost& cost, Over over) {
  const auto& constraints = problem.constraints;
  const auto limit = [&](auto value, auto bound, std::string_view what) {
    if (value > bound) over(value, bound, what);
  };
  limit(cost.head_memory, problem.memory, "device memory");
  limit(cost.head_weights, problem.storage, "device storage");
  if (constraints.memory) limit(cost.head_memory, *constraints.memory, "memory");
  if (constraints.energy) limit(cost.energy_inference, *constraints.energy, "energy");
  if (constraints.deadline) limit(cost.latency, *constraints.deadline, "latency");
}

bool has_too_few_layers(const Problem& problem, const Cost& cost) {
  return cost.layers_on_device < problem.constraints.min_layers_on_device;
}

}  // namespace

std::vector<std::string> violations(const Problem& problem, const Cost& cost) {
  std::vector<std::string> broken;
  for_each_exceeded(problem, cost, [&](auto value, auto bound, std::string_view what) {
    auto texts = std::pair{units::format(value), units::format(bound)};
    if (texts.first == texts.second) {
      texts = {fmt::format("{}", value.value()), fmt::format("{} in base units", bound.value())};
    }
    broken.push_back(fmt::format("{} {} > {}", what, texts.first, texts.second));
  });
  if (has_too_few_layers(problem, cost)) {
    broken.push_back(fmt::format("{} of at least {} layers on the device", cost.layers_on_device,
                                 problem.constraints.min_layers_on_device));
  }
  return broken;
}

bool is_feasible(const Problem& problem, const Cost& cost) {
  bool exceeds = false;
  for_each_exceeded(problem, cost, [&](auto /*value*/, auto /*bound*/, std::string_view /*what*/) { exceeds = true; });
  return !exceeds && !has_too_few_layers(problem, cost);
}

Plan cut_after(const Problem& problem, LayerIndex last, std::size_t processor) {
  const auto& network = *problem.network;
  Plan plan{processor, dnn::prefix(network.size(), last)};
  for (LayerIndex v = last + 1; v < network.size(); ++v) {
    if (network.is_input(v)) plan.on_device[v] = true;
  }
  return plan;
}

std::optional<LayerIndex> cut_position(const Network& network, const Plan& plan) {
  LayerIndex last = 0;
  for (LayerIndex v = 0; v < network.size(); ++v) {
    if (plan.on_device[v] && !network.is_input(v)) last = v;
  }
  for (LayerIndex v = 0; v < last; ++v) {
    if (!plan.on_device[v]) return std::nullopt;
  }
  return last;
}

std::string describe(const Network& network, const Plan& plan) {
  const auto here = static_cast<std::size_t>(std::ranges::count(plan.on_device, true));
  const auto inputs = static_cast<std::size_t>(std::ranges::count_if(
      network.layers(), [](const dnn::Layer& layer) { return layer.kind == dnn::LayerKind::input; }));
  if (here == network.size()) return "device only";
  if (here == inputs) return "cloud only";
  const auto position = cut_position(network, plan);
  return position ? "after " + network.layer(*position).name : fmt::format("{} layers on the device", here - inputs);
}

std::vector<Candidate> prefix_candidates(const Problem& problem) {
  const auto& network = *problem.network;
  std::vector<Candidate> candidates;
  for (std::size_t processor = 0; processor < problem.processors.size(); ++processor) {
    Placement previous;
    for (LayerIndex last = 0; last < network.size(); ++last) {
      auto plan = cut_after(problem, last, processor);
      if (plan.on_device == previous) continue;  // after one of several inputs
      previous = plan.on_device;
      const auto cost = evaluate(problem, plan);
      if (processor > 0 && cost.layers_on_device == 0) continue;  // without a head it does not matter
      candidates.push_back({std::move(plan), cost});
    }
  }
  return candidates;
}

bool is_better(const Candidate& a, const Candidate& b, Objective objective) {
  constexpr double same = 1e-12;
  const double x = a.cost.objective(objective);
  const double y = b.cost.objective(objective);
  if (std::abs(x - y) > same * std::max(std::abs(x), std::abs(y))) return x < y;
  if (a.cost.up != b.cost.up) return a.cost.up < b.cost.up;
  return a.cost.layers_on_device < b.cost.layers_on_device;
}

}  // namespace edgecut::plan
