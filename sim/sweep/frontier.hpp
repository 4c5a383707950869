// Which plans nobody would regret: the Pareto set of latency, energy, bytes and requests lost.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "experiment/study.hpp"
#include "metrics/row.hpp"
#include "sweep/processes.hpp"
#include "sweep/sweep.hpp"

namespace edgecut::sweep {

/// What a frontier makes small, beside the requests that are dropped or fail (`lost_mean`).
inline constexpr std::array<std::string_view, 3> frontier_columns{"latency_mean_s", "energy_inference_J", "up_mean_B"};

/// Which of the points no other is at least as good as in every figure and better in one; less is better. Equal points
/// are all kept.
std::vector<bool> pareto(const std::vector<std::vector<double>>& points);

/// Plays every cut that keeps the limits at every point of the sweep and each of replications(), and gives a row for each
/// plan and point: the point, its axes, the plan, means over replications, and on_frontier. Each point has a frontier of
/// its own, since an uplink, say, is not for a plan to choose. A point at which no plan keeps the limits has no row. Plans that keep the limits in
/// some replications only, those whose run is saturated and those of whose runs one failed (`failure`: the reason) are on no
/// frontier.
std::vector<metrics::Row> frontier(const experiment::Study& study, const Execution& execution,
                                   const Progress& progress);

}  // namespace edgecut::sweep
