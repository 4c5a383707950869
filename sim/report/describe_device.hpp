// A device for people and programs: its processors with their constants, its power, where every figure is from, and how
// well the constants predict what was measured.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/map.hpp"
#include "dnn/network.hpp"
#include "metrics/row.hpp"
#include "platform/benchmark_file.hpp"
#include "platform/platform.hpp"

namespace edgecut::report {

/// A whole network on one processor.
struct NetworkLatency {
  std::string network;
  std::string processor;
  Seconds predicted;                // by the three constants
  std::optional<Seconds> measured;  // if somebody did
  bool fits = false;                // its weights and live activations in the device's memory, all at once

  /// Of the prediction, relative to the measurement; NaN without one.
  [[nodiscard]] double error() const;
};

/// Every network on every processor of the device, processor by processor.
std::vector<NetworkLatency> latencies(const platform::Device& device, const std::vector<const dnn::Network*>& networks,
                                      const std::vector<platform::Measurement>& measurements);

/// `sources`: the ledger of the device's file.
std::string describe(const platform::Device& device, const std::vector<config::Source>& sources,
                     const std::vector<NetworkLatency>& latencies);

/// One row a network and processor.
std::vector<metrics::Row> latency_rows(const platform::Device& device, const std::vector<NetworkLatency>& latencies);

}  // namespace edgecut::report
