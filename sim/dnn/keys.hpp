// The keys of network files.
#pragma once

#include "config/record.hpp"

namespace edgecut::dnn {

const config::Record& network_record();
const config::Record& layer_record();
const config::Record& output_record();
const config::Record& shared_weight_record();
const config::Record& exit_record();
const config::Record& exit_rates_record();

}  // namespace edgecut::dnn
