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

  /// The base power (idle or off) becomes `base` from `now` on.
  void set_base(Watts base, Seconds now);
  /// `draw` takes `power` above the base from `now` on.
  void set(Draw draw, Watts power, Seconds now);
  /// Energy that is proportional to bytes, not to time: a radio's slope x bytes.
  void add(Draw draw, Joules energy);

  [[nodiscard]] Watts power() const { return base_ + watts_[0] + watts_[1] + watts_[2] + watts_[3] + watts_[4]; }
  /// The account until `now`.
  [[nodiscard]] events::DeviceEnergy read(Seconds now) const;

 private:
  void settle(Seconds now);

  Watts base_;
  std::array<Watts, 5> watts_{};    // by Draw
  std::array<Joules, 5> joules_{};  // by Draw
  Joules idle_;
  Seconds settled_;
};

}  // namespace edgecut::engine
