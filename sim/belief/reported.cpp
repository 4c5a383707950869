#include "belief/reported.hpp"

#include <algorithm>

#include "units/ensure.hpp"

namespace edgecut::belief {

void Reported::set(Seconds now, double value) {
  ensure(now >= steps_.back().from, "what is reported goes on in time");
  if (steps_.back().from == now) {
    steps_.back().value = value;
  } else {
    steps_.push_back({now, value});
  }
}

void Reported::forget(Seconds time) {
  while (steps_.size() > 1 && steps_[1].from <= time) steps_.pop_front();
}

double Reported::at(Seconds time) const {
  auto value = steps_.front().value;
  for (const auto& step : steps_) {
    if (step.from > time) break;
    value = step.value;
  }
  return value;
}

double Reported::mean(Seconds end, Seconds window) const {
  if (!(window > Seconds())) return at(end);
  const Seconds begin = end - window;
  double sum = 0.0;
  Seconds from = begin;
  double value = at(begin);
  for (const auto& step : steps_) {
    if (step.from <= begin) continue;
    if (step.from >= end) break;
    sum += value * ((step.from - from) / window);
    from = step.from;
    value = step.value;
  }
  return sum + value * ((end - from) / window);
}

}  // namespace edgecut::belief
