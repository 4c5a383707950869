// Reads how and when a method's benchmark was taken.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "belief/measuring.hpp"
#include "belief/method.hpp"
#include "config/map.hpp"
#include "profile/measured.hpp"

namespace edgecut::scenario {

/// Days since 1970-01-01 of "2026-11-24". Throws config::Error on anything else.
std::int64_t read_day(const config::Value& value);

/// The keys `date`, `temperature` and `load` of `benchmarked_at`.
belief::Recorded read_recorded(const config::Value& settings);
/// What tables say themselves stands in for what is not recorded; that of the first host that has some.
void take_from_tables(const std::vector<profile::MeasuredTable>& tables, belief::Recorded& recorded);
/// Whether a key of `benchmarked_at` is one of them.
bool is_recorded(const std::string& key);

/// The keys `benchmark` and `decision` of a partitioner.
belief::Effort read_effort(config::Map& partitioner);
/// The key `measured`: `exact`, which it is if it is not given, or how runs differ and layers add up. Its repetitions
/// are those of `effort`, whichever says them.
belief::Measuring read_measuring(config::Map& partitioner, belief::Effort& effort);

}  // namespace edgecut::scenario
