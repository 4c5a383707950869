// Measured latencies of whole networks (platforms/benchmarks/): what the constants of devices are held against.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/value.hpp"
#include "units/quantity.hpp"

namespace edgecut::platform {

/// One image at a time through a whole network.
struct Measurement {
  std::string device;  // or cloud: the name of a shipped file
  std::string processor;
  std::string network;
  Seconds latency;
  std::optional<Joules> energy = {};  // of one inference
};

/// Throws config::Error on a missing source, a latency that is not positive, a repeated network, an energy
/// of a network without a latency, or an unknown key.
std::vector<Measurement> read_measurements(const config::Value& value);

}  // namespace edgecut::platform
