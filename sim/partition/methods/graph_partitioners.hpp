// Partitioners that see the DAG, not only the layer order: exact minimum cuts and the methods built on them.
#pragma once

#include "partition/partitioner.hpp"
#include "partition/search/minimum_cut.hpp"

namespace edgecut::partition {

/// The exact optimum of the objective over every downward-closed placement: a minimum cut when it keeps the limits,
/// branch and bound (constrained_cut) when it does not. With an edge server it is exact without limits only: under them
/// the best pair of cut vertices, which the reason says.
class MinCut final : public Partitioner {
 public:
  [[nodiscard]] Decision partition(const plan::Problem& problem) const override;
  [[nodiscard]] const Explainer& explainer() const override { return plain_explainer(SearchSpace::placements); }
};

/// MinCut, and the best cut of the layer order where they tie: so that it breaks ties as the methods that only see that
/// order do. Given the truth, no other plan beats it on an idle system.
class Oracle final : public Partitioner {
 public:
  [[nodiscard]] Decision partition(const plan::Problem& problem) const override;
  [[nodiscard]] const Explainer& explainer() const override { return plain_explainer(SearchSpace::placements); }
};

/// The same optimum, found stretch by stretch: it lies between two adjacent cut vertices, so that everything before
/// them is on the device and everything after in the cloud. [Zhang et al., QDMP, IMWUT 4(4), 2020] Does not search
/// under limits: where its optimum breaks one it says infeasible.
class Qdmp final : public Partitioner {
 public:
  [[nodiscard]] Decision partition(const plan::Problem& problem) const override;
  [[nodiscard]] const Explainer& explainer() const override { return plain_explainer(SearchSpace::placements); }
};

}  // namespace edgecut::partition
