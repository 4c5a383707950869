// What playing a fleet of several groups needs: a partitioner for each group, and who did what.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "events/events.hpp"
#include "metrics/recorder.hpp"
#include "partition/partitioner.hpp"

namespace edgecut::scenario {

/// Answers each problem by the partitioner that was made for it. Borrows both.
class ByGroup final : public partition::Partitioner {
 public:
  void add(const plan::Problem& problem, const partition::Partitioner& partitioner);
  [[nodiscard]] partition::Decision partition(const plan::Problem& problem) const override;
  [[nodiscard]] std::unique_ptr<partition::Session> start(std::uint64_t seed) const override;
  [[nodiscard]] bool is_stateful() const override;

 private:
  friend class GroupSession;
  [[nodiscard]] const partition::Partitioner& of(const plan::Problem& problem) const;
  std::map<const plan::Problem*, const partition::Partitioner*> partitioners_;
};

/// Hands events on to a recorder, and keeps a few means of each group.
class GroupTally final : public events::Observer {
 public:
  explicit GroupTally(metrics::Recorder& recorder) : recorder_(recorder) {}

  /// The next `devices` of the run; `cut` is what they do.
  void add(const std::string& group, std::size_t devices, const std::string& cut);
  void on(const events::Event& event) override;
  /// "cameras: 10, after pool5, 0.213 s, 0.41 J, 198/200; ...": devices, cut, mean latency, mean energy of an inference
  /// above idle, results in time of requests.
  [[nodiscard]] std::string text() const;

 private:
  struct Group {
    std::string name;
    std::size_t devices = 0;
    std::string cut;
    std::int64_t requests = 0;
    std::int64_t completed = 0;
    std::int64_t results = 0;
    double latency = 0.0;
    double energy = 0.0;
  };
  metrics::Recorder& recorder_;
  std::vector<Group> groups_;
  std::vector<std::size_t> group_of_;  // by device
};

}  // namespace edgecut::scenario
