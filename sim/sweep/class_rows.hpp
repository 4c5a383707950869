// Tables that a column of rows holds as JSON: the results of each group of devices and each class of requests, what
// each processor did.
#pragma once

#include <vector>

#include "metrics/row.hpp"

namespace edgecut::sweep {

/// A row for each class of each of those rows: the point with what was swept, the partitioner, the replication, then what
/// the column `classes` holds. Empty where requests are of no classes.
std::vector<metrics::Row> class_rows(const std::vector<metrics::Row>& rows);
/// Likewise a row for each group of the fleet, of the column `groups`; empty where all devices are alike.
std::vector<metrics::Row> group_rows(const std::vector<metrics::Row>& rows);
/// Likewise a row for each processor, of the column `processors`; empty where every device has one.
std::vector<metrics::Row> processor_rows(const std::vector<metrics::Row>& rows);

}  // namespace edgecut::sweep
