// Whole networks on the processors of a device or a cloud host: as the constants predict and as somebody measured.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

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
  bool fits = false;                // its weights and live activations in the free memory, all at once

  /// Of the prediction, relative to the measurement; NaN without one.
  [[nodiscard]] double error() const;
};

/// What can run them.
struct Machine {
  std::string kind;  // "device" or "cloud"
  std::string name;
  std::span<const platform::Processor> processors;  // of whom it was made from
  Bytes available_memory;
};
Machine machine(const platform::Device& device);
Machine machine(const platform::Cloud& cloud);

/// Every network on every processor, processor by processor.
std::vector<NetworkLatency> latencies(const Machine& machine, const std::vector<const dnn::Network*>& networks,
                                      const std::vector<platform::Measurement>& measurements);

/// A table, and for each processor with measurements its median and its worst error.
std::string latency_text(const Machine& machine, const std::vector<NetworkLatency>& latencies);

/// One row a network and processor.
std::vector<metrics::Row> latency_rows(const Machine& machine, const std::vector<NetworkLatency>& latencies);

/// The processors with their constants. `has_active`: their power is of their own, not of a host.
std::string processor_text(const Machine& machine, bool has_active);

/// "40 MB/s": bandwidths print in bits, those of memory and storage are told in bytes.
std::string byte_rate(Bandwidth rate);

}  // namespace edgecut::report
