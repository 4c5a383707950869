// `edgecut plan`.
#pragma once

#include "commands/common.hpp"

namespace edgecut::commands {

struct PlanOptions {
  ScenarioOptions scenario;
  std::string problem;                    // instead of a scenario
  std::vector<std::string> partitioners;  // with a problem
  Format format = Format::table;
};

/// Prints what each partitioner chooses, and why; nothing is simulated.
void plan(const PlanOptions& options);

}  // namespace edgecut::commands
