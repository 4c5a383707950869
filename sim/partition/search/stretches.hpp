// The minimum cut of a DAG found stretch by stretch: between two adjacent cut vertices at a time.
#pragma once

#include <optional>

#include "plan/plan.hpp"

namespace edgecut::partition {

/// The same optimum as `unlimited_optimum` on two tiers. Every path runs through every cut vertex, so that an optimal
/// cut crosses one stretch between two adjacent cut vertices: all before it is on the device, all after it in the
/// cloud. Each stretch's minimum cut is one of a graph of that stretch alone, and is not looked for where even a cut
/// that sends nothing there would lose, so that a network of n layers costs O(n) and a few small flows. [Zhang et al.,
/// QDMP, IMWUT 4(4), 2020] Not for the slowest stage, which is no sum.
std::optional<plan::Candidate> optimum_by_stretches(const plan::Problem& problem);

}  // namespace edgecut::partition
