// What a server has left to do, kept up as requests come, start and go, so that a look at it need not walk them.
#pragma once

#include <set>

#include "kernel/job.hpp"
#include "units/quantity.hpp"

namespace edgecut::engine {

/// Work in seconds of one slot. Who is served is taken to be served at full speed; who should have ended by that, and has
/// not, has nothing left. A change costs the logarithm of those who are served, and a look at it next to nothing.
class Backlog {
 public:
  void join(Seconds work) { waiting_.add(work.value()); }
  void withdraw(Seconds work) { waiting_.add(-work.value()); }
  /// One that has joined is served from `now` on.
  void start(Seconds work, Seconds now);
  /// One that was served from `started` on ends or is stopped.
  void leave(Seconds work, Seconds started);
  /// What is left at `now`, which must not be before any time told so far.
  [[nodiscard]] Seconds left(Seconds now);

 private:
  void forget(std::multiset<Seconds>::iterator end);

  kernel::Sum waiting_;
  std::multiset<Seconds> ends_;  // at full speed, of those who are served; without those that are over
  kernel::Sum sum_;              // of them
};

}  // namespace edgecut::engine
