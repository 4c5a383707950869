// Edgent: the deepest early exit whose best cut meets the deadline.
#pragma once

#include "partition/partitioner.hpp"

namespace edgecut::partition {

/// From the last exit to the first, all inferences leaving there: the least-latency cut of the layer order; the first
/// such (exit, cut) within the time limit (the deadline, else the mean time between requests) is taken, and none where
/// no exit meets it. Deeper is taken for more accurate.
/// [Li, Zhou, Chen, "Edge Intelligence", SIGCOMM MECOMM 2018, arXiv:1806.07840]
class Edgent final : public Partitioner, public Explainer {
 public:
  [[nodiscard]] Decision partition(const plan::Problem& problem) const override;
  [[nodiscard]] const Explainer& explainer() const override { return *this; }
  /// Latency, at the deepest exit that has a cut.
  [[nodiscard]] Measure measure(const plan::Problem& problem) const override;
  [[nodiscard]] bool admits(const plan::Problem& problem, const plan::Plan& plan) const override;
  /// The cuts of the deepest exit that has another one.
  [[nodiscard]] std::vector<plan::Candidate> alternatives(const plan::Problem& problem,
                                                          const plan::Plan& plan) const override;
};

}  // namespace edgecut::partition
