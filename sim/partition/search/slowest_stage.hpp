// The placement with the shortest slowest stage: the highest throughput of a stream of inferences.
#pragma once

#include "partition/partitioner.hpp"
#include "partition/search/constrained_cut.hpp"

namespace edgecut::partition {

/// Seconds that no plan's slowest stage is below: the longest of some stages is at least their mean, whose minimum over
/// placements is a minimum cut; the largest over a few sets of stages, the limits left out. Two tiers.
double slowest_stage_bound(const plan::Problem& problem);

/// argmin of Cost::slowest_stage over every placement, listed processor and encoding, under the problem's limits.
/// NP-hard. Starts from the best cut of the layer order and asks branch and bound for any plan whose stages are all
/// shorter, until there is provably none (optimal) or the node limit is hit (the reason says so, and the gap is that to
/// slowest_stage_bound()). Two tiers; with an edge server the best pair of cut vertices, without a gap.
Decision shortest_slowest_stage(const plan::Problem& problem, const SearchLimits& limits = {});

}  // namespace edgecut::partition
