// A device's temperature, and how it slows down for it.
#pragma once

#include <cstddef>

#include "platform/platform.hpp"
#include "units/quantity.hpp"

namespace edgecut::engine {

/// One thermal resistance and one capacity: under constant power P the temperature goes to ambient + resistance x P as
/// exp(-t / time constant). Speed steps down where the temperature rises to a step, and up again where it has fallen by
/// the hysteresis below it, so that between changes everything is known in closed form.
class Thermal {
 public:
  /// In the ambient temperature at time 0, warmed by nothing.
  explicit Thermal(const platform::Thermal& model);

  /// The device drew `power` from the time of the last call until `now`.
  void draw(Watts power, Seconds now);
  [[nodiscard]] double temperature() const { return temperature_; }  // degrees Celsius

  /// Of the step that holds; 1 below the first.
  [[nodiscard]] double speed() const;
  [[nodiscard]] double clock() const;  // as the operating system reports it
  [[nodiscard]] double power() const;  // factor on a processor's increment above idle

  /// Under `power` from the time of the last call on: when the next step is reached; infinite if none is.
  [[nodiscard]] Seconds next_step(Watts power) const;
  /// To be called then: the step that `power` leads to.
  void step(Watts power);

 private:
  [[nodiscard]] double goal(Watts power) const;
  [[nodiscard]] double threshold(bool rising) const;

  const platform::Thermal* model_;
  double temperature_;
  std::size_t level_ = 0;  // steps in force
  Seconds now_;
};

}  // namespace edgecut::engine
