// Ctrl-C, and who asks the program to end.
#pragma once

#include "sweep/processes.hpp"

namespace edgecut::commands {

/// Ends a command with status 130.
using Interrupted = sweep::Interrupted;

/// The same execution, which throws Interrupted at the first Ctrl-C or polite kill from now on; a second one ends the
/// program at once. A file that may not grow is an error of the write from now on, not the end.
sweep::Execution interruptible(sweep::Execution execution);

}  // namespace edgecut::commands
