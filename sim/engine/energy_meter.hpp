// A device's energy as the exact sum of watts x time between changes of power.
#pragma once

#include "events/events.hpp"
#include "units/quantity.hpp"

namespace edgecut::engine {

/// What draws power above the device's base.
enum class Draw { compute, radio };

class EnergyMeter {
 public:
  explicit EnergyMeter(Watts base) : base_(base) {}

  /// The base power (idle or off) becomes `base` from `now` on.
  void set_base(Watts base, Seconds now);
  /// Computing or the radio draws `power` above the base from `now` on.
  void set(Draw draw, Watts power, Seconds now);
  /// Energy that is proportional to bytes, not to time: a radio's slope x bytes.
  void add(Draw draw, Joules energy);

  [[nodiscard]] Watts power() const { return base_ + compute_ + radio_; }
  /// The account until `now`.
  [[nodiscard]] events::DeviceEnergy read(Seconds now) const;

 private:
  void settle(Seconds now);

  Watts base_;
  Watts compute_;
  Watts radio_;
  Seconds settled_;
  events::DeviceEnergy energy_;
};

}  // namespace edgecut::engine
