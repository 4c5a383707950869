#include "engine/energy_meter.hpp"

namespace edgecut::engine {

void EnergyMeter::set_base(Watts base, Seconds now) {
  settle(now);
  base_ = base;
}

void EnergyMeter::set(Draw draw, Watts power, Seconds now) {
  settle(now);
  (draw == Draw::compute ? compute_ : radio_) = power;
}

void EnergyMeter::add(Draw draw, Joules energy) {
  (draw == Draw::compute ? energy_.compute : energy_.radio) += energy;
}

events::DeviceEnergy EnergyMeter::read(Seconds now) const {
  EnergyMeter copy = *this;
  copy.settle(now);
  copy.energy_.total = copy.energy_.idle + copy.energy_.compute + copy.energy_.radio;
  return copy.energy_;
}

void EnergyMeter::settle(Seconds now) {
  const Seconds span = now - settled_;
  energy_.idle += base_ * span;
  energy_.compute += compute_ * span;
  energy_.radio += radio_ * span;
  settled_ = now;
}

}  // namespace edgecut::engine
