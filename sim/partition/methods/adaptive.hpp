// Deciding again while a run goes on, without switching for every small change.
#pragma once

#include "partition/partitioner.hpp"

namespace edgecut::partition {

struct AdaptiveOptions {
  double hysteresis = 0.1;           // least gain in the objective, as a share of the old plan's
  Seconds switching = Seconds(0.6);  // pause of a switch
  double horizon = 100.0;            // inferences over which a switch has to pay for its pause
  /// So many requests waiting on the device make it plan for throughput, until none waits; none: it never does.
  std::optional<std::size_t> queue = {};
};

/// Keeps its plan until the problem's figures change; then asks `rule`, and switches to what it says only where the
/// predicted gain exceeds the hysteresis and, for latency, gain x horizon exceeds the pause. A plan that the rule no
/// longer allows is left at once; one that it allows is kept where the rule finds none. A queue on the device is a
/// change, too, where that is asked for: what is scarce then is throughput [as DADS under heavy load].
/// [pauses: NEUKONFIG, arXiv:2106.15689, abstract: 6 s pausing and resuming, 0.6 s dynamic switching, below 1 ms with
/// both pipelines in memory]
class AdaptiveSession final : public Session {
 public:
  AdaptiveSession(const Partitioner& rule, const AdaptiveOptions& options) : rule_(rule), options_(options) {}
  Decision partition(const plan::Problem& problem, const Situation& situation) override;
  /// Changes of plan so far; the first plan is none.
  [[nodiscard]] std::size_t switches() const { return switches_; }

 private:
  [[nodiscard]] Decision decide(const plan::Problem& problem, const Situation& situation);
  [[nodiscard]] bool is_worth_it(const plan::Problem& problem, const plan::Plan& next) const;
  Decision change_to(Decision next, std::string_view why);

  const Partitioner& rule_;
  AdaptiveOptions options_;
  std::optional<plan::Problem> problem_;  // that was decided last
  std::optional<plan::Plan> deployed_;    // stays while no plan is feasible
  Decision decision_;
  std::size_t switches_ = 0;
  bool is_crowded_ = false;
};

}  // namespace edgecut::partition
