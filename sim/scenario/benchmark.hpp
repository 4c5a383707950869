// What a benchmark costs, when it was taken, and how far today is from it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/map.hpp"
#include "metrics/row.hpp"
#include "plan/problem.hpp"
#include "profile/measured.hpp"

namespace edgecut::scenario {

/// What is written down with a profile beside the conditions that a scenario plays: recorded, not simulated.
struct Recorded {
  std::optional<std::int64_t> day;    // since 1970-01-01
  config::Value date;                 // where it is written
  std::optional<double> temperature;  // of the device, degrees Celsius
  std::string load;                   // of the device, as somebody wrote it down; empty: nobody did
};

/// What a method spends before it can plan.
struct Effort {
  std::int64_t repetitions = 1;     // of every layer in a benchmark
  std::optional<Seconds> deciding;  // time of one decision on a host of `rate`; none: not accounted
  FlopRate rate;                    // nominal, of one network
  bool decides_in_cloud = false;
};

/// Days since 1970-01-01 of "2026-11-24". Throws config::Error on anything else.
std::int64_t read_day(const config::Value& value);

/// The keys `date`, `temperature` and `load` of `benchmarked_at`.
Recorded read_recorded(const config::Value& settings);
/// What tables say themselves stands in for what is not recorded; that of the first host that has some.
void take_from_tables(const std::vector<profile::MeasuredTable>& tables, Recorded& recorded);
/// Whether a key of `benchmarked_at` is one of them.
bool is_recorded(const std::string& key);

/// The keys `benchmark` and `decision` of a partitioner.
Effort read_effort(config::Map& partitioner);

/// Of one run: what the method believed and what it had measured before errors came in, what was true, and how often
/// a device decided.
struct Account {
  const plan::Problem& believed;
  const plan::Problem& measured;
  const plan::Problem& truth;
  bool has_benchmark = false;  // it measured layers
  bool has_belief = false;     // it looks at times or bandwidth
  double decisions = 1.0;      // of one device, a mean
  std::optional<double> age;   // days since the benchmark
  std::optional<double> temperature;
  std::string load;
};

void append_effort(const Effort& effort, const Account& account, metrics::Row& row);
const std::vector<metrics::Column>& effort_columns();

}  // namespace edgecut::scenario
