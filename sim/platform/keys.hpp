// The keys of device, cloud, link and benchmark files: what each may be, its default and one sentence.
#pragma once

#include "config/record.hpp"

namespace edgecut::platform {

/// What a bandwidth may be: from 1 bit/s, which is what is planned with where one is 0, to 1 Pbit/s.
inline constexpr config::Limits possible_bandwidth{0.125, 1.25e14, false};
/// What a harvest may give: more than a power station is a slip of the unit.
inline constexpr config::Limits possible_harvest{0.0, 1e9, false};
/// No load takes all of a processor.
inline constexpr double largest_load = 0.99;

/// Words of the key `model` of `compute`.
enum class ComputeModel { three_constants, per_kind, measured };
/// Words of the key `discipline` of `serving`.
enum class ServingDiscipline { fifo, priority, earliest_deadline, shared };

const config::Record& device_record();
const config::Record& battery_record();
const config::Record& thermal_record();
const config::Record& frequency_step_record();

const config::Record& cloud_record();
const config::Record& serving_record();

const config::Record& link_record();
/// Between servers, which need no radio.
const config::Record& server_link_record();
const config::Record& bandwidth_course_record();
/// Of the share of a processor that somebody else takes.
const config::Record& load_course_record();
/// `{up: COURSE, down: COURSE}`.
const config::Record& ways_record();
const config::Record& outage_record();
/// `bandwidth` and `outages`, which links and cells have.
std::vector<config::Key> motion_keys();

const config::Record& benchmarks_record();

/// `memory` of a device or a server.
const config::Record& memory_record();
/// `processors` of a device, with their power, or of a server, without.
config::Type processors_of_device();
config::Type processors_of_server();

}  // namespace edgecut::platform
