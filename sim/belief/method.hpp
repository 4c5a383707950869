// A method: a policy, and what it is allowed to know.
//
// | knowledge  | its layer times are                                                      | made by              |
// |------------|--------------------------------------------------------------------------|----------------------|
// | nothing    | none; it looks at no time, and is asked about the world of its reference | belief::problem      |
// | benchmark  | the reference's true ones, as a benchmark measures them                  | belief::measure      |
// | regression | predicted by type of layer from other networks measured there            | belief::learned      |
// | constants  | those of the three constants of each host's file                         | profile              |
// | nominal    | complexities over nominal rates                                          | belief::Nominal      |
// | truth      | the true ones of today: the oracle alone                                 | belief::true_problem |
//
// Of a benchmark on another board the reference has that board's processors in the places of the device's own.
// The reference is the world as it was at the method's benchmark (`benchmarked_at`), or today's. Bandwidths are today's
// where `knows_bandwidth`, else the reference's. What a method sees later, while a run goes on, is its `awareness`.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "belief/conditions.hpp"
#include "belief/measuring.hpp"
#include "belief/nominal.hpp"
#include "belief/profile_error.hpp"
#include "config/value.hpp"
#include "partition/registry.hpp"
#include "world/world.hpp"

namespace edgecut::belief {

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

/// The nominal rates of the board that a benchmark was taken on and of the device that it is used for: layer times are
/// scaled by the first over the second.
struct Transfer {
  Nominal then;
  Nominal now;
};

/// One entry under `partitioners:`.
struct Method {
  std::string name;
  const partition::Kind* kind = nullptr;
  std::shared_ptr<const partition::Partitioner> partitioner;       // shared by copies, which believe otherwise
  partition::Knowledge knowledge = partition::Knowledge::nothing;  // what its layer times are based on
  std::optional<world::World> reference;  // the world under `benchmarked_at`: what was recorded, and the bandwidth then
  bool knows_bandwidth = true;            // plans with today's bandwidth, not with the reference's
  Awareness awareness = {};               // what it sees while a run goes on
  Nominal nominal = {};
  std::optional<Transfer> transfer = {};  // of a benchmark on another board; none: its times are taken as recorded
  double server_load = 1.0;               // factor on the cloud's times that it plans with
  std::optional<ProfileError> profile_error = {};  // of its layer times, beside what it cannot know anyway
  Measuring measuring = {};                        // how whatever it measures is measured
  Effort effort = {};
  Recorded recorded = {};                          // with `benchmarked_at`
  std::optional<double> age = {};                  // days since then
  std::vector<const dnn::Network*> training = {};  // what it learns layer times from; borrowed

  /// Whether it looks at times or bandwidth at all.
  [[nodiscard]] bool believes() const { return kind->knowledge != partition::Knowledge::nothing; }
  /// Whether it takes times itself; those of files, and the constants fitted to them, others took.
  [[nodiscard]] bool measures() const {
    return knowledge == partition::Knowledge::benchmark || knowledge == partition::Knowledge::regression ||
           nominal.world.has_value() || transfer.has_value();
  }
  /// Whether it learns layer times from other networks.
  [[nodiscard]] bool learns() const {
    return knowledge == partition::Knowledge::regression || knowledge == partition::Knowledge::constants;
  }
  /// How it measures in one replication: another benchmark in each.
  [[nodiscard]] Measuring measuring_of(std::int64_t replication) const {
    auto how = measuring;
    how.seed += static_cast<std::uint64_t>(replication);
    return how;
  }
  /// The world that it was benchmarked in, given today's.
  [[nodiscard]] const world::World& reference_or(const world::World& today) const {
    return reference ? *reference : today;
  }
};

}  // namespace edgecut::belief
