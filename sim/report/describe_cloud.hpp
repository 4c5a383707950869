// A cloud, and a link to it, for people and programs: their figures and where each is from.
#pragma once

#include <string>
#include <vector>

#include "config/map.hpp"
#include "metrics/row.hpp"
#include "platform/platform.hpp"
#include "report/describe_latency.hpp"

namespace edgecut::report {

/// `sources`: the ledger of the cloud's file.
std::string describe(const platform::Cloud& cloud, const std::vector<NetworkLatency>& latencies,
                     const std::vector<config::Source>& sources);

std::string describe(const platform::Link& link, const std::vector<config::Source>& sources);

/// One row, radio powers above the device's idle power.
metrics::Row link_row(const platform::Link& link);

}  // namespace edgecut::report
