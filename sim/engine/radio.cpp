#include "engine/radio.hpp"

#include <algorithm>

#include "units/ensure.hpp"

namespace edgecut::engine {

Radio::Radio(const platform::Link& link) : link_(&link) {}

Seconds Radio::wake(Seconds now, events::RequestEnergy& payer) {
  if (state_ == State::awake) return now;
  if (state_ == State::waking) return std::max(awake_at_, now);
  const auto& promotion = link_->promotion;
  awake_at_ = last_used_ = now + promotion.delay;
  has_tail_ = false;
  state_ = promotion.delay > Seconds() ? State::waking : State::awake;
  payer.promotion += promotion.power * promotion.delay;
  return awake_at_;
}

void Radio::begin(kernel::Direction direction, Seconds now, events::RequestEnergy& payer) {
  ensure(state_ != State::asleep, "a transfer begins on a radio that was woken");
  bool& is_busy = direction == kernel::Direction::up ? sends_ : receives_;
  ensure(!is_busy, "one transfer at a time each way");
  if (has_tail_ && !sends_ && !receives_) payer.tail += link_->tail.power * (now - last_used_ - link_->tail.time);
  has_tail_ = false;
  state_ = State::awake;
  is_busy = true;
}

void Radio::end(kernel::Direction direction, Seconds now, events::RequestEnergy& payer) {
  (direction == kernel::Direction::up ? sends_ : receives_) = false;
  if (sends_ || receives_) return;
  last_used_ = now;
  has_tail_ = true;
  payer.tail += link_->tail.power * link_->tail.time;
}

void Radio::release() {
  ensure(holders_ > 0, "who releases the radio held it");
  --holders_;
  if (holders_ == 0 && state_ == State::waking) state_ = State::asleep;
}

void Radio::turn_off() {
  state_ = State::asleep;
  has_tail_ = sends_ = receives_ = false;
  holders_ = 0;
}

std::optional<Seconds> Radio::sleeps_at() const {
  if (state_ == State::asleep || sends_ || receives_ || holders_ > 0) return std::nullopt;
  return last_used_ + link_->tail.time;
}

RadioDraw Radio::draw() const {
  RadioDraw draw;
  if (state_ == State::waking) draw.promotion = link_->promotion.power;
  if (sends_) draw.transmit = link_->transmit.base;
  if (receives_) draw.receive = link_->receive.base;
  if (state_ == State::awake && !sends_ && !receives_) draw.tail = link_->tail.power;
  return draw;
}

}  // namespace edgecut::engine
