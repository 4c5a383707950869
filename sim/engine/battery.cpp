#include "engine/battery.hpp"

#include <algorithm>
#include <limits>

#include "units/ensure.hpp"

namespace edgecut::engine {

Battery::Battery(Joules capacity, Joules charge, const platform::Harvest& harvest)
    : capacity_(capacity), charge_(charge), harvest_(&harvest) {
  ensure(charge <= capacity, "a battery holds no more than its capacity");
}

void Battery::draw(Watts load, Seconds now) {
  while (now_ < now) {
    const Seconds until = std::min(now, harvest_->next_change(now_));
    const Seconds span = until - now_;
    const Joules gained = harvest_->at(now_) * span;
    const Joules spent = load * span;
    const Joules kept = std::min(gained, spent + (capacity_ - charge_));
    charge_ = std::max(Joules(), charge_ + kept - spent);
    drawn_ += spent;
    harvested_ += kept;
    now_ = until;
  }
}

void Battery::take(Joules energy) {
  charge_ = std::max(Joules(), charge_ - energy);
  drawn_ += energy;
}

bool Battery::is_empty(Watts load) const {
  constexpr double rounding = 1e-12;
  const Watts net = load - harvest_->at(now_);
  return net > Watts() && charge_ <= (capacity_ + drawn_ + net * (now_ + Seconds(10.0))) * rounding;
}

Seconds Battery::next_event(Watts load) const {
  const Seconds change = harvest_->next_change(now_);
  const Watts net = load - harvest_->at(now_);
  if (net <= Watts()) return change;
  return std::min(change, now_ + charge_ / net);
}

}  // namespace edgecut::engine
