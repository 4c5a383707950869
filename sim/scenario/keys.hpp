// The keys of a scenario.
#pragma once

#include "config/record.hpp"
#include "partition/registry.hpp"

namespace edgecut::scenario {

/// A whole scenario file.
const config::Record& scenario_record();

/// Words of the key `encoding` of `input`.
enum class InputEncoding { raw, encoded };
/// Words of the key `policy` of `beside`.
enum class MemoryPolicy { resident, swapped };
/// Words of the key `method` of `sample`.
enum class SampleMethod { latin_hypercube, sobol };

/// Words of the key `transfer` of a method.
enum class TransferBy { nothing, nominal_rate };

/// Keys of the study as a whole, which are the same at every point.
std::vector<config::Key> study_keys();
/// Of what groups of devices or classes of requests may have each for itself.
inline constexpr auto in_parts = config::optional("required, but where all groups or classes have their own");
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

/// When a method decides; words of the key `decide`, but for `every`.
enum class When { once, per_point, per_request, every };
/// Words of the key `on` of `decision`.
enum class DecidesOn { device, cloud };

/// An entry of `partitioners`: the name of a kind, or a map with the keys of one.
config::Type method_type();
/// A method of that kind.
const config::Record& method_record(const partition::Kind& kind);
const config::Record& estimator_record();

}  // namespace edgecut::scenario
