// The results of each class of requests, as a table.
#pragma once

#include <vector>

#include "metrics/row.hpp"

namespace edgecut::sweep {

/// A row for each class of each of those rows: the point with what was swept, the partitioner, the replication, then what
/// the column `classes` holds. Empty where requests are of no classes.
std::vector<metrics::Row> class_rows(const std::vector<metrics::Row>& rows);

}  // namespace edgecut::sweep
