// The world that moves: sets bandwidths and speeds in the kernel and in the state, one coming change for each figure.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "engine/state.hpp"
#include "engine/system.hpp"
#include "events/events.hpp"
#include "kernel/kernel.hpp"
#include "world/moving_figure.hpp"

namespace edgecut::engine {

/// Whether any bandwidth of the system moves.
bool bandwidths_move(const System& system);
/// Whether anything does.
bool moves(const System& system);

class Motion {
 public:
  using Direction = kernel::Direction;
  using Emit = std::function<void(const events::Event&)>;

  /// Sets everything that moves to what it is at time 0.
  Motion(const System& system, State& state, kernel::Kernel& kernel);

  /// Schedules the first changes and says how things stand.
  void start(const Emit& emit);
  /// The change that was scheduled for `figure` is due.
  void change(std::uint32_t figure, const Emit& emit);
  /// The run ended at `end`: leaves in the state what the figures were on average, over what they are usually.
  void close(Seconds end);

 private:
  using Link = events::BandwidthChanged::Link;
  using Host = events::SpeedChanged::Host;

  struct Figure {
    world::MovingFigure course;
    double usual = 1.0;  // that averages are held against
    bool is_load = false;
    Link link = Link::device;
    Direction direction = Direction::up;
    Host host = Host::device;
    events::DeviceIndex device = 0;
    std::size_t processor = 0;
  };

  void add_link(const platform::Motion& motion, Bandwidth up, Bandwidth down, Link link, events::DeviceIndex device);
  void add_load(const platform::Course& load, Host host, events::DeviceIndex device, std::size_t processor);
  [[nodiscard]] MovingLink& link_of(const Figure& figure);
  [[nodiscard]] Speed& speed_of(const Figure& figure);
  void apply(const Figure& figure);
  void apply_bandwidth(const Figure& figure);
  void apply_one_medium(Direction direction);
  void apply_speed(const Figure& figure);
  void schedule(std::size_t figure);
  [[nodiscard]] events::Event said(const Figure& figure) const;

  const System& system_;
  State& state_;
  kernel::Kernel& kernel_;
  std::optional<std::uint32_t> only_cell_;  // one link with the backhaul, to the kernel
  std::vector<Figure> figures_;
};

}  // namespace edgecut::engine
