// `edgecut check`.
#pragma once

#include "commands/common.hpp"

namespace edgecut::commands {

struct CheckOptions {
  ScenarioOptions scenario;
  bool assumptions = false;  // list all of them
};

/// Reads a scenario and everything it names, and prints what it amounts to.
void check(const CheckOptions& options);

}  // namespace edgecut::commands
