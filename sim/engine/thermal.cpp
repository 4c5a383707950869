#include "engine/thermal.hpp"

#include <cmath>
#include <limits>

namespace edgecut::engine {

Thermal::Thermal(const platform::Thermal& model) : model_(&model), temperature_(model.ambient) {}

double Thermal::goal(Watts power) const {
  return model_->ambient + model_->resistance * power.value();
}

void Thermal::draw(Watts power, Seconds now) {
  const double share = -std::expm1(-((now - now_) / model_->time_constant));
  temperature_ += (goal(power) - temperature_) * share;
  now_ = now;
}

double Thermal::speed() const {
  return level_ == 0 ? 1.0 : model_->steps[level_ - 1].speed;
}

double Thermal::clock() const {
  return level_ == 0 ? 1.0 : model_->steps[level_ - 1].clock;
}

double Thermal::power() const {
  return level_ == 0 ? 1.0 : model_->steps[level_ - 1].power;
}

double Thermal::threshold(bool rising) const {
  constexpr double infinite = std::numeric_limits<double>::infinity();
  if (rising && level_ < model_->steps.size()) return model_->steps[level_].above;
  if (!rising && level_ > 0) return model_->steps[level_ - 1].above - model_->hysteresis;
  return rising ? infinite : -infinite;
}

Seconds Thermal::next_step(Watts power) const {
  const double end = goal(power);
  const bool rising = end > temperature_;
  const double at = threshold(rising);
  const bool is_past = rising ? temperature_ >= at : temperature_ <= at;
  if (is_past) return now_;
  // The goal itself is never reached.
  if (rising ? end <= at : end >= at) return Seconds(std::numeric_limits<double>::infinity());
  return now_ + model_->time_constant * std::log((end - temperature_) / (end - at));
}

void Thermal::step(Watts power) {
  const bool rising = goal(power) > temperature_;
  temperature_ = threshold(rising);  // without the clock's rounding
  rising ? ++level_ : --level_;
}

}  // namespace edgecut::engine
