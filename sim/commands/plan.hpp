// `edgecut plan`.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "commands/common.hpp"

namespace edgecut::commands {

struct PlanOptions {
  ScenarioOptions scenario;
  std::string problem;                    // instead of a scenario
  std::vector<std::string> partitioners;  // with a problem
  Format format = Format::table;
  bool every_cut = false;   // not what is chosen alone
  std::int64_t point = -1;  // of the scenario's sweep, with every_cut; below 0: the scenario itself
};

/// Prints what each partitioner chooses, and why; nothing is simulated.
void plan(const PlanOptions& options);

}  // namespace edgecut::commands
