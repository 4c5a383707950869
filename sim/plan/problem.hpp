// What a partitioner is asked: numbers only, as somebody believes them to be. It does not say whether they are true.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dnn/network.hpp"
#include "units/quantity.hpp"

namespace edgecut::plan {

/// What is to be small: seconds of one inference, joules of the device for it (and of servers, where the problem counts
/// them), bytes that the device sends, or seconds of the slowest stage (whose inverse is the throughput of a stream of
/// inferences).
enum class Objective : std::uint8_t { latency, energy, bytes, throughput };

enum class Tier : std::uint8_t { device, edge, cloud };

/// The unit of an objective's value: "s", "J" or "B".
std::string_view unit(Objective objective);

/// A layer time that means: cannot run there.
constexpr Seconds never = Seconds(std::numeric_limits<double>::infinity());

/// More joules than any plan takes.
constexpr Joules no_limit = Joules(std::numeric_limits<double>::infinity());

/// Limits that a plan must keep. Absent ones do not bind.
struct Constraints {
  std::optional<Bytes> memory;           // of the head, below what the device has available
  std::optional<Joules> energy;          // energy_inference of one request
  std::optional<Seconds> deadline;       // idle-system latency
  std::size_t min_layers_on_device = 0;  // layers other than inputs; 1 keeps raw inputs on the device
  std::optional<double> accuracy;  // share of inputs classified right; a plan of unknown accuracy does not keep it
  // What limits are derived from, for people; empty: they were given.
  std::string memory_source = {};
  std::string energy_source = {};
  std::string deadline_source = {};

  friend bool operator==(const Constraints&, const Constraints&) = default;
};

/// One processor of the device that could run the head.
struct Processor {
  std::string name;
  std::vector<Seconds> layer_time;  // by layer of the network; `never` where it cannot run
  Watts active_increment;           // above idle while it computes
  FlopRate nominal;
  std::vector<Joules> layer_energy = {};  // above idle, by layer, where it is known so; empty: increment x time

  /// The joules of a layer that can run there.
  [[nodiscard]] Joules energy(dnn::LayerIndex v) const {
    return layer_energy.empty() ? active_increment * layer_time[v] : layer_energy[v];
  }

  friend bool operator==(const Processor&, const Processor&) = default;
};

/// A link between two tiers as one application sees it: goodput and one-way latency, once a message.
struct Hop {
  Bandwidth up;
  Bandwidth down;
  Seconds up_latency;
  Seconds down_latency;

  void set_rtt(Seconds rtt) { up_latency = down_latency = rtt / 2.0; }

  friend bool operator==(const Hop&, const Hop&) = default;
};

/// What a radio that sleeps when nothing is sent takes: waking it, and staying awake after the last byte.
struct RadioSleep {
  Seconds promotion_delay;
  Watts promotion_power;
  Seconds tail_time;
  Watts tail_power;

  /// What an inference that uses the radio draws once, beside what it draws between its transfers.
  [[nodiscard]] Joules once() const { return promotion_power * promotion_delay + tail_power * tail_time; }

  friend bool operator==(const RadioSleep&, const RadioSleep&) = default;
};

/// What a device's radio draws above its idle power: slope * rate + base each way, and its sleep.
struct RadioUse {
  JoulesPerByte transmit_slope;
  Watts transmit_base;
  JoulesPerByte receive_slope;
  Watts receive_base;
  RadioSleep sleep;

  friend bool operator==(const RadioUse&, const RadioUse&) = default;
};

/// A server between the device and the cloud. Problem::link then leads to it, and its own link on to the cloud.
struct Edge {
  std::vector<Seconds> layer_time;  // by layer
  FlopRate nominal;
  Bytes memory = Bytes(std::numeric_limits<double>::infinity());  // for weights and live activations
  Hop link;                                                       // to the cloud
  Seconds wait;                                                   // for its turn on the edge server, as believed
  std::vector<Joules> layer_energy = {};                          // that count beside the device's; empty: none do

  [[nodiscard]] Joules energy(dnn::LayerIndex v) const { return layer_energy.empty() ? Joules() : layer_energy[v]; }

  friend bool operator==(const Edge&, const Edge&) = default;
};

/// A form in which tensors may cross a cut. Network inputs cross as they are.
struct Encoding {
  std::string name;
  std::vector<Bytes> output;            // on the wire, by layer
  std::vector<Seconds> encode;          // on the side that sends, by layer
  std::vector<Seconds> decode;          // on the side that receives, by layer
  std::optional<double> accuracy_drop;  // of the network, as a share of inputs; none: unknown
  std::vector<double> distortion;       // by layer, in the user's own measure; empty: unknown
  double head_ratio = 1.0;              // weights and activations of a head quantised alike, over its own

  friend bool operator==(const Encoding&, const Encoding&) = default;
};

/// The layers first..last of the layer order, what they take when one tier executes them together: in place of what
/// they take one by one, where that is more. [JointDNN, arXiv:1801.08618, C_{i:j} and M_{i:j}]
struct LayerGroup {
  dnn::LayerIndex first = 0;
  dnn::LayerIndex last = 0;  // a cut vertex, or the last of all; and so is the layer before `first`
  Tier tier = Tier::device;  // of which each of them can be run alone, too
  Seconds time;
  Joules energy;

  friend bool operator==(const LayerGroup&, const LayerGroup&) = default;
};

struct Problem {
  const dnn::Network* network = nullptr;  // outlives the problem
  std::vector<Processor> processors;      // at least one
  std::vector<Seconds> cloud_time;        // by layer
  FlopRate cloud_nominal;
  std::vector<Joules> cloud_layer_energy;  // that count beside the device's, by layer; empty: none do

  std::vector<Bytes> output;        // what each layer's output takes on the wire; an input's is its encoded size
  std::vector<Encoding> encodings;  // forms to choose from; empty: only `output`
  std::vector<Bytes> result;        // what each layer sends back when it does not run on the device; only sinks do
  std::vector<LayerGroup> groups;   // by their last layer; of whatever processor
  Hop link;                         // from the device to the next tier
  std::optional<Edge> edge;         // between device and cloud
  std::optional<Hop> direct;        // with an edge: a link of device and cloud of their own
  Seconds cloud_wait;               // for its turn in the cloud, as believed
  Bytes cloud_memory = Bytes(std::numeric_limits<double>::infinity());  // for weights and live activations

  // Radio power above idle, on `link`: slope * rate + base.
  JoulesPerByte transmit_slope;
  Watts transmit_base;
  JoulesPerByte receive_slope;
  Watts receive_base;
  RadioSleep sleep;
  RadioUse direct_radio;  // on `direct`

  Bytes memory;                    // available on the device for weights and activations
  std::string memory_source = {};  // what that is derived from, for people; empty: it was given
  Bytes storage;                   // free on the device, for weights
  std::optional<Seconds> period;   // mean time between requests, where they do not wait for one another

  Objective objective = Objective::latency;
  Constraints constraints;
  /// A head may resume on the device after a part in the cloud (at cut vertices); see JointDNN.
  bool allows_return = false;

  /// The time one inference may take: the deadline, else the period.
  [[nodiscard]] std::optional<Seconds> time_limit() const {
    return constraints.deadline ? constraints.deadline : period;
  }
  [[nodiscard]] RadioUse radio() const { return {transmit_slope, transmit_base, receive_slope, receive_base, sleep}; }
  void set_radio(const RadioUse& radio) {
    transmit_slope = radio.transmit_slope;
    transmit_base = radio.transmit_base;
    receive_slope = radio.receive_slope;
    receive_base = radio.receive_base;
    sleep = radio.sleep;
  }
  /// At least 1: without a choice, tensors cross as they are.
  [[nodiscard]] std::size_t encoding_count() const { return encodings.empty() ? 1 : encodings.size(); }
  [[nodiscard]] Bytes sent(dnn::LayerIndex v, std::size_t encoding) const {
    return encodings.empty() ? output[v] : encodings[encoding].output[v];
  }
  [[nodiscard]] Seconds encode(dnn::LayerIndex v, std::size_t encoding) const {
    return encodings.empty() ? Seconds() : encodings[encoding].encode[v];
  }
  [[nodiscard]] Seconds decode(dnn::LayerIndex v, std::size_t encoding) const {
    return encodings.empty() ? Seconds() : encodings[encoding].decode[v];
  }
  [[nodiscard]] Joules cloud_energy(dnn::LayerIndex v) const {
    return cloud_layer_energy.empty() ? Joules() : cloud_layer_energy[v];
  }
  /// Bytes that come back when nothing runs on the device.
  [[nodiscard]] Bytes whole_result() const;

  /// The same figures, about the same network.
  friend bool operator==(const Problem&, const Problem&) = default;
};

}  // namespace edgecut::plan
