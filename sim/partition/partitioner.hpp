// Policy: from a problem to a plan.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "plan/plan.hpp"

namespace edgecut::partition {

struct Decision {
  std::optional<plan::Plan> plan;  // none where no plan is feasible
  std::string reason;              // why this plan, or why none, in a few words
};

/// Chooses where to cut. Stateless, and a function of the problem alone. Whoever implements it may return any
/// downward-closed plan that has every input on the device; it must return no plan rather than one that it knows to
/// break a constraint it was asked to honour, and break ties by fewer bytes, then the earlier cut.
class Partitioner {
 public:
  Partitioner() = default;
  Partitioner(const Partitioner&) = delete;
  Partitioner& operator=(const Partitioner&) = delete;
  virtual ~Partitioner() = default;
  [[nodiscard]] virtual Decision partition(const plan::Problem& problem) const = 0;
};

using PartitionerPtr = std::unique_ptr<const Partitioner>;

}  // namespace edgecut::partition
