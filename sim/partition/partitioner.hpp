// Policy: from a problem to a plan.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "plan/plan.hpp"

namespace edgecut::partition {

struct Decision {
  std::optional<plan::Plan> plan;  // none where no plan is feasible
  std::string reason;              // why this plan, or why none, in a few words
  Seconds switching = {};          // for which the device stands still first, because its plan changed
  /// (objective - a bound that no plan is below) / objective: 0 when proven optimal; none where nothing is proven.
  std::optional<double> gap = {};
};

/// What one inference came to, as its device can measure it.
struct Outcome {
  const plan::Plan* plan = nullptr;
  Seconds arrived;  // when the request was made
  Seconds ended;    // when its result was there
  Seconds head;     // on the device, without waiting
  Seconds upload;   // of the bytes up, latency included; 0 when nothing was sent
  Seconds latency;  // from the request to the result
  Bytes up;
  Joules energy;  // of the device for it, above idle, until then
};

/// What a device sees around it at the moment of a decision, beside the problem.
struct Situation {
  Seconds now;
  std::size_t requests_waiting = 0;  // on the device, for its processor or its radio
  /// What Partitioner::partition says to the session's problem, or to it under another objective, from memory where it
  /// was asked before; may be absent.
  std::function<const Decision&(const plan::Problem&)> afresh = {};
};

/// A partitioner in one run, for one device: asked before an inference, told after it. What a stateful method remembers
/// lives here.
class Session {
 public:
  Session() = default;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  virtual ~Session() = default;
  virtual Decision partition(const plan::Problem& problem, const Situation& situation) = 0;
  virtual void observe(const Outcome& /*outcome*/) {}
};

class Partitioner;
using PartitionerPtr = std::unique_ptr<const Partitioner>;

/// Where a method looks for its plan, and so where the next best one is to be found.
enum class SearchSpace : std::uint8_t {
  list,        ///< Partitioner::alternatives
  placements,  ///< every downward-closed placement of the DAG
  blocks,      ///< placements that may come back to the device, too
  nowhere,     ///< it does not choose by a value: given, drawn, or learned while it runs
  elsewhere,   ///< a program that may learn from what it is asked, so that it must not be asked what if
};

/// What a method makes small.
struct Measure {
  std::string name;  // "latency"
  std::function<double(const plan::Candidate&)> of;
};
/// An objective as one.
Measure measure_of(plan::Objective objective);

/// Chooses where to cut, as a function of the problem alone. Whoever implements it may return any plan that
/// plan::evaluate accepts; it must return no plan rather than one that it knows to break a constraint it was asked to
/// honour, and break ties by fewer bytes, then the earlier cut.
class Partitioner {
 public:
  Partitioner() = default;
  Partitioner(const Partitioner&) = delete;
  Partitioner& operator=(const Partitioner&) = delete;
  virtual ~Partitioner() = default;
  [[nodiscard]] virtual Decision partition(const plan::Problem& problem) const = 0;
  /// Methods that learn or remember override this; all others answer by partition(). Outlived by the partitioner.
  [[nodiscard]] virtual std::unique_ptr<Session> start(std::uint64_t seed) const;
  /// Whether start() gives more than partition() does: then every request is decided anew.
  [[nodiscard]] virtual bool is_stateful() const { return false; }

  // What explain() asks beside. The defaults are those of a method that takes the best cut of the layer order by the
  // problem's objective, within the problem's limits.

  [[nodiscard]] virtual SearchSpace search() const { return SearchSpace::list; }
  [[nodiscard]] virtual Measure measure(const plan::Problem& problem) const;
  /// Whether the method itself would allow the plan.
  [[nodiscard]] virtual bool admits(const plan::Problem& problem, const plan::Plan& plan) const;
  /// The plans among which the next best one is, `plan` maybe one of them.
  [[nodiscard]] virtual std::vector<plan::Candidate> alternatives(const plan::Problem& problem,
                                                                  const plan::Plan& plan) const;
  /// Names of the limits that the method puts on plans beside the problem's, and the same method without some of them.
  [[nodiscard]] virtual std::vector<std::string> own_limits(const plan::Problem& /*problem*/) const { return {}; }
  [[nodiscard]] virtual PartitionerPtr without(const std::set<std::string>& limits) const;
};

}  // namespace edgecut::partition
