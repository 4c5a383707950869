#include "engine/energy_meter.hpp"

namespace edgecut::engine {
namespace {

std::size_t index(Draw draw) {
  return static_cast<std::size_t>(draw);
}

}  // namespace

void EnergyMeter::set_base(Base base, Watts power, Seconds now) {
  settle(now);
  base_is_ = base;
  base_ = power;
}

void EnergyMeter::set(Draw draw, Watts power, Seconds now) {
  settle(now);
  watts_.at(index(draw)) = power;
}

void EnergyMeter::add(Draw draw, Joules energy) {
  joules_.at(index(draw)) += energy;
}

events::DeviceEnergy EnergyMeter::read(Seconds now) const {
  EnergyMeter copy = *this;
  copy.settle(now);
  events::DeviceEnergy energy;
  energy.idle = copy.bases_[0];
  energy.off = copy.bases_[1];
  energy.compute = copy.joules_.at(index(Draw::compute));
  energy.transmit = copy.joules_.at(index(Draw::transmit));
  energy.receive = copy.joules_.at(index(Draw::receive));
  energy.promotion = copy.joules_.at(index(Draw::promotion));
  energy.tail = copy.joules_.at(index(Draw::tail));
  energy.radio = energy.transmit + energy.receive + energy.promotion + energy.tail;
  energy.total = energy.idle + energy.off + energy.compute + energy.radio;
  return energy;
}

void EnergyMeter::settle(Seconds now) {
  if (now == settled_) return;
  const Seconds span = now - settled_;
  bases_.at(static_cast<std::size_t>(base_is_)) += base_ * span;
  for (std::size_t i = 0; i < watts_.size(); ++i) joules_.at(i) += watts_.at(i) * span;
  settled_ = now;
}

}  // namespace edgecut::engine
