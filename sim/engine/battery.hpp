// A device's battery: what is left of it under a draw that is constant between changes, and when it is empty.
#pragma once

#include "platform/platform.hpp"
#include "units/quantity.hpp"

namespace edgecut::engine {

/// Holds at most its usable capacity; what is harvested beyond that is lost. Not lower than 0.
class Battery {
 public:
  /// `charge` of `capacity` at time 0.
  Battery(Joules capacity, Joules charge, const platform::Harvest& harvest);

  /// Draws `load` from the time of the last call until `now`, and harvests meanwhile.
  void draw(Watts load, Seconds now);
  /// Energy that is known as such and not as power x time.
  void take(Joules energy);
  /// Lets go of what rounding left in an empty one.
  void drain() { charge_ = Joules(); }

  [[nodiscard]] Joules capacity() const { return capacity_; }
  [[nodiscard]] Joules charge() const { return charge_; }
  [[nodiscard]] double share() const { return charge_ / capacity_; }
  /// Whether `load` finds nothing left in it, but for the rounding of the clock and of what was drawn so far.
  [[nodiscard]] bool is_empty(Watts load) const;
  /// What was taken out of it so far.
  [[nodiscard]] Joules drawn() const { return drawn_; }
  [[nodiscard]] Joules harvested() const { return harvested_; }  // what was lost when full not counted

  /// Under `load` from the time of the last call on: when it is empty, or, if the harvest changes before, when that is.
  /// Infinite if neither ever is.
  [[nodiscard]] Seconds next_event(Watts load) const;

 private:
  Joules capacity_;
  Joules charge_;
  Joules drawn_;
  Joules harvested_;
  const platform::Harvest* harvest_;
  Seconds now_;
};

}  // namespace edgecut::engine
