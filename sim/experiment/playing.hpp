// What a run of one method plays: for each part what it believes, what is true, and what it does.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "belief/remeasuring.hpp"
#include "engine/system.hpp"
#include "experiment/experiment.hpp"
#include "metrics/by_class.hpp"
#include "metrics/recorder.hpp"
#include "partition/fallback.hpp"
#include "partition/partitioner.hpp"

namespace edgecut::experiment {

/// One part of a run.
struct Played {
  const world::Part* part = nullptr;
  const belief::Method* method = nullptr;
  plan::Problem believed;
  plan::Problem truth;
  partition::Decision decision;                           // the first
  const partition::Partitioner* partitioner = nullptr;    // that is asked in the run
  std::shared_ptr<const belief::Remeasuring> again = {};  // null: it does not measure again
  bool varies = false;                                    // may come to other plans while the run goes on
};

/// What the results of one part are truly held to.
metrics::TrueLimits limits_of(const Played& played);

/// All parts of a run, planned one after the other: classes of one device in what those before them left of it.
class Playing {
 public:
  /// `fixed` replaces the method's choices. Borrows the point.
  Playing(const scenario::Point& point, std::size_t method, std::int64_t replication, const Plans* fixed);
  /// The same, where every part plays the fallback where its method has no plan. Borrows the methods of `of`.
  Playing(const Playing& of, partition::Fallback fallback);
  Playing(const Playing&) = delete;
  Playing& operator=(const Playing&) = delete;

  [[nodiscard]] const std::deque<Played>& parts() const { return parts_; }
  [[nodiscard]] const Played& front() const { return parts_.front(); }
  /// Who plays it, on what.
  [[nodiscard]] engine::System system() const;
  /// What the results of all parts are truly held to.
  [[nodiscard]] metrics::TrueLimits limits() const;
  [[nodiscard]] metrics::ByClass<std::int64_t> warmups() const;
  /// "cool.fast: no cut ...; cool.slow: ...": which parts have no plan, and why; empty where all have one. Of a part
  /// that is all there is without its name.
  [[nodiscard]] std::string without_plan() const;

 private:
  void plan(const std::vector<world::Part>& parts);
  void give(const Plans& plans);
  [[nodiscard]] engine::Client client_of(const Played& played) const;

  const scenario::Point& point_;
  std::int64_t replication_;
  bool is_fixed_;
  std::deque<Played> parts_;
  std::deque<std::unique_ptr<const partition::Partitioner>> stand_ins_;  // for the methods' own
};

}  // namespace edgecut::experiment
