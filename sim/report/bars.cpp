#include "report/bars.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <string_view>

namespace edgecut::report {
namespace {

constexpr double full = 40.0;  // columns

// Eighths of a column, so that near values differ.
std::string bar(double columns) {
  static constexpr std::array<std::string_view, 8> eighths{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const auto count = static_cast<std::size_t>(std::lround(std::clamp(columns, 0.0, full) * 8.0));
  std::string text;
  for (std::size_t i = 0; i < count / 8; ++i) text += "█";
  return text + std::string(eighths[count % 8]);
}

std::size_t width_of(const std::string& bar) {
  return bar.size() / 3;  // each block is three bytes of UTF-8
}

bool is_set(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

}  // namespace

std::string bar_chart(const std::vector<Bar>& bars, bool colours) {
  std::size_t widest = 0;
  double longest = 0.0;
  std::optional<double> best;
  for (const auto& one : bars) {
    widest = std::max(widest, one.label.size());
    if (!std::isfinite(one.value)) continue;
    longest = std::max(longest, one.value);
    if (one.doubt.empty()) best = std::min(best.value_or(one.value), one.value);
  }
  std::string text;
  for (const auto& one : bars) {
    const bool is_known = !std::isnan(one.value);
    const auto drawn = is_known && longest > 0.0 ? bar(full * (one.value / longest)) : std::string();
    const std::string_view colour = !colours || !is_known        ? ""
                                    : !one.doubt.empty()         ? "\x1b[33m"
                                    : best && one.value <= *best ? "\x1b[32m"
                                                                 : "";
    const auto painted = colour.empty() ? drawn : fmt::format("{}{}\x1b[0m", colour, drawn);
    const std::string space(static_cast<std::size_t>(full) - std::min(width_of(drawn), static_cast<std::size_t>(full)),
                            ' ');
    text += fmt::format("{}{}  {}{}  {}{}\n", one.label, std::string(widest - one.label.size(), ' '), painted, space,
                        is_known ? one.text : "-", one.doubt.empty() ? one.doubt : fmt::format(" ({})", one.doubt));
  }
  return text;
}

bool colours_wanted() {
  const char* terminal = std::getenv("TERM");
  const bool is_dumb = terminal == nullptr || std::string_view(terminal) == "dumb";
  return ::isatty(STDOUT_FILENO) == 1 && !is_set("NO_COLOR") && !is_dumb;
}

}  // namespace edgecut::report
