// Means are of the requests that got through: what they are worth beside one another.
#pragma once

#include <string_view>

#include "metrics/row.hpp"

namespace edgecut::metrics {

/// How many requests of a run were dropped or failed.
double lost_requests(const Row& row);

/// Whether a run is better than another one of the same requests: it lost fewer, or as many and its mean in `column` is
/// smaller. One without that mean, as nothing came back, is worse than one with it.
bool is_better_run(const Row& row, const Row& other, std::string_view column);

}  // namespace edgecut::metrics
