// Why a pipeline: its slowest part, whose memory binds it, what comes next, where it would change.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "partition/explain/change.hpp"
#include "plan/pipeline.hpp"

namespace edgecut::partition {

struct PipelineExplanation {
  plan::PipelineCost cost;
  std::string slowest;               // "compute on fast_2", "transfer from slow_1 to fast_1"
  std::vector<std::string> binding;  // hosts with more memory of which the slowest part would be shorter
  /// The best pipeline that does without one of the hosts in use, and which.
  std::optional<plan::Pipeline> runner_up;
  std::string left_out;
  double margin = 0.0;  // (its slowest - the plan's) / the plan's
  Changes changes;      // factors on every host's bandwidth
};

/// Explains a pipeline that partition::pipeline() gave.
PipelineExplanation explain(const plan::PipelineProblem& problem, const plan::Pipeline& chosen);

}  // namespace edgecut::partition
