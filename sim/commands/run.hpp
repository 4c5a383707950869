// `edgecut run`.
#pragma once

#include "commands/common.hpp"

namespace edgecut::commands {

struct RunOptions {
  ScenarioOptions scenario;
  Format format = Format::table;
  unsigned jobs = 1;
};

/// Simulates a scenario without its sweep and prints the comparison.
void run(const RunOptions& options);

}  // namespace edgecut::commands
