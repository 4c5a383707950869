#include "commands/progress_bar.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>

namespace edgecut::commands {

ProgressBar::ProgressBar() : on_terminal_(::isatty(STDERR_FILENO) == 1) {}

void ProgressBar::operator()(std::size_t done, std::size_t total) {
  const double elapsed = std::chrono::duration<double>(Clock::now() - start_).count();
  if (on_terminal_) {
    if (elapsed - drawn_ > 0.1 || done == total) draw(done, total, elapsed);
  } else if (done * 10 / total > tenths_) {
    tenths_ = done * 10 / total;
    fmt::print(stderr, "{} of {} runs, {:.0f} s\n", done, total, elapsed);
  }
}

void ProgressBar::draw(std::size_t done, std::size_t total, double elapsed) {
  constexpr std::size_t width = 40;
  const std::size_t filled = width * done / total;
  const double rate = static_cast<double>(done) / std::max(elapsed, 1e-9);
  const double left = static_cast<double>(total - done) / rate;
  fmt::print(stderr, "\r[{}{}] {}/{}  {:.0f} runs/s  {:.0f} s left ", std::string(filled, '#'),
             std::string(width - filled, '.'), done, total, rate, left);
  if (done == total) fmt::print(stderr, "\n");
  std::fflush(stderr);
  drawn_ = elapsed;
}

}  // namespace edgecut::commands
