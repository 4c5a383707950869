// Plans, their validity, and what they cost on an idle system in closed form.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plan/problem.hpp"

namespace edgecut::plan {

/// Which layers run on the device, and on which of its processors; which run on the edge server; in what form tensors
/// cross; and by which rule inferences leave early. The rest runs in the cloud.
struct Plan {
  std::size_t processor = 0;    // index into Problem::processors
  dnn::Placement on_device;     // every input is; downward-closed, or returning at cut vertices where that is allowed
  dnn::Placement on_edge = {};  // empty: none. Device and edge layers together are downward-closed
  std::size_t encoding = 0;     // index into Problem::encodings, where there are any
  std::size_t exit_policy = 0;  // index into Network::exit_policies; 0: nothing leaves early

  [[nodiscard]] Tier tier(dnn::LayerIndex v) const {
    if (on_device[v]) return Tier::device;
    return !on_edge.empty() && on_edge[v] ? Tier::edge : Tier::cloud;
  }

  friend bool operator==(const Plan&, const Plan&) = default;
};

/// Time, energy, bytes and memory of one inference on an idle system.
///
/// Without an edge server and early exits: latency = head + [cloud used] (up_latency + up/B_up + tail + result/B_down +
/// down_latency): whole head, one message with every cut tensor once, whole tail, one result. With an edge server a
/// message for the cloud is relayed whole, unless device and cloud have a link of their own and nothing runs on the
/// edge. The radio sleeps before: the first byte waits until it is awake, it stays connected, at its tail's power,
/// while the inference still has something to send or receive, and for the tail's time after the last byte. Where
/// inferences may leave early, times, energies and bytes are means over the exits. Energy is the device's increments
/// above idle: the processor's while it computes or encodes, the radio's while it wakes up, sends, receives and stays
/// connected; and the joules of layers on servers where the problem counts them.
struct Cost {
  Seconds head;           // on the device, codecs included
  Seconds upload;         // over the device's link: waking the radio, transfer and latency
  Seconds edge;           // on the edge server, codecs included
  Seconds relay;          // between edge server and cloud, upwards
  Seconds tail;           // in the cloud, codecs included
  Seconds relay_back;     // between cloud and edge server, downwards
  Seconds download;       // over the device's link
  Seconds wait;           // for a turn on the edge server and in the cloud, as believed
  Seconds latency;        // the sum of the above
  Seconds promotion;      // waking the radio, which upload includes
  Seconds codec;          // encoding and decoding, which head, edge and tail include
  Seconds slowest_stage;  // of head, edge, tail and the transfers each way
  // The transfers within upload, relay, relay_back and download, without latency.
  Seconds up_transfer;
  Seconds relay_transfer;
  Seconds relay_back_transfer;
  Seconds down_transfer;
  Bytes up;  // over the device's link
  Bytes down;
  Bytes relayed;  // from edge server to cloud
  Joules compute_energy;
  Joules transmit_energy;
  Joules receive_energy;
  Joules promotion_energy;
  Joules tail_energy;
  Joules server_energy;     // of layers on edge server and cloud, where the problem counts it
  Joules energy_inference;  // the sum of the above
  Bytes head_weights;
  Bytes head_memory;                 // weights and the largest set of live activations
  Bytes edge_memory;                 // likewise, on the edge server
  Bytes cloud_memory;                // likewise, in the cloud
  std::size_t layers_on_device = 0;  // inputs not counted
  std::optional<double> accuracy;    // share of inputs classified right; none: unknown
  bool uses_edge = false;
  bool uses_cloud = false;

  [[nodiscard]] bool leaves_device() const { return uses_edge || uses_cloud; }
  [[nodiscard]] double objective(Objective objective) const;
};

/// The groups that are executed together under a plan: of all ways to take runs of layers on one tier apart into groups
/// and single layers the one with the fewest joules where those are to be small, else seconds.
std::vector<std::size_t> executed_groups(const Problem& problem, const Plan& plan);

/// Throws InternalError when the plan does not fit the problem's network (size, closure, inputs, indices).
Cost evaluate(const Problem& problem, const Plan& plan);

/// The cost of an inference that leaves at that exit of the network. Memory, accuracy and the number of layers are the
/// plan's.
Cost evaluate_exit(const Problem& problem, const Plan& plan, std::size_t exit);

/// A limit that a plan breaks, and by how much.
struct Excess {
  std::string text;         // "energy 2 J > 1 J"
  double by = 0.0;          // share of the limit by which the plan is beyond it; infinite where the limit is 0
  bool is_quantity = true;  // else a layer where it may not be, or something unknown
  std::string source = {};  // what the limit is derived from; empty: it was given
  std::string limit = {};   // the same of every plan that breaks it: "energy > 1 J"; empty: as `text`

  /// "energy 2 J > 1 J (by 100 %; derived: lifetime 8 h: ...)".
  [[nodiscard]] std::string explained() const;
};
Excess excess(std::string_view what, Seconds value, Seconds limit, std::string source = {});
Excess excess(std::string_view what, Bytes value, Bytes limit, std::string source = {});
Excess excess(std::string_view what, Joules value, Joules limit, std::string source = {});
/// Shares of something.
Excess excess(std::string_view what, double value, double limit, std::string source = {});

/// The problem's limits that a plan of that cost exceeds (units/limit.hpp); empty for a feasible plan.
std::vector<Excess> excesses(const Problem& problem, const Cost& cost);
/// The texts of the limits that it exceeds, without amounts and sources.
std::vector<std::string> violations(const Problem& problem, const Cost& cost);
bool is_feasible(const Problem& problem, const Cost& cost);

/// Bytes that leave the device, each tensor once.
Bytes crossing_bytes(const Problem& problem, const Plan& plan);

/// The layers 0..last and every input on the device.
Plan cut_after(const Problem& problem, dnn::LayerIndex last, std::size_t processor = 0, std::size_t encoding = 0);

/// The last layer on the device, for a plan that is a prefix of the layer order; none for other plans.
std::optional<dnn::LayerIndex> cut_position(const dnn::Network& network, const Plan& plan);

/// Where a plan cuts a network, in the parts of which its name is made.
struct CutName {
  std::optional<Tier> only;                       // the tier that runs every layer; none: several do
  std::size_t layers_on_device = 0;               // inputs not counted
  std::optional<dnn::LayerIndex> last_on_device;  // none: nothing is, or layers that are no prefix of the layer order
  bool uses_edge = false;
  std::optional<dnn::LayerIndex> last_on_edge;  // none: the edge server runs all that the device does not, or nothing

  /// Some layers are on the device that are no prefix of the layer order.
  [[nodiscard]] bool is_set() const { return !only && layers_on_device > 0 && !last_on_device; }
};
CutName cut_name(const dnn::Network& network, const Plan& plan);

/// The name as text: "device only", "cloud only", "after pool5", "after pool5, edge to fc6", "4 layers on the device".
std::string describe(const dnn::Network& network, const Plan& plan);

/// A plan and its cost, as partitioners compare them.
struct Candidate {
  Plan plan;
  Cost cost;
};
Candidate make_candidate(const Problem& problem, Plan plan);

/// What a placement may be combined with: every listed processor with every encoding.
struct Variant {
  std::size_t processor = 0;
  std::size_t encoding = 0;
};
std::vector<Variant> variants(const Problem& problem);

/// Every distinct cut of the layer order, on every processor and with every encoding, in order: what all methods of the
/// layer order search. Distinct: at least one more layer on the device than the one before, and one encoding where no
/// layer's output is sent. With an edge server: every pair of cut vertices (last on the device, last on the edge).
std::vector<Candidate> prefix_candidates(const Problem& problem, std::size_t exit_policy = 0);

/// Smaller objective first; within 1e-12 of each other fewer bytes up, then the earlier cut.
bool is_better(const Candidate& a, const Candidate& b, Objective objective);

}  // namespace edgecut::plan
