// `edgecut sweep`.
#pragma once

#include <cstdint>
#include <string>

#include "commands/common.hpp"

namespace edgecut::commands {

struct SweepOptions {
  ScenarioOptions scenario;
  Format format = Format::table;
  unsigned jobs = 1;
  std::string output;  // folder; results/<scenario> by default
  std::string shard;   // "2/4"
  LimitOptions limits;
  std::string only;  // the one run to play
  bool dry_run = false;
  bool fresh = false;
  bool retry_failed = false;
};

/// Simulates every point of a scenario's sweep; rows go to a store in a folder, and from there to files.
void sweep(const SweepOptions& options);

}  // namespace edgecut::commands
