#include "world/moving_figure.hpp"

#include <algorithm>

#include "units/ensure.hpp"

namespace edgecut::world {

using platform::CourseWalk;

MovingFigure::MovingFigure(double usual, const platform::Course* course, const std::vector<platform::Outage>& outages,
                           std::uint64_t seed, std::string_view of, std::size_t device)
    : usual_(usual), outages_(&outages) {
  if (course != nullptr) walk_.emplace(*course, seed, of, device);
  is_out_ = !outages.empty() && outages.front().from == Seconds();
  update();
}

Seconds MovingFigure::next_outage_edge() const {
  if (outage_ == outages_->size()) return CourseWalk::never;
  const auto& outage = (*outages_)[outage_];
  return is_out_ ? outage.until : outage.from;
}

Seconds MovingFigure::next() const {
  return std::min(next_outage_edge(), walk_ ? walk_->next() : CourseWalk::never);
}

void MovingFigure::advance() {
  const Seconds time = next();
  ensure(time < CourseWalk::never, "what moves no more is not moved");
  settle(time);
  if (walk_ && walk_->next() == time) walk_->advance();
  if (next_outage_edge() == time) {
    if (is_out_) ++outage_;
    is_out_ = !is_out_;
  }
  update();
}

void MovingFigure::update() {
  now_ = is_out_ ? 0.0 : walk_ ? walk_->value() : usual_;
}

void MovingFigure::settle(Seconds time) {
  integral_ += now_ * (time - settled_).value();
  settled_ = time;
}

double MovingFigure::mean(Seconds until) const {
  if (until == Seconds()) return now_;
  return (integral_ + now_ * (until - settled_).value()) / until.value();
}

}  // namespace edgecut::world
