// `edgecut plan --every-cut`.
#pragma once

#include "commands/plan.hpp"

namespace edgecut::commands {

/// Prints every cut of a scenario's network, or of a problem, what it takes in truth on an idle system, which limits it
/// breaks, and who chooses it. Throws config::Error on anything that is wrong with the scenario or the options.
void every_cut(const PlanOptions& options);

}  // namespace edgecut::commands
