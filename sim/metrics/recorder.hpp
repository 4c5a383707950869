// Folds the events of one run into a row of columns.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <unordered_map>
#include <utility>
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

/// Whether a plan as such, of a class of requests of a device, truly breaks a limit.
using BreaksLimit = std::function<bool(events::DeviceIndex, std::uint32_t request_class, const plan::Plan&)>;

/// Limits whose true violation is counted. Of the deadline, events::Ended tells.
struct TrueLimits {
  ByClass<std::optional<Joules>> energy{};  // of one inference
  bool has_deadline = false;                // whether deadline misses apply
  BreaksLimit plan_breaks = {};  // memory, storage, layers, accuracy; asked once a plan; empty: there are none
};

/// Its memory does not grow with the number of requests, but where quantiles are to be exact.
class Recorder final : public events::Observer {
 public:
  explicit Recorder(TrueLimits limits = {}, Keeping keeping = Keeping::automatic)
      : limits_(std::move(limits)), latencies_(keeping) {}

  void on(const events::Event& event) override;
  [[nodiscard]] bool follows_power() const override { return false; }

  /// Appends every column of columns(). Call after RunEnded.
  void append_to(Row& row) const;
  /// Of devices with more than one processor: a row for each name of one, with the columns of processor_columns(). Call
  /// after RunEnded. Empty where every device has one.
  [[nodiscard]] std::vector<Row> processor_rows() const;
  static const std::vector<Column>& processor_columns();
  static const std::vector<Column>& columns();
  /// Requests that were lost for that reason.
  [[nodiscard]] std::int64_t lost(events::FailureReason reason) const {
    return lost_.at(static_cast<std::size_t>(reason));
  }
  /// Of the requests, the share that ended within all limits; none without requests.
  [[nodiscard]] std::optional<double> attainment() const;
  /// Of the run. Call after RunEnded.
  [[nodiscard]] const events::Decisions& decisions() const { return ended_.decisions; }

 private:
  void add(const events::Ended& ended);
  void add_account(const events::Ended& ended);
  void lose(events::FailureReason reason) { ++lost_.at(static_cast<std::size_t>(reason)); }
  [[nodiscard]] std::int64_t requests() const { return completed_ + late_ + dropped_ + failed_; }
  [[nodiscard]] Cell main_loss() const;
  void add_parts(const events::Parts& parts);
  [[nodiscard]] bool broke_a_limit(const events::Ended& ended);
  [[nodiscard]] bool plan_breaks_a_limit(const events::Ended& ended);
  void append_latency(Row& row) const;
  void append_energy(Row& row) const;
  void append_batteries(Row& row) const;
  [[nodiscard]] std::int64_t in_time(events::DeviceIndex device) const;
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
  std::vector<std::int64_t> completed_by_;  // by device; may be shorter
  std::int64_t late_ = 0;
  std::int64_t dropped_ = 0;
  std::int64_t refused_ = 0;  // of them, by servers
  std::int64_t failed_ = 0;
  std::array<std::int64_t, events::failure_reasons> lost_{};  // dropped or failed, by reason
  std::int64_t violations_ = 0;
  std::unordered_map<const plan::Plan*, bool> known_plans_;       // whether each breaks a limit
  std::pair<const plan::Plan*, bool> last_plan_{nullptr, false};  // of them, that was asked about last
  std::int64_t attained_ = 0;                                     // in time and within every limit
  std::int64_t arrived_ = 0;
  std::int64_t backlog_ = 0;  // of those before the last one that arrived
  events::RunEnded ended_;
};

}  // namespace edgecut::metrics
