// Faults on demand, for tests of what a sweep does when runs go wrong.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace edgecut::sweep {

/// Read from the environment variable EDGECUT_FAULTS: a list such as "segfault@3/oracle/0,hang@0/oracle/1,sleep=5@*".
/// `segfault` ends the run by that signal, `hang` never ends it, `memory` takes memory until there is none (at most
/// 4 GiB), `sleep=MS` delays it; after the @ stands a run (point/partitioner/replication) or * for all.
class Faults {
 public:
  /// Of the environment; none where the variable is not set. Throws config::Error on anything else.
  static Faults of_environment();
  explicit Faults(const std::string& text);

  /// In the child, before the run.
  void play(const std::string& run) const;

 private:
  enum class Kind { segfault, hang, memory, sleep };
  struct Fault {
    Kind kind = Kind::sleep;
    std::chrono::milliseconds delay{0};
    std::string run;
  };
  static Fault read(const std::string& item);
  std::vector<Fault> faults_;
};

}  // namespace edgecut::sweep
