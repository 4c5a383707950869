// `edgecut sweep`.
#pragma once

#include "commands/common.hpp"

namespace edgecut::commands {

struct SweepOptions {
  ScenarioOptions scenario;
  Format format = Format::table;
  unsigned jobs = 1;
  std::string output;  // folder; results/<scenario> by default
};

/// Simulates every point of a scenario's sweep; rows go to a folder.
void sweep(const SweepOptions& options);

}  // namespace edgecut::commands
