// SPINN: cut and confidence threshold of the early exits together.
#pragma once

#include "partition/partitioner.hpp"

namespace edgecut::partition {

/// argmin of the problem's objective, as a mean over the exits at which inferences leave, over every operating point of
/// the exits (a threshold whose exit rates the network's file gives), no early exit at all, and every cut of the layer
/// order, within the limits, the accuracy among them. Needs operating points.
/// [Laskaridis et al., SPINN, MobiCom 2020, arXiv:2008.06402: split point and exit policy from the exit rates]
class Spinn final : public Partitioner, public Explainer {
 public:
  [[nodiscard]] Decision partition(const plan::Problem& problem) const override;
  [[nodiscard]] const Explainer& explainer() const override { return *this; }
  /// Every cut with every operating point, and without early exits.
  [[nodiscard]] std::vector<plan::Candidate> alternatives(const plan::Problem& problem,
                                                          const plan::Plan& plan) const override;
};

}  // namespace edgecut::partition
