// Partitioners that see the DAG, not only the layer order: exact minimum cuts and the methods built on them.
#pragma once

#include "partition/minimum_cut.hpp"
#include "partition/partitioner.hpp"

namespace edgecut::partition {

/// The exact optimum of the objective over every downward-closed placement: a minimum cut when it keeps the limits,
/// branch and bound (constrained_cut) when it does not.
class MinCut final : public Partitioner {
 public:
  [[nodiscard]] Decision partition(const plan::Problem& problem) const override;
};

/// MinCut, and the best cut of the layer order where they tie: so that it breaks ties as the methods that only see that
/// order do. Given the truth, no other plan beats it on an idle system.
class Oracle final : public Partitioner {
 public:
  [[nodiscard]] Decision partition(const plan::Problem& problem) const override;
};

/// The same optimum, found stretch by stretch: it lies between two adjacent cut vertices, so that everything before
/// them is on the device and everything after in the cloud. [Zhang et al., QDMP, IMWUT 4(4), 2020] Does not search
/// under limits: where its optimum breaks one it says infeasible.
class Qdmp final : public Partitioner {
 public:
  [[nodiscard]] Decision partition(const plan::Problem& problem) const override;
};

/// DADS under light load: least T_device + T_transmission + T_cloud by one minimum cut, whatever the scenario's
/// objective.
/// [Hu et al., INFOCOM 2019, sec. IV-A] Does not search under limits.
class DadsLight final : public Partitioner {
 public:
  [[nodiscard]] Decision partition(const plan::Problem& problem) const override;
};

/// DADS under heavy load: least max(T_device, T_transmission, T_cloud), the slowest stage of the pipeline, which is
/// NP-hard. Minimum cuts at stage weights (a, 1, g) over a grid that is refined around its best point; the best
/// placement by the true maximum is kept. [Hu et al., INFOCOM 2019, sec. IV-B: within 3 of the optimum at weights (1,
/// 1, 1)] Does not search under limits.
class DadsHeavy final : public Partitioner {
 public:
  [[nodiscard]] Decision partition(const plan::Problem& problem) const override;
};

/// The slowest of a plan's three stages, in seconds: head, upload, tail. Latency of the link is no stage.
Seconds slowest_stage(const plan::Problem& problem, const plan::Cost& cost);

}  // namespace edgecut::partition
