// What the columns of a sweep's tables mean.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "metrics/row.hpp"

namespace edgecut::sweep {

/// A table by the name of its file; its rows share their columns.
using NamedTable = std::pair<std::string, const std::vector<metrics::Row>*>;

/// A row for each column of each table that has rows: file, column, unit, meaning. `known`: of the columns of runs.
std::vector<metrics::Row> dictionary(const std::vector<metrics::Column>& known, const std::vector<NamedTable>& tables);

}  // namespace edgecut::sweep
