// The columns of a row that say what a method planned.
#pragma once

#include <string>
#include <vector>

#include "metrics/columns.hpp"
#include "metrics/row.hpp"
#include "partition/partitioner.hpp"
#include "plan/problem.hpp"

namespace edgecut::experiment {

/// Appends `feasible` to `head_memory_B`. `believes`: the method looks at times. `varies`: it is its first plan.
void append_plan(bool believes, bool varies, const plan::Problem& believed, const plan::Problem& truth,
                 const partition::Decision& decision, metrics::Row& row);
/// What those columns mean.
std::vector<metrics::Column> plan_columns();

/// Whether a plan breaks a limit of the problem that is as good as the truth, whatever the load and the links: memory,
/// storage, layers, accuracy.
bool breaks_static_limit(const plan::Problem& truth, const plan::Plan& plan);

}  // namespace edgecut::experiment
