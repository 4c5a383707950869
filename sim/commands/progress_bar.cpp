#include "commands/progress_bar.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>

#include "commands/common.hpp"

namespace edgecut::commands {

ProgressBar::ProgressBar() : on_terminal_(::isatty(STDERR_FILENO) == 1) {}

void ProgressBar::operator()(std::size_t done, std::size_t total) {
  if (is_first_) before_ = done;
  is_first_ = false;
  if (total == 0) return;
  const double elapsed = std::chrono::duration<double>(Clock::now() - start_).count();
  if (on_terminal_) {
    if (elapsed - drawn_ > 0.1 || done == total) draw(done, total, elapsed);
  } else if (done * 10 / total > tenths_) {
    tenths_ = done * 10 / total;
    say(fmt::format("{} of {} runs, {:.0f} s\n", done, total, elapsed));
  }
}

void ProgressBar::draw(std::size_t done, std::size_t total, double elapsed) {
  constexpr std::size_t width = 40;
  const std::size_t filled = width * done / total;
  const double rate = static_cast<double>(done - before_) / std::max(elapsed, 1e-9);
  const auto left = rate > 0.0 ? fmt::format("{:.0f} s left", static_cast<double>(total - done) / rate) : std::string();
  say(fmt::format("\r[{}{}] {}/{}  {:.0f} runs/s  {:<16}", std::string(filled, '#'), std::string(width - filled, '.'),
                  done, total, rate, left));
  drawn_ = elapsed;
}

void ProgressBar::end() {
  if (on_terminal_ && drawn_ >= 0.0) say("\n");
  drawn_ = -1.0;
}

}  // namespace edgecut::commands
