// The columns of a row that say what knowing and deciding cost, and how far the belief was from the truth.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "belief/charges.hpp"
#include "events/events.hpp"
#include "experiment/playing.hpp"
#include "metrics/columns.hpp"
#include "metrics/row.hpp"

namespace edgecut::experiment {

/// What came of one run: what the method of the first part believed and what was true, what all parts had to measure,
/// and how often a device of the first part decided.
struct Account {
  const Played& first;
  std::vector<belief::Charge> charges;  // of all that the run's methods measure
  double decisions = 1.0;               // of one device, a mean
  events::MeasuringUse again;           // benchmarks that were taken during the run
  std::optional<double> clock;          // of the device as its system reports it; none: nobody reads that
};
Account account_of(const Playing& playing, std::int64_t replication, const events::Decisions& decisions,
                   const events::MeasuringUse& again);

/// Appends the columns of effort_columns().
void append_effort(const Account& account, metrics::Row& row);
std::vector<metrics::Column> effort_columns();

}  // namespace edgecut::experiment
