// What is recorded of a run, as it goes on.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "events/events.hpp"
#include "metrics/batch_means.hpp"
#include "metrics/quantiles.hpp"
#include "metrics/row.hpp"

namespace edgecut::metrics {

/// Sum and mean of what was added; no mean over nothing.
class Mean {
 public:
  void add(double value) {
    sum_ += value;
    ++count_;
  }
  [[nodiscard]] Cell cell() const { return count_ == 0 ? Cell() : Cell(sum_ / static_cast<double>(count_)); }

 private:
  double sum_ = 0.0;
  std::int64_t count_ = 0;
};

/// Means are over results: requests that were completed or late.
struct Recorded {
  explicit Recorded(Keeping keeping) : latencies(keeping) {}

  Quantiles latencies;
  BatchMeans batches;  // of the latency
  Mean latency;
  Mean preparing, device_queue, head, radio_queue, upload, edge_queue, edge, relay, cloud_queue, tail, download;
  Mean energy_inference, up, down;
  std::int64_t completed = 0;
  std::vector<std::int64_t> completed_by;  // by device; may be shorter
  std::int64_t late = 0;
  std::int64_t dropped = 0;
  std::int64_t refused = 0;  // of them, by servers
  std::int64_t failed = 0;
  std::array<std::int64_t, events::failure_reasons> lost{};  // dropped or failed, by reason
  std::int64_t violations = 0;
  std::int64_t attained = 0;  // in time and within every limit
  std::int64_t arrived = 0;
  std::int64_t backlog = 0;  // of those before the last one that arrived
  events::RunEnded ended;

  [[nodiscard]] std::int64_t requests() const { return completed + late + dropped + failed; }
  /// The share that ended within all limits; none without requests.
  [[nodiscard]] std::optional<double> attainment() const;
  /// The most frequent reason of losses, in words; empty where nothing was lost.
  [[nodiscard]] Cell main_loss() const;
};

}  // namespace edgecut::metrics
