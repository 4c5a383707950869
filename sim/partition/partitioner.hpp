// Policy: from a problem to a plan.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "partition/explain/explainer.hpp"
#include "plan/plan.hpp"

namespace edgecut::partition {

/// A plan and why it was chosen, or why there is none.
struct Decision {
  std::optional<plan::Plan> plan;  // none where no plan was found
  std::string reason;              // why this plan, or why none, in a few words
  Seconds switching = {};          // the device stands still for so long first, because its plan changed
  /// (objective - a bound that no plan is below) / objective: 0 when proven optimal; none where nothing is proven.
  std::optional<double> gap = {};
  bool is_infeasible = false;  // no plan, because all break limits; the reason names these

  /// The reason for those who see nothing else: "infeasible: ..." where it is that.
  [[nodiscard]] std::string explained() const;
};
/// No plan, because of the limits that are named.
Decision infeasible(std::string why);

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

  // What a method may say beside. Most need none of it.

  /// Methods that learn or remember override this; all others answer by partition(). The partitioner outlives the
  /// session.
  [[nodiscard]] virtual std::unique_ptr<Session> start(std::uint64_t seed) const;
  /// Whether start() gives more than partition() does: then every request is decided anew.
  [[nodiscard]] virtual bool is_stateful() const { return false; }
  /// What explain() asks. The default describes a method that takes the best cut of the layer order by the problem's
  /// objective, within the problem's limits.
  [[nodiscard]] virtual const Explainer& explainer() const { return plain_explainer(SearchSpace::list); }
};

}  // namespace edgecut::partition
