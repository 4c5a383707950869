// Several networks in one device's memory: the heads of all classes of its requests.
#pragma once

#include "partition/partitioner.hpp"
#include "plan/problem.hpp"

namespace edgecut::experiment {

/// The weights of all heads and the largest of their live activations must fit, into what the device has available and
/// into `constraints.memory`; the weights into its storage. Classes are planned one after the other, each in what those
/// before it left.
class DeviceMemory {
 public:
  /// Limits `believed` and `truth` to what is left, and asks for a plan in it.
  partition::Decision plan(const partition::Partitioner& partitioner, plan::Problem& believed, plan::Problem& truth);

 private:
  Bytes weights_;
  Bytes activations_;
};

/// Takes `memory` and `storage` from what a problem allows.
void take(plan::Problem& problem, Bytes memory, Bytes storage);

}  // namespace edgecut::experiment
