#include "engine/radio.hpp"

#include <algorithm>
#include <utility>

#include "units/ensure.hpp"

namespace edgecut::engine {

Radio::Radio(const platform::Link& link) : link_(&link) {}

Radio::Share Radio::hold(Seconds now) {
  settle(now);
  if (holders_ == 0) shared_ = {};  // nobody has a mark: sums stay small, and exact
  ++holders_;
  return shared_;
}

Radio::Share Radio::release(Seconds now, const RadioUser& user, const Share& mark) {
  ensure(holders_ > 0, "who releases the radio held it");
  settle(now);
  --holders_;
  if (last_ == user) last_holds_ = false;
  if (holders_ == 0 && state_ == State::waking) state_ = State::asleep;
  return {shared_.promotion - mark.promotion, shared_.tail - mark.tail};
}

Seconds Radio::wake(Seconds now) {
  if (state_ == State::awake) return now;
  if (state_ == State::waking) return std::max(awake_at_, now);
  settle(now);
  const auto delay = link_->promotion.delay;
  awake_at_ = last_used_ = now + delay;
  state_ = delay > Seconds() ? State::waking : State::awake;
  return awake_at_;
}

std::optional<Radio::Bill> Radio::begin(kernel::Direction direction, Seconds now) {
  ensure(state_ != State::asleep, "a transfer begins on a radio that was woken");
  bool& is_busy = direction == kernel::Direction::up ? sends_ : receives_;
  ensure(!is_busy, "one transfer at a time each way");
  settle(now);
  state_ = State::awake;
  is_busy = true;
  return take_bill();
}

void Radio::end(kernel::Direction direction, Seconds now, const RadioUser& user) {
  settle(now);
  (direction == kernel::Direction::up ? sends_ : receives_) = false;
  if (sends_ || receives_) return;
  last_used_ = now;
  last_ = user;
  last_holds_ = true;
}

std::optional<Radio::Bill> Radio::turn_off(Seconds now) {
  settle(now);
  state_ = State::asleep;
  sends_ = receives_ = false;
  holders_ = 0;
  return take_bill();
}

std::optional<Seconds> Radio::sleeps_at() const {
  if (state_ == State::asleep || sends_ || receives_ || holders_ > 0) return std::nullopt;
  return last_used_ + link_->tail.time;
}

std::optional<Radio::Bill> Radio::sleep(Seconds now) {
  settle(now);
  state_ = State::asleep;
  return take_bill();
}

Joules Radio::pay(Seconds now, const RadioUser& user) {
  if (last_ != user || link_->tail.power == Watts()) return {};
  settle(now);
  return std::exchange(owed_, Joules());
}

bool Radio::will_bill(const RadioUser& user) const {
  return last_ == user && !last_holds_ && state_ == State::awake && link_->tail.power > Watts() &&
         settled_ < last_used_ + link_->tail.time;
}

std::optional<Radio::Bill> Radio::close(Seconds now, Joules& after) {
  settle(now);
  const auto end = sleeps_at();
  after = last_ && end ? link_->tail.power * std::max(Seconds(), *end - now) : Joules();
  owed_ += after;
  return take_bill();
}

void Radio::rename(const RadioUser& user, const RadioUser& name) {
  if (last_ == user) last_ = name;
}

RadioDraw Radio::draw() const {
  RadioDraw draw;
  if (state_ == State::waking) draw.promotion = link_->promotion.power;
  if (sends_) draw.transmit = link_->transmit.base;
  if (receives_) draw.receive = link_->receive.base;
  if (state_ == State::awake && !sends_ && !receives_) draw.tail = link_->tail.power;
  return draw;
}

// Shares out what was drawn since the last time.
void Radio::settle(Seconds now) {
  const Seconds since = std::exchange(settled_, now);
  if (state_ == State::waking && holders_ > 0) {
    shared_.promotion += link_->promotion.power * (now - since) / holders_;
  }
  if (state_ != State::awake || sends_ || receives_) return;
  const Seconds tail_ends = std::clamp(last_used_ + link_->tail.time, since, now);
  const bool is_held = holders_ > 0;  // and if not, the last user's tail is what there is
  share_tail(tail_ends - since, last_only_listens());
  share_tail(now - tail_ends, last_only_listens() && !is_held);
}

void Radio::share_tail(Seconds span, bool with_last) {
  const int keepers = holders_ + (with_last ? 1 : 0);
  if (keepers == 0 || span <= Seconds()) return;
  const Joules each = link_->tail.power * span / keepers;
  shared_.tail += each;
  if (with_last) owed_ += each;
}

std::optional<Radio::Bill> Radio::take_bill() {
  const auto user = std::exchange(last_, std::nullopt);
  const auto owed = std::exchange(owed_, Joules());
  if (!user) return std::nullopt;
  return Bill{*user, owed};
}

}  // namespace edgecut::engine
