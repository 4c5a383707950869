// The keys of a scenario.
#pragma once

#include "config/record.hpp"

namespace edgecut::scenario {

/// A whole scenario file.
const config::Record& scenario_record();

/// Words of the key `encoding` of `input`.
enum class InputEncoding { raw, encoded };
/// Words of the key `policy` of `beside`.
enum class MemoryPolicy { resident, swapped };
/// Words of the key `method` of `sample`.
enum class SampleMethod { latin_hypercube, sobol };

/// Keys of the study as a whole, which are the same at every point.
std::vector<config::Key> study_keys();
/// What is true at a point.
std::vector<config::Key> world_keys_of_scenario();

const config::Record& input_record();
const config::Record& result_record();
/// A workload, or the classes of several.
config::Type workload_type();
config::Type objective_type();
const config::Record& encoding_record();
const config::Record& cell_record();
const config::Record& axis_record();
const config::Record& range_record();
const config::Record& sample_record();
const config::Record& tune_record();
const config::Record& compare_record();
/// A group of devices, with what is its own.
const config::Record& group_record();

/// An entry of `partitioners`.
config::Type method_type();

}  // namespace edgecut::scenario
