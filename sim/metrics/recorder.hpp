// Folds the events of one run into a row of columns.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "events/events.hpp"
#include "metrics/by_class.hpp"
#include "metrics/columns.hpp"
#include "metrics/recorded.hpp"
#include "metrics/row.hpp"

namespace edgecut::metrics {

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
      : limits_(std::move(limits)), recorded_(keeping) {}

  void on(const events::Event& event) override;
  [[nodiscard]] bool follows_power() const override { return false; }

  /// Appends every column of columns(). Call after RunEnded.
  void append_to(Row& row) const;
  /// Of devices with more than one processor: a row for each name of one, with the columns of processor_columns(). Call
  /// after RunEnded. Empty where every device has one.
  [[nodiscard]] std::vector<Row> processor_rows() const;
  static std::vector<Column> processor_columns();
  static std::vector<Column> columns();
  /// Requests that were lost for that reason.
  [[nodiscard]] std::int64_t lost(events::FailureReason reason) const {
    return recorded_.lost.at(static_cast<std::size_t>(reason));
  }
  /// Of the requests, the share that ended within all limits; none without requests.
  [[nodiscard]] std::optional<double> attainment() const { return recorded_.attainment(); }
  /// Of the run. Call after RunEnded.
  [[nodiscard]] const events::Decisions& decisions() const { return recorded_.ended.decisions; }
  /// What was measured again during the run. Call after RunEnded.
  [[nodiscard]] const events::MeasuringUse& measuring() const { return recorded_.ended.measuring; }

 private:
  void add(const events::Ended& ended);
  void add_account(const events::Ended& ended);
  void lose(events::FailureReason reason) { ++recorded_.lost.at(static_cast<std::size_t>(reason)); }
  void add_parts(const events::Parts& parts);
  [[nodiscard]] bool broke_a_limit(const events::Ended& ended);
  [[nodiscard]] bool plan_breaks_a_limit(const events::Ended& ended);

  TrueLimits limits_;
  Recorded recorded_;
  std::unordered_map<const plan::Plan*, bool> known_plans_;       // whether each breaks a limit
  std::pair<const plan::Plan*, bool> last_plan_{nullptr, false};  // of them, that was asked about last
};

}  // namespace edgecut::metrics
