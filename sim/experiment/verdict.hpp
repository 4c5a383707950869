// What is to be said of a run before its figures are believed.
#pragma once

#include <vector>

#include "metrics/columns.hpp"
#include "metrics/row.hpp"

namespace edgecut::experiment {

/// Appends `verdict` and `verdict_because` to a row that has all other columns of plan and results, the first that
/// holds:
///
/// * infeasible: there is no plan, because of the limit that is nearest to being kept;
/// * losing requests: some were dropped or failed, so that means are of those that got through;
/// * overloaded: a resource is offered more than it can do, so that means grow with the number of requests;
/// * backlogged: none is, yet requests of an open workload waited longer than they were worked on, and more than a
/// tenth of   them were under way when the last one arrived;
/// * stable.
void append_verdict(metrics::Row& row);
std::vector<metrics::Column> verdict_columns();

}  // namespace edgecut::experiment
