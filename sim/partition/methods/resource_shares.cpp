#include "partition/methods/resource_shares.hpp"

#include <utility>

#include "dnn/complexity.hpp"

namespace edgecut::partition {

using plan::Problem;

Stored::Stored(const dnn::Network& network)
    : network_(network),
      by_parameters_(network.total_parameters() > 0),
      whole_(by_parameters_ ? static_cast<double>(network.total_parameters()) : network.total_weights().value()) {}

double Stored::of(dnn::LayerIndex v) const {
  const auto& layer = network_.layer(v);
  return by_parameters_ ? static_cast<double>(layer.parameters) : layer.weights.value();
}

Joules own_joules(const plan::Processor& host, dnn::LayerIndex v) {
  return host.layer_time[v] < plan::never ? host.layer_energy[v] : Joules();
}

Bytes whole_memory(const Problem& problem) {
  const auto& network = *problem.network;
  return dnn::peak_memory(network, dnn::Placement(network.size(), true), network.active());
}

Flops whole_work(const Problem& problem) {
  return Flops(2.0 * static_cast<double>(problem.network->total_macs()));
}

Joules whole_energy(const Problem& problem, std::size_t processor) {
  const auto& host = problem.processors[processor];
  if (!host.layer_energy.empty()) {
    Joules sum;
    for (dnn::LayerIndex v = 0; v < problem.network->size(); ++v) {
      if (problem.network->active()[v]) sum += own_joules(host, v);
    }
    return sum;
  }
  return host.active_increment * (whole_work(problem) / host.nominal);
}

double Scored::share(Resource resource) const {
  switch (resource) {
    case Resource::compute:
      return compute;
    case Resource::storage:
      return storage;
    case Resource::energy:
      return energy;
    case Resource::bandwidth:
      return bytes;
    case Resource::memory:
      return memory;
    case Resource::lifetime:
      return lifetime;
  }
  return 0.0;
}

Scored score(const Problem& problem, plan::Candidate candidate) {
  const auto& network = *problem.network;
  const auto& host = problem.processors[candidate.plan.processor];
  const Stored storage(network);
  double macs = 0.0;
  double parameters = 0.0;
  Joules energy;
  for (dnn::LayerIndex v = 0; v < network.size(); ++v) {
    if (!candidate.plan.on_device[v] || !network.active()[v]) continue;
    macs += static_cast<double>(network.layer(v).macs);
    parameters += storage.of(v);
    if (!host.layer_energy.empty()) energy += own_joules(host, v);
  }
  const auto total_macs = static_cast<double>(network.total_macs());
  const double total_parameters = storage.whole();
  Scored scored;
  scored.compute = total_macs > 0.0 ? macs / total_macs : 0.0;
  scored.storage = total_parameters > 0.0 ? parameters / total_parameters : 0.0;
  scored.bytes = candidate.cost.up.value();
  const double memory = whole_memory(problem).value();
  scored.memory = memory > 0.0 ? candidate.cost.head_memory.value() / memory : 0.0;
  const double joules = whole_energy(problem, candidate.plan.processor).value();
  scored.energy = host.layer_energy.empty() ? scored.compute : joules > 0.0 ? energy.value() / joules : 0.0;
  scored.lifetime = joules > 0.0 ? candidate.cost.energy_inference.value() / joules : 0.0;
  scored.candidate = std::move(candidate);
  return scored;
}

}  // namespace edgecut::partition
