// Progress of many runs on standard error.
#pragma once

#include <chrono>
#include <cstddef>

namespace edgecut::commands {

/// A bar with the rate and the time left on a terminal, a line now and then elsewhere.
class ProgressBar {
 public:
  ProgressBar();
  void operator()(std::size_t done, std::size_t total);

 private:
  using Clock = std::chrono::steady_clock;

  void draw(std::size_t done, std::size_t total, double elapsed);

  Clock::time_point start_ = Clock::now();
  bool on_terminal_;
  double drawn_ = -1.0;
  std::size_t tenths_ = 0;
};

}  // namespace edgecut::commands
