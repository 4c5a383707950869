// Who did what in a run of several parts: groups of devices, classes of requests.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "events/events.hpp"
#include "metrics/recorder.hpp"
#include "metrics/row.hpp"

namespace edgecut::experiment {

/// Hands events on to a recorder, and records each part of the run by itself.
class PartsTally final : public events::Observer {
 public:
  /// `limits` are those of all devices, by which groups are judged.
  PartsTally(metrics::Recorder& recorder, metrics::TrueLimits limits, metrics::Keeping keeping)
      : recorder_(recorder), limits_(std::move(limits)), keeping_(keeping) {}

  struct Part {
    std::string group;          // empty: of no group
    std::string request_class;  // empty: of no class
    std::size_t devices = 1;
    bool joins = false;          // the devices of the part before it
    metrics::Row plan;           // columns that say what its plan is
    metrics::TrueLimits limits;  // its own
  };
  /// The next part of the run.
  void add(Part part);
  void on(const events::Event& event) override;
  [[nodiscard]] bool follows_power() const override { return false; }
  /// A row for each group: its name, its devices, its plan (of several classes the first's, with the cuts of all), its
  /// results. Empty where there are no groups.
  [[nodiscard]] std::vector<metrics::Row> groups() const;
  /// A row for each class: group, class, its plan, its results. Empty where there are no classes.
  [[nodiscard]] std::vector<metrics::Row> classes() const;
  static std::vector<metrics::Column> class_columns();
  static std::vector<metrics::Column> group_columns();

 private:
  struct Entry {
    Entry(Part of, metrics::Keeping keeping);

    Part part;
    metrics::Recorder recorder;
    std::optional<metrics::Recorder> group;  // all classes of its group, in the first of them
  };

  metrics::Recorder& recorder_;
  metrics::TrueLimits limits_;
  metrics::Keeping keeping_;
  std::deque<Entry> entries_;
  std::vector<std::size_t> first_;  // entry, by device; its classes follow
};

}  // namespace edgecut::experiment
