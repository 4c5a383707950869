// Plans, their validity, and what they cost on an idle system in closed form.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "plan/problem.hpp"

namespace edgecut::plan {

/// Which layers run on the device, and on which of its processors. The rest runs in the cloud.
struct Plan {
  std::size_t processor = 0;  // index into Problem::processors
  dnn::Placement on_device;   // downward-closed, every input on the device

  friend bool operator==(const Plan&, const Plan&) = default;
};

/// Time, energy, bytes and memory of one inference on an idle system.
///
/// latency = head + [cloud used] (rtt/2 + up/B_up + tail + rtt/2 + result/B_down): whole head, one message with every
/// cut tensor once, whole tail, one result. Energy is the device's increments above idle: the processor's while the
/// head runs, the radio's while it sends or receives.
struct Cost {
  Seconds head;
  Seconds upload;  // rtt/2 + transfer
  Seconds tail;
  Seconds download;  // transfer + rtt/2
  Seconds latency;
  Bytes up;
  Bytes down;
  Joules compute_energy;
  Joules transmit_energy;
  Joules receive_energy;
  Joules energy_inference;
  Bytes head_weights;
  Bytes head_memory;                 // weights and the largest set of live activations
  std::size_t layers_on_device = 0;  // inputs not counted
  bool uses_cloud = false;

  [[nodiscard]] double objective(Objective objective) const;
};

/// Throws InternalError when the plan does not fit the problem's network (size, closure, inputs).
Cost evaluate(const Problem& problem, const Plan& plan);

/// What of the problem's limits a plan of that cost breaks, a phrase each; empty for a feasible plan.
std::vector<std::string> violations(const Problem& problem, const Cost& cost);
bool is_feasible(const Problem& problem, const Cost& cost);

/// Bytes that cross the cut, each tensor once.
Bytes crossing_bytes(const Problem& problem, const dnn::Placement& on_device);

/// The layers 0..last and every input on the device.
Plan cut_after(const Problem& problem, dnn::LayerIndex last, std::size_t processor = 0);

/// The last layer on the device, for a plan that is a prefix of the layer order; none for other plans.
std::optional<dnn::LayerIndex> cut_position(const dnn::Network& network, const Plan& plan);

/// "device only", "cloud only" or "after pool5".
std::string describe(const dnn::Network& network, const Plan& plan);

/// A plan and its cost, as partitioners compare them.
struct Candidate {
  Plan plan;
  Cost cost;
};

/// Every distinct cut of the layer order, on every processor, in order: what all methods of the layer order search.
/// Distinct: at least one more layer on the device than the one before.
std::vector<Candidate> prefix_candidates(const Problem& problem);

/// Smaller objective first; within 1e-12 of each other fewer bytes up, then the earlier cut.
bool is_better(const Candidate& a, const Candidate& b, Objective objective);

}  // namespace edgecut::plan
