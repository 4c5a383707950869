// `edgecut run`.
#pragma once

#include <string>

#include "commands/common.hpp"
#include "sweep/recording.hpp"

namespace edgecut::commands {

struct RunOptions {
  ScenarioOptions scenario;
  Format format = Format::table;
  unsigned jobs = 1;
  LimitOptions limits;
  sweep::RecordingFiles files;
  std::string trace_limit = "200 MB";
};

/// Simulates a scenario without its sweep and prints the comparison; writes the files that are asked for.
void run(const RunOptions& options);

}  // namespace edgecut::commands
