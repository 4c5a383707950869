// Folds the events of one run into a row of columns.
#pragma once

#include <optional>
#include <vector>

#include "events/events.hpp"
#include "metrics/batch_means.hpp"
#include "metrics/by_class.hpp"
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

/// Limits whose true violation is counted.
struct TrueLimits {
  std::optional<Joules> energy;      // of one inference
  std::optional<Seconds> deadline;   // whether deadline misses apply
  bool plan_breaks_a_limit = false;  // memory, storage, layers, deadline when idle: known for the plan as a whole
  ByClass<bool> of_devices = {};     // the same by device and class, where they differ; empty where they do not
};

/// Its memory does not grow with the number of requests, but where quantiles are to be exact.
class Recorder final : public events::Observer {
 public:
  explicit Recorder(TrueLimits limits = {}, Keeping keeping = Keeping::automatic)
      : limits_(limits), latencies_(keeping) {}

  void on(const events::Event& event) override;

  /// Appends every column of columns(). Call after RunEnded.
  void append_to(Row& row) const;
  /// Of devices with more than one processor: a row for each name of one, with the columns of processor_columns(). Call
  /// after RunEnded. Empty where every device has one.
  [[nodiscard]] std::vector<Row> processor_rows() const;
  static const std::vector<Column>& processor_columns();
  static const std::vector<Column>& columns();
  /// Of the run. Call after RunEnded.
  [[nodiscard]] const events::Decisions& decisions() const { return ended_.decisions; }

 private:
  void add(const events::Ended& ended);
  void add_parts(const events::Parts& parts);
  void append_latency(Row& row) const;
  void append_energy(Row& row) const;
  void append_batteries(Row& row) const;
  void append_resources(Row& row) const;
  void append_servers(Row& row) const;

  TrueLimits limits_;
  Quantiles latencies_;
  BatchMeans batches_;
  Mean latency_;
  Mean preparing_, device_queue_, head_, radio_queue_, upload_, edge_queue_, edge_, relay_, cloud_queue_, tail_,
      download_;
  Mean energy_inference_, up_, down_;
  std::int64_t completed_ = 0;
  std::int64_t late_ = 0;
  std::int64_t dropped_ = 0;
  std::int64_t refused_ = 0;  // of them, by servers
  std::int64_t failed_ = 0;
  std::int64_t violations_ = 0;
  events::RunEnded ended_;
};

}  // namespace edgecut::metrics
