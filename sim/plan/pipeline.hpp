// A stream of inferences through a chain of hosts: what is asked, what is planned, what it costs. Numbers only.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "dnn/network.hpp"
#include "plan/problem.hpp"
#include "units/quantity.hpp"

namespace edgecut::plan {

/// A machine that can run one stage.
struct Host {
  std::string name;
  std::vector<Seconds> layer_time;  // by layer of the network; `never` where it cannot run
  Bytes memory;                     // for weights and live activations
  Bandwidth bandwidth;              // of its network interface, each way

  /// Whether they differ in nothing but their names.
  [[nodiscard]] bool is_alike(const Host& other) const;
};

struct PipelineProblem {
  const dnn::Network* network = nullptr;  // outlives the problem; nothing leaves at its early exits
  std::vector<Host> hosts;
  std::vector<Bytes> output;      // what each layer's output takes on the wire
  Seconds hop_latency;            // of each transfer, one way; delays an inference but not the next one
  bool keeps_host_order = false;  // stages run on hosts in the order of the list, of which any may be left out
};

/// Layers first..last on one host. Both ends lie at cut vertices, so that one tensor goes from stage to stage.
struct Stage {
  std::size_t host = 0;  // index into PipelineProblem::hosts
  dnn::LayerIndex first = 0;
  dnn::LayerIndex last = 0;

  friend bool operator==(const Stage&, const Stage&) = default;
};

/// The stages in the order in which an inference runs through them. The inputs are on the first host, the result stays
/// on the last.
using Pipeline = std::vector<Stage>;

/// Layers first..last that no pipeline separates.
struct Block {
  dnn::LayerIndex first = 0;
  dnn::LayerIndex last = 0;
};

/// The network's layers between its cut vertices, in order. Inputs belong to the first block that does some work; work
/// after the last cut vertex is a block of its own.
std::vector<Block> blocks(const dnn::Network& network);

struct PipelineCost {
  std::vector<Seconds> compute;   // by stage
  std::vector<Seconds> transfer;  // to the next stage: bytes / the lower of both hosts' bandwidths; one fewer
  Seconds slowest;                // of all these: the time between two inferences of a stream
  Seconds latency;                // of one inference on an idle pipeline: the sum, and the hops' latencies
  std::vector<Bytes> memory;      // by stage: weights and the largest set of live activations
  bool fits = true;               // every stage into its host's memory
};

/// Throws InternalError when the stages do not cover the blocks in order, or a host is used twice, or out of order.
PipelineCost evaluate(const PipelineProblem& problem, const Pipeline& pipeline);

/// Seconds of layers first..last on a host.
Seconds compute_time(const PipelineProblem& problem, const Stage& stage);
/// Seconds of one layer's output from host to host, without latency.
Seconds transfer_time(const PipelineProblem& problem, dnn::LayerIndex layer, std::size_t from, std::size_t to);
/// Weights and the largest set of live activations of layers first..last, what they read from others included.
Bytes stage_memory(const dnn::Network& network, dnn::LayerIndex first, dnn::LayerIndex last);

}  // namespace edgecut::plan
