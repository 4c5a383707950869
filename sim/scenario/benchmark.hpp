// What a benchmark costs, when it was taken, and how far today is from it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "belief/measuring.hpp"
#include "belief/reported.hpp"
#include "config/map.hpp"
#include "metrics/row.hpp"
#include "plan/problem.hpp"
#include "profile/measured.hpp"
#include "scenario/nominal.hpp"

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
  std::int64_t repetitions = 1;     // of everything that it measures
  bool each_device = false;         // measures each by itself, not one of a type
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
/// The key `measured`: `exact`, which it is if it is not given, or how runs differ and layers add up. Its repetitions are
/// those of `effort`, whichever says them.
belief::Measuring read_measuring(config::Map& partitioner, Effort& effort);
/// In a few words: "exact", or "10 runs, spread 3 %, sum 78 to 118 %".
std::string describe(const belief::Measuring& how);

/// Something that has to be measured before a method can plan.
struct Charge {
  std::string what;         // "every layer of alexnet"
  std::string per;          // what it falls due once for: "device type and network"
  std::string whose;        // the hosts
  Seconds device;           // once, on one device: all of its processors that may run a head
  Joules energy;            // of that device, above idle
  Seconds servers;          // once
  double times = 1.0;       // as often as it is repeated
  std::size_t devices = 1;  // on so many

  [[nodiscard]] Seconds time() const { return times * (static_cast<double>(devices) * device + servers); }
  [[nodiscard]] Joules joules() const { return times * static_cast<double>(devices) * energy; }
};

/// Adds what is not there already: two groups of boards of one type need one benchmark.
void add(std::vector<Charge>& charges, const Charge& charge);
/// One line a charge, and their sum.
std::string explain(const std::vector<Charge>& charges);

/// Of one run: what the method believed and what was true, what it had measured, and how often a device decided.
struct Account {
  const plan::Problem& believed;
  const plan::Problem& truth;
  std::vector<Charge> charges;  // of all that the run's methods measure
  bool has_belief = false;      // it looks at times or bandwidth
  double decisions = 1.0;       // of one device, a mean
  std::optional<double> age;    // days since the benchmark
  std::optional<double> temperature;
  std::string load;
  std::string measured;          // how; empty: it measures nothing
  std::optional<double> clock;   // of the device as its system reports it; none: nobody reads that
  belief::Availability reading;  // of it
};

void append_effort(const Effort& effort, const Account& account, metrics::Row& row);
const std::vector<metrics::Column>& effort_columns();

}  // namespace edgecut::scenario
