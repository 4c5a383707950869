// A process per job. SimGrid keeps state per process, so that two simulations in one process differ in the last digits;
// forked from a parent that never simulated, each gives the same bytes whatever runs beside it.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace edgecut::sweep {

/// What became of a job: its output, or why there is none.
struct JobResult {
  std::string output;
  std::string failure;  // empty when the job succeeded
};

/// Runs `job(0) .. job(count - 1)`, at most `parallel` at a time, each in a forked child whose returned string comes
/// back through a pipe. An exception, a signal or an early exit of a child becomes that job's failure. `done(n)` is
/// called in the parent each time n jobs have ended. Throws std::system_error when no process can be made.
std::vector<JobResult> run_processes(std::size_t count, unsigned parallel,
                                     const std::function<std::string(std::size_t)>& job,
                                     const std::function<void(std::size_t)>& done);

}  // namespace edgecut::sweep
