// The keys of a workload.
#pragma once

#include "config/record.hpp"

namespace edgecut::workload {

enum class Phase { aligned, random };

const config::Record& workload_record();
const config::Record& burst_state_record();

}  // namespace edgecut::workload
