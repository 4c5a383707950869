// What each method saves against the baselines, for people.
#pragma once

#include <string>
#include <vector>

#include "metrics/row.hpp"

namespace edgecut::commands {

/// One table a baseline, a line a method, a column a metric. `savings` are the rows of sweep::savings(); cells are found
/// by the names in them, in any order. A metric that the scenario does not account for has no column.
/// Below are the pairs that took no part, with the reasons.
std::string savings_tables(const std::vector<std::string>& baselines, const std::vector<metrics::Row>& savings);

}  // namespace edgecut::commands
