#include <algorithm>
#include <cmath>
#include <limits>

#include "platform/platform.hpp"

namespace edgecut::platform {
namespace {

constexpr Seconds never = Seconds(std::numeric_limits<double>::infinity());

struct Lap {
  Seconds start;
  Seconds end = never;   // where the next begins
  std::size_t step = 0;  // the one that holds
};

// Rounding must not leave a time before the step that begins at it: then next_change() would not move on.
Lap lap_of(const Harvest& harvest, Seconds time) {
  Lap lap;
  if (harvest.period) {
    double laps = std::floor(time / *harvest.period);
    if (*harvest.period * (laps + 1.0) <= time) laps += 1.0;
    lap.start = *harvest.period * laps;
    lap.end = *harvest.period * (laps + 1.0);
  }
  const auto later =
      std::ranges::partition_point(harvest.steps, [&](const auto& step) { return lap.start + step.from <= time; });
  lap.step = static_cast<std::size_t>(later - harvest.steps.begin());
  if (lap.step > 0) --lap.step;
  return lap;
}

}  // namespace

Watts Harvest::at(Seconds time) const {
  return steps.empty() ? Watts() : steps[lap_of(*this, time).step].power;
}

Seconds Harvest::next_change(Seconds time) const {
  if (steps.empty()) return never;
  const auto lap = lap_of(*this, time);
  if (lap.step + 1 < steps.size()) return lap.start + steps[lap.step + 1].from;
  return lap.end;
}

Watts Harvest::mean(Seconds end) const {
  if (steps.empty()) return {};
  const Seconds span = period.value_or(end);
  Joules sum;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const Seconds until = std::min(span, i + 1 < steps.size() ? steps[i + 1].from : span);
    if (until > steps[i].from) sum += steps[i].power * (until - steps[i].from);
  }
  return sum / span;
}

}  // namespace edgecut::platform
