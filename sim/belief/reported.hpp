// What an operating system reports of the device that it runs on, and what it remembers for that.
#pragma once

#include <deque>

#include "units/quantity.hpp"

namespace edgecut::belief {

/// How a method sees the availability of its device: clocks, the share of others, the charge.
struct Availability {
  Seconds age;                    // of a report when it is looked at
  Seconds window = Seconds(1.0);  // over which the share of others is averaged
  double error = 0.0;             // sigma of a log-normal factor on each processor's speed as reported
};

/// A figure that steps, as far back as somebody asks.
class Reported {
 public:
  explicit Reported(double value = 1.0) { steps_.push_back({Seconds(), value}); }

  /// It is `value` from `now` on, which is not before the last step.
  void set(Seconds now, double value);
  /// Nobody asks any more for what was before `time`.
  void forget(Seconds time);
  /// What it was at a time; before the first step as it was then.
  [[nodiscard]] double at(Seconds time) const;
  /// The mean over the window that ends at a time.
  [[nodiscard]] double mean(Seconds end, Seconds window) const;

 private:
  struct Reading {
    Seconds from;
    double value;
  };
  std::deque<Reading> steps_;  // by time; never empty
};

}  // namespace edgecut::belief
