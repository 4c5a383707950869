// A processor as the express kernel sees it: exact processor sharing in virtual time.
#pragma once

#include "kernel/heap.hpp"
#include "kernel/job.hpp"

namespace edgecut::kernel {

/// `cores` cores; with n computations each progresses at speed x min(1, cores / n). Virtual time is the work done for each
/// computation that is there all along. While no more than `cores` are there and the speed is 1 it is the clock itself,
/// so that a computation that waits for nobody ends at its start plus its work to the last digit.
class SharedProcessor {
 public:
  explicit SharedProcessor(int cores) : cores_(cores) {}

  void start(double now, std::uint32_t job, double work, Jobs& jobs);
  /// Takes a computation out; returns the work that was left.
  double stop(double now, std::uint32_t job, Jobs& jobs);
  void set_speed(double now, double speed);

  [[nodiscard]] bool empty() const { return jobs_.empty(); }
  [[nodiscard]] std::uint32_t first() const { return jobs_.top().item; }
  /// When the first computation ends if nothing else happens.
  [[nodiscard]] double next() const { return since_ + (jobs_.top().key - done_) / rate_; }

  bool is_on = true;

 private:
  [[nodiscard]] double progress(double now) const { return done_ + rate_ * (now - since_); }
  void adapt(double now);

  double cores_;
  double speed_ = 1.0;
  Heap<std::uint32_t, 1> jobs_;  // by the virtual time of their end
  double rate_ = 1.0;
  double since_ = 0.0;  // when the rate became what it is
  double done_ = 0.0;   // virtual time then
};

}  // namespace edgecut::kernel
