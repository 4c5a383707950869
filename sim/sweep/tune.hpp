// The best setting of some keys for a goal, by successive halving.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/value.hpp"
#include "experiment/study.hpp"
#include "metrics/row.hpp"
#include "sweep/processes.hpp"
#include "sweep/sweep.hpp"

namespace edgecut::sweep {

/// `tune:` of a scenario.
struct Search {
  std::string goal;  // a column
  bool maximises = false;
  std::string partitioner;
  struct Limit {
    std::string column;
    double most = 0.0;  // in the column's unit
  };
  std::vector<Limit> limits;
  std::size_t budget = 0;  // runs
  config::Value sample;    // the candidates, as `sweep: {sample: ...}`
  std::size_t candidates = 0;
};

/// How many candidates a budget pays for: all are played once, then half of them as often again as before, and so on until
/// one is left.
std::size_t candidates_for(std::size_t budget);

/// Reads `tune:`; `budget` replaces its own. Throws config::Error.
Search read_search(const config::Value& scenario, std::optional<std::size_t> budget);

/// The scenario with the candidates in place of its sweep and without what is compared.
config::Value with_candidates(config::Value scenario, const Search& search);

/// Plays the search on a study of with_candidates(): first every candidate once, with the arrivals and the truth of
/// replication 0; then the better half goes on with as many replications again, until one is left. Better is to keep the
/// limits on the means, then the goal; who has no plan in some replication or is saturated comes after all who have, and one
/// of whose runs one failed comes last and is not played again.
/// A row for each candidate, the best first: rank, its axes, replications, the goal's mean and half-width, the limited
/// columns' means, keeps_limits, failure (the run and the reason; empty without).
std::vector<metrics::Row> tune(const experiment::Study& study, const Search& search, const Execution& execution,
                               const Progress& progress);

}  // namespace edgecut::sweep
