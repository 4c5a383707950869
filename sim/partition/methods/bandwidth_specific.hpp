// The fewest bytes that still meet the deadline at the bandwidth that there is.
#pragma once

#include "partition/partitioner.hpp"

namespace edgecut::partition {

/// argmin of the bytes up over every cut of the layer order, processor and encoding that keeps the limits and the time
/// limit (the deadline, else the mean time between requests) at the problem's bandwidth. Without either, none binds.
/// Nothing published by that name: the rule that "bandwidth-specific" baselines apply.
class BandwidthSpecific final : public Partitioner, public Explainer {
 public:
  [[nodiscard]] Decision partition(const plan::Problem& problem) const override;
  [[nodiscard]] const Explainer& explainer() const override { return *this; }
  [[nodiscard]] Measure measure(const plan::Problem& problem) const override;
  [[nodiscard]] bool admits(const plan::Problem& problem, const plan::Plan& plan) const override;
};

}  // namespace edgecut::partition
