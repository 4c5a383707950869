// One point of a study as values: a scenario with every setting fixed.
#pragma once

#include <cstdint>
#include <vector>

#include "belief/method.hpp"
#include "config/map.hpp"
#include "kernel/kernel.hpp"
#include "partition/fallback.hpp"
#include "world/part.hpp"

namespace edgecut::scenario {

/// How latencies are kept for quantiles.
enum class Quantiles : std::uint8_t { automatic, exact, sketch };

struct Point {
  std::vector<world::Part> parts;                    // at least one: group by group, class by class
  std::vector<std::vector<belief::Method>> methods;  // that are compared, by part; of all parts the same names in order
  kernel::Choice kernel = kernel::Choice::reference;
  Quantiles quantiles = Quantiles::automatic;
  partition::Fallback fallback = partition::Fallback::device_only;  // of methods without a plan, for `attainment`
  config::Ledger ledger;                                            // of the figures of all parts
};

}  // namespace edgecut::scenario
