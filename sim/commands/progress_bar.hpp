// Progress of many runs on standard error.
#pragma once

#include <chrono>
#include <cstddef>

namespace edgecut::commands {

/// A bar with the rate and the time left on a terminal, a line now and then elsewhere.
class ProgressBar {
 public:
  ProgressBar();
  ~ProgressBar() { end(); }
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  /// The first call says what was done before.
  void operator()(std::size_t done, std::size_t total);
  /// Ends the bar's line, if there is one.
  void end();

 private:
  using Clock = std::chrono::steady_clock;

  void draw(std::size_t done, std::size_t total, double elapsed);

  Clock::time_point start_ = Clock::now();
  bool on_terminal_;
  bool is_first_ = true;
  std::size_t before_ = 0;
  double drawn_ = -1.0;  // when, in seconds since the start; negative: not yet
  std::size_t tenths_ = 0;
};

}  // namespace edgecut::commands
