#include "engine/station.hpp"

#include <algorithm>

namespace edgecut::engine {

void Station::note_change(Seconds now) {
  integral_ = queue_integral(now);
  changed_ = now;
}

void Station::join(std::uint32_t job, Seconds now, int priority) {
  note_change(now);
  std::size_t place = queue_.size();
  while (place > 0 && queue_[place - 1].priority < priority) --place;
  queue_.insert(place, {job, priority});
}

std::optional<std::uint32_t> Station::start_next(Seconds now) {
  if (queue_.empty() || busy_ >= limit_) {
    longest_ = std::max(longest_, static_cast<std::uint32_t>(queue_.size()));
    return std::nullopt;
  }
  note_change(now);
  const auto job = queue_.front().job;
  queue_.pop_front();
  ++busy_;
  return job;
}

bool Station::withdraw(std::uint32_t job, Seconds now) {
  for (std::size_t i = 0; i < queue_.size(); ++i) {
    if (queue_[i].job != job) continue;
    note_change(now);
    queue_.erase(i);
    return true;
  }
  return false;
}

}  // namespace edgecut::engine
