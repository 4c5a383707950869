// A process per job. SimGrid keeps state per process, so that two simulations in one process differ in the last digits;
// forked from a parent that never simulated, each gives the same bytes whatever runs beside it.
#pragma once

#include <csignal>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace edgecut::sweep {

/// What became of a job: its output, or why there is none.
struct JobResult {
  std::string output;
  std::string failure;  // empty when the job succeeded
};

struct Ended {
  std::size_t job = 0;
  JobResult result;
};

/// The user pressed Ctrl-C, or somebody asked the program to end. what() says how many jobs had ended and which were
/// under way, for how long.
class Interrupted : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// How a job is called in messages.
using JobName = std::function<std::string(std::size_t)>;

/// How jobs are executed.
struct Execution {
  unsigned parallel = 1;
  double timeout = 0.0;      // seconds that a job may take; 0: no limit
  std::uint64_t memory = 0;  // bytes of address space that a job may have (RLIMIT_AS); 0: no limit
  const volatile std::sig_atomic_t* interrupted = nullptr;  // not 0: end
};

/// Bytes of address space of this process, which a child has from the start.
std::uint64_t address_space();

/// Runs `job(0) .. job(count - 1)`, at most `parallel` at a time, each in a forked child whose returned string comes
/// back through a pipe. An exception, a signal, an early exit, a time-out or a lack of memory of a child becomes that
/// job's failure. `ended` is called in the parent with those that ended since the last call, while others run. A child
/// leads a process group of its own, which a time-out kills as a whole, and dies with the parent.
/// Throws Interrupted when it was; what was running then is lost. What `ended` throws comes out after the children were
/// killed. Throws std::system_error when no process can be made, std::runtime_error where the system does not allow
/// files enough for so many at a time.
void run_processes(std::size_t count, const Execution& execution, const std::function<std::string(std::size_t)>& job,
                   const std::function<void(std::vector<Ended>)>& ended, const JobName& name = nullptr);

/// The same: all results, in order; `done(n)` is called each time n jobs have ended.
std::vector<JobResult> run_all(std::size_t count, const Execution& execution,
                               const std::function<std::string(std::size_t)>& job,
                               const std::function<void(std::size_t)>& done, const JobName& name = nullptr);
/// Without limits.
std::vector<JobResult> run_processes(std::size_t count, unsigned parallel,
                                     const std::function<std::string(std::size_t)>& job,
                                     const std::function<void(std::size_t)>& done);

}  // namespace edgecut::sweep
