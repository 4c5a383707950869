// DADS: dynamic adaptive DNN surgery. [Hu et al., INFOCOM 2019]
#pragma once

#include "partition/partitioner.hpp"

namespace edgecut::partition {

/// DADS under light load: least T_device + T_transmission + T_cloud by one minimum cut, whatever the scenario's
/// objective.
/// [Hu et al., INFOCOM 2019] Does not search under limits.
class DadsLight final : public Partitioner, public Explainer {
 public:
  DadsLight() : Explainer(SearchSpace::placements) {}
  [[nodiscard]] Decision partition(const plan::Problem& problem) const override;
  [[nodiscard]] const Explainer& explainer() const override { return *this; }
  [[nodiscard]] Measure measure(const plan::Problem& problem) const override;
};

/// DADS under heavy load: least max(T_device, T_transmission, T_cloud), the slowest stage of the pipeline, which is
/// NP-hard. Minimum cuts at stage weights (a, 1, g) over a grid that is refined around its best point; the best
/// placement by the true maximum is kept. [Hu et al., INFOCOM 2019: within 3 of the optimum at weights (1,
/// 1, 1)] Does not search under limits.
class DadsHeavy final : public Partitioner, public Explainer {
 public:
  DadsHeavy() : Explainer(SearchSpace::placements) {}
  [[nodiscard]] Decision partition(const plan::Problem& problem) const override;
  [[nodiscard]] const Explainer& explainer() const override { return *this; }
  [[nodiscard]] Measure measure(const plan::Problem& problem) const override;
};

/// The slowest of a plan's three stages, in seconds: head, upload, tail. Latency of the link is no stage.
Seconds slowest_stage(const plan::Problem& problem, const plan::Cost& cost);

}  // namespace edgecut::partition
