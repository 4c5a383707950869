// Who did what in a run of several parts: groups of devices, classes of requests.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "events/events.hpp"
#include "metrics/recorder.hpp"
#include "metrics/row.hpp"

namespace edgecut::scenario {

/// Hands events on to a recorder, and records each part of the run by itself.
class PartsTally final : public events::Observer {
 public:
  PartsTally(metrics::Recorder& recorder, metrics::Keeping keeping) : recorder_(recorder), keeping_(keeping) {}

  struct Part {
    std::string group;          // empty: of no group
    std::string request_class;  // empty: of no class
    std::size_t devices = 1;
    bool joins = false;  // the devices of the part before it
    std::string cut;
    metrics::Row plan;           // columns that say what its plan is
    metrics::TrueLimits limits;  // its own
  };
  /// The next part of the run.
  void add(Part part);
  void on(const events::Event& event) override;
  [[nodiscard]] bool follows_power() const override { return false; }
  /// "cameras: 10, after pool5, 0.213 s, 0.41 J, 198/200; ...": devices, cut, mean latency, mean energy of an inference
  /// above idle, results in time of requests. Empty where there are no groups.
  [[nodiscard]] std::string groups() const;
  /// A row for each class: group, class, its plan, its results. Empty where there are no classes.
  [[nodiscard]] std::vector<metrics::Row> classes() const;
  static std::vector<metrics::Column> class_columns();

 private:
  struct Entry {
    Entry(Part of, metrics::Keeping keeping);

    Part part;
    metrics::Recorder recorder;
    std::int64_t requests = 0;
    std::int64_t completed = 0;
    std::int64_t results = 0;
    double latency = 0.0;
    double energy = 0.0;
  };
  static std::string text(const std::vector<const Entry*>& group);

  metrics::Recorder& recorder_;
  metrics::Keeping keeping_;
  std::deque<Entry> entries_;
  std::vector<std::size_t> first_;  // entry, by device; its classes follow
};

}  // namespace edgecut::scenario
