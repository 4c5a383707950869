#include "platform/course.hpp"

#include <algorithm>
#include <boost/random/uniform_01.hpp>
#include <cmath>

#include "units/ensure.hpp"

namespace edgecut::platform {
namespace {

double uniform(RandomStream& random) {
  return boost::random::uniform_01<double>()(random);
}

// An index in proportion to the weights.
template <class Weight>
std::size_t pick(std::size_t count, Weight weight, RandomStream& random) {
  double sum = 0.0;
  for (std::size_t i = 0; i < count; ++i) sum += weight(i);
  double left = uniform(random) * sum;
  std::size_t last = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (weight(i) <= 0.0) continue;
    last = i;
    left -= weight(i);
    if (left < 0.0) break;
  }
  return last;
}

}  // namespace

CourseWalk::CourseWalk(const Course& course, std::uint64_t seed, std::string_view of, std::size_t device)
    : course_(&course), random_(seed, {"course", of, std::to_string(device)}) {
  if (course.steps) {
    start_steps(device);
  } else if (course.markov) {
    const auto& dwell_times = course.markov->dwell;
    position_ = pick(
        dwell_times.size(), [&](std::size_t i) { return dwell_times[i].value(); }, random_);
    dwell();
  } else {
    ensure(course.gauss_markov.has_value(), "a course is of some kind");
    deviate_ = normal_(random_);
    drift();
  }
}

void CourseWalk::advance() {
  ensure(next_ < never, "a course that has ended goes nowhere");
  if (course_->steps) return step();
  if (course_->markov) return jump();
  const double a = course_->gauss_markov->memory;
  deviate_ = a * deviate_ + std::sqrt(1.0 - a * a) * normal_(random_);
  drift();
}

void CourseWalk::start_steps(std::size_t device) {
  const auto& course = *course_->steps;
  const auto& steps = *course.steps;
  ensure(!steps.empty() && steps.front().from == Seconds(), "steps begin at 0");
  Seconds into = course.offset * static_cast<double>(device);
  if (course.random_offset && course.period) into = *course.period * uniform(random_);
  if (course.period) into = Seconds(std::fmod(into.value(), course.period->value()));
  const auto after = std::ranges::upper_bound(steps, into, {}, &CourseStep::from);
  position_ = static_cast<std::size_t>(after - steps.begin());
  origin_ = -into;
  --position_;
  step();
  // That step was the one into which the run begins.
  ensure(next_ > Seconds(), "the next step is yet to come");
}

// Makes the step at `position_` the current one and moves on to the next.
void CourseWalk::step() {
  const auto& course = *course_->steps;
  const auto& steps = *course.steps;
  value_ = steps[position_].value;
  ++position_;
  if (position_ == steps.size()) {
    if (!course.period) {
      next_ = never;
      return;
    }
    position_ = 0;
    origin_ += *course.period;
  }
  next_ = origin_ + steps[position_].from;
}

void CourseWalk::dwell() {
  const auto& markov = *course_->markov;
  value_ = markov.states[position_];
  const double mean = markov.dwell[position_].value();
  const Seconds since = next_ == never ? Seconds() : next_;
  next_ = since + Seconds(boost::random::exponential_distribution<double>(1.0 / mean)(random_));
}

void CourseWalk::jump() {
  const auto& row = course_->markov->jumps[position_];
  position_ = pick(
      row.size(), [&](std::size_t i) { return row[i]; }, random_);
  dwell();
}

void CourseWalk::drift() {
  const auto& process = *course_->gauss_markov;
  value_ = std::clamp(process.mean + process.deviation * deviate_, process.least, process.most);
  next_ = process.every * static_cast<double>(++count_);
}

}  // namespace edgecut::platform
