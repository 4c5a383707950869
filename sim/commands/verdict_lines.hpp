// What is wrong with the runs of a study, in words.
#pragma once

#include <string>
#include <vector>

#include "metrics/row.hpp"

namespace edgecut::commands {

/// A line for each method and each verdict of its rows that is not "stable", in the order of the rows: in how many of
/// them, and why in the first.
std::vector<std::string> verdict_lines(const std::vector<metrics::Row>& rows);

/// A line for each verdict but "stable": how many rows, of which methods, and why in the first. For many points.
std::vector<std::string> verdict_totals(const std::vector<metrics::Row>& rows);

}  // namespace edgecut::commands
