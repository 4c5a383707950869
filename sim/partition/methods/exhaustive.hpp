// The best cut of the layer order by trying each: what `offline_benchmark` does with recorded layer times.
#pragma once

#include "partition/partitioner.hpp"

namespace edgecut::partition {

/// Whether a method's constraints bind it, or are left out as some methods were published.
enum class ConstraintUse { honoured, ignored };

/// argmin of the problem's objective over every cut and processor, by closed-form cost.
/// [Scission, Lockhart et al., UCC'20: exhaustive search over recorded layer times]
class Exhaustive final : public Partitioner, public Explainer {
 public:
  explicit Exhaustive(ConstraintUse use = ConstraintUse::honoured) : use_(use) {}
  [[nodiscard]] Decision partition(const plan::Problem& problem) const override;
  [[nodiscard]] const Explainer& explainer() const override { return *this; }
  [[nodiscard]] bool admits(const plan::Problem& problem, const plan::Plan& plan) const override;

 private:
  ConstraintUse use_;
};

}  // namespace edgecut::partition
