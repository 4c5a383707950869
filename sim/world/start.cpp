#include "world/start.hpp"

#include <algorithm>

#include "world/moving_figure.hpp"

namespace edgecut::world {

std::string stream_of(const platform::Motion& motion, std::string_view of, Way way) {
  const auto* suffix = motion.together ? "" : way == Way::up ? " up" : " down";
  return std::string(of) + suffix;
}

void set_to_start(const platform::Motion& motion, Bandwidth& up, Bandwidth& down, std::uint64_t seed,
                  std::string_view of, std::size_t number) {
  const auto set = [&](Bandwidth& bandwidth, const std::optional<platform::Course>& course, Way way) {
    const auto name = stream_of(motion, of, way);
    const MovingFigure figure(bandwidth.value(), course ? &*course : nullptr, motion.outages, seed, name, number);
    bandwidth = std::max(Bandwidth(figure.now()), Bandwidth(0.125));
  };
  if (!motion.any()) return;
  set(up, motion.up, Way::up);
  set(down, motion.down, Way::down);
}

}  // namespace edgecut::world
