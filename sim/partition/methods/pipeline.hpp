// The pipeline of hosts with the shortest slowest stage.
#pragma once

#include <optional>

#include "plan/pipeline.hpp"

namespace edgecut::partition {

/// argmin over the choice and order of hosts and the blocks of each of max(compute seconds of a stage, seconds of a
/// transfer), among the pipelines whose stages fit into their hosts' memory; then the fewest stages (not promised with
/// keeps_host_order). None when there is no such pipeline. Exact on the chain of blocks.
///
/// Dynamic programming over h(i, S, u): the slowest stage of blocks 1..i on the multiset S of types of hosts, the last
/// of type u. [PipeEdge, Hu et al., DSD 2022] A type is a set of hosts with the same numbers: prod(count + 1)
/// multisets, 2^hosts when all differ. With keeps_host_order the state is the last host instead.
std::optional<plan::Pipeline> pipeline(const plan::PipelineProblem& problem);

}  // namespace edgecut::partition
