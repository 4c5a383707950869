// JointDNN: every block of a chain on the device or in the cloud, back and forth.
#pragma once

#include "partition/partitioner.hpp"

namespace edgecut::partition {

/// Least latency (or the device's energy, where that is the objective) over every assignment of the blocks between cut
/// vertices to the device or the cloud, as a shortest path: blocks cost their time or energy where they run, changing
/// sides the transfer of the tensor between them and its latency. Where the problem has groups, the arcs of the path
/// are runs of blocks on one side, with what they take together. Inferences start on the device, and their result is
/// needed there. A limit on the respective other is kept by LARAC, which finds a path within the limit where there is
/// one, not always the best. All other limits are checked of what was found. Without Problem::allows_return nothing
/// comes back to the device but the result.
/// [Eshratifar, Abrishami, Pedram, JointDNN, arXiv:1801.08618; LARAC: Jüttner et al., INFOCOM 2001]
class JointDnn final : public Partitioner {
 public:
  [[nodiscard]] Decision partition(const plan::Problem& problem) const override;
};

}  // namespace edgecut::partition
