// `edgecut tune` and `edgecut frontier`.
#pragma once

#include <cstddef>

#include "commands/common.hpp"

namespace edgecut::commands {

struct TuneOptions {
  ScenarioOptions scenario;
  Format format = Format::table;
  unsigned jobs = 1;
  LimitOptions limits;
  std::size_t budget = 0;  // 0: the scenario's
};

/// Searches the best setting of the keys under `tune:`.
void tune(const TuneOptions& options);

struct FrontierOptions {
  ScenarioOptions scenario;
  Format format = Format::table;
  unsigned jobs = 1;
  LimitOptions limits;
  bool all = false;  // dominated plans too
};

/// The Pareto set of latency, energy and bytes over cuts and the points of the sweep.
void frontier(const FrontierOptions& options);

}  // namespace edgecut::commands
