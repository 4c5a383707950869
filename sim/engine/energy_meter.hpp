// A device's energy as the exact sum of watts x time between changes of power.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "events/events.hpp"
#include "units/quantity.hpp"

namespace edgecut::engine {

/// What draws power above the device's base.
enum class Draw : std::uint8_t { compute, transmit, receive, promotion, tail };

class EnergyMeter {
 public:
  explicit EnergyMeter(Watts base) : base_(base) {}

  /// What the device draws before anything else: its idle power while it is on, else its off power.
  enum class Base : std::uint8_t { idle, off };
  /// The base power becomes `power` from `now` on.
  void set_base(Base base, Watts power, Seconds now);
  /// `draw` takes `power` above the base from `now` on.
  void set(Draw draw, Watts power, Seconds now);
  /// Energy that is proportional to bytes, not to time: a radio's slope x bytes.
  void add(Draw draw, Joules energy);

  [[nodiscard]] Watts power() const { return base_ + watts_[0] + watts_[1] + watts_[2] + watts_[3] + watts_[4]; }
  /// The account until `now`.
  [[nodiscard]] events::DeviceEnergy read(Seconds now) const;

 private:
  void settle(Seconds now);

  Base base_is_ = Base::idle;
  Watts base_;
  std::array<Watts, 5> watts_{};    // by Draw
  std::array<Joules, 5> joules_{};  // by Draw
  std::array<Joules, 2> bases_{};   // by Base
  Seconds settled_;
};

}  // namespace edgecut::engine
