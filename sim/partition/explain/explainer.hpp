// What a method can tell of its search, so that explain() finds out why it chose a plan.
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

class Partitioner;
using PartitionerPtr = std::unique_ptr<const Partitioner>;

/// Where a method looks for its plan, and so where the next best one is to be found.
enum class SearchSpace : std::uint8_t {
  list,        ///< the candidates of Explainer::alternatives
  placements,  ///< every downward-closed placement of the DAG
  nowhere,     ///< it does not choose by a value: its plan is given, drawn, or learned while it runs
  elsewhere,   ///< a program that may learn from what it is asked, so that it must not be asked what if
};

/// What a method makes small.
struct Measure {
  std::string name;  // "latency"
  std::function<double(const plan::Candidate&)> of;
  std::optional<plan::Objective> objective = {};  // that it is the value of; none: it is another figure
};
/// The objective as what a method makes small.
Measure measure_of(plan::Objective objective);

/// Tells where a method looks, what it makes small and which limits it puts on plans. As it stands it describes a
/// method that takes the best plan of its search space by the problem's objective, within the problem's limits; a
/// method that differs overrides what differs.
class Explainer {
 public:
  explicit Explainer(SearchSpace search = SearchSpace::list) : search_(search) {}
  Explainer(const Explainer&) = delete;
  Explainer& operator=(const Explainer&) = delete;
  virtual ~Explainer() = default;

  [[nodiscard]] SearchSpace search() const { return search_; }
  [[nodiscard]] virtual Measure measure(const plan::Problem& problem) const;
  /// Whether the method itself would allow the plan.
  [[nodiscard]] virtual bool admits(const plan::Problem& problem, const plan::Plan& plan) const;
  /// The plans among which the next best one is; `plan` itself may be one of them.
  [[nodiscard]] virtual std::vector<plan::Candidate> alternatives(const plan::Problem& problem,
                                                                  const plan::Plan& plan) const;
  /// The names of the limits that the method puts on plans beside the problem's.
  [[nodiscard]] virtual std::vector<std::string> own_limits(const plan::Problem& /*problem*/) const { return {}; }
  /// The same method without some of its own limits.
  [[nodiscard]] virtual PartitionerPtr without(const std::set<std::string>& limits) const;

 private:
  SearchSpace search_;
};

/// The explainer that overrides nothing, for each search space.
const Explainer& plain_explainer(SearchSpace search);

}  // namespace edgecut::partition
