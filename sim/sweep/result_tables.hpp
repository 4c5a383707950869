// The tables beside the rows of a study: the results of each group of devices and each class of requests, what each
// processor did.
#pragma once

#include <string_view>
#include <vector>

#include "metrics/row.hpp"

namespace edgecut::sweep {

/// The tables of that name of all rows, one after the other: groups, classes or processors. Each line begins with the
/// point, what was swept, the partitioner and the replication. Empty where no run has such a table.
std::vector<metrics::Row> table_of(const std::vector<metrics::Row>& rows, std::string_view name);

}  // namespace edgecut::sweep
