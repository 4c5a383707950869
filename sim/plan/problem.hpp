// What a partitioner is asked: numbers only, as somebody believes them to be. It does not say whether they are true.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dnn/network.hpp"
#include "units/quantity.hpp"

namespace edgecut::plan {

enum class Objective : std::uint8_t { latency, energy, bytes };

/// Limits that a plan must keep. Absent ones do not bind.
struct Constraints {
  std::optional<Bytes> memory;           // of the head, below what the device has available
  std::optional<Joules> energy;          // energy_inference of one request
  std::optional<Seconds> deadline;       // idle-system latency
  std::size_t min_layers_on_device = 0;  // layers other than inputs; 1 keeps raw inputs on the device
};

/// One processor of the device that could run the head.
struct Processor {
  std::string name;
  std::vector<Seconds> layer_time;  // by layer of the network
  Watts active_increment;           // above idle while it computes
  FlopRate nominal;
};

struct Problem {
  const dnn::Network* network = nullptr;  // outlives the problem
  std::vector<Processor> processors;      // at least one
  std::vector<Seconds> cloud_time;        // by layer
  FlopRate cloud_nominal;

  std::vector<Bytes> output;  // what each layer's output takes on the wire; an input's is its encoded size
  Bytes result;               // what comes back from the cloud
  Bandwidth uplink;           // application goodput
  Bandwidth downlink;
  Seconds rtt;

  // Radio power above idle: slope * rate + base.
  JoulesPerByte transmit_slope;
  Watts transmit_base;
  JoulesPerByte receive_slope;
  Watts receive_base;

  Bytes memory;                   // available on the device for weights and activations
  Bytes storage;                  // free on the device, for weights
  std::optional<Seconds> period;  // mean time between requests, where they do not wait for one another

  Objective objective = Objective::latency;
  Constraints constraints;

  /// The time one inference may take: the deadline, else the period.
  [[nodiscard]] std::optional<Seconds> time_limit() const {
    return constraints.deadline ? constraints.deadline : period;
  }
};

}  // namespace edgecut::plan
