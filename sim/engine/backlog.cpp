#include "engine/backlog.hpp"

#include <algorithm>

namespace edgecut::engine {

void Backlog::start(Seconds work, Seconds now) {
  withdraw(work);
  sum_.add(ends_.insert(now + work)->value());
}

void Backlog::leave(Seconds work, Seconds started) {
  const auto end = ends_.find(started + work);
  if (end != ends_.end()) forget(end);
}

void Backlog::forget(std::multiset<Seconds>::iterator end) {
  sum_.add(-end->value());
  ends_.erase(end);
}

Seconds Backlog::left(Seconds now) {
  while (!ends_.empty() && *ends_.begin() <= now) forget(ends_.begin());
  auto left = sum_;
  left.add(waiting_, 1.0);
  left.add(-now.value() * static_cast<double>(ends_.size()));
  return std::max(Seconds(), Seconds(left.value()));
}

}  // namespace edgecut::engine
