#include "engine/server.hpp"

#include <algorithm>
#include <limits>

namespace edgecut::engine {
namespace {

// What is due within a nanosecond is due: the clock's rounding.
constexpr Seconds instant(1e-9);

constexpr auto unlimited = std::numeric_limits<std::size_t>::max();

}  // namespace

Server::Server(const platform::Cloud& cloud)
    : order_(cloud.serving.order),
      is_shared_(cloud.processor.discipline == platform::Discipline::shared),
      batching_(cloud.serving.batching),
      queue_limit_(cloud.serving.queue_limit),
      slots_per_host_(cloud.processor.slots),
      slots_(cloud.slots()),
      most_slots_(cloud.most_slots()),
      limit_(is_shared_ ? unlimited : static_cast<std::size_t>(cloud.slots())) {
  if (batching_) least_share_ = batching_->times.factor(batching_->max_size) / batching_->max_size;
}

double Server::urgency(int priority, Seconds deadline) const {
  switch (order_) {
    case platform::Order::arrival:
      return 0.0;
    case platform::Order::priority:
      return -static_cast<double>(priority);
    case platform::Order::deadline:
      return deadline.value();
  }
  return 0.0;
}

bool Server::admits() const {
  if (!queue_limit_) return true;
  const auto slots = static_cast<std::size_t>(slots_);
  if (has_free_slot()) return true;
  const auto beyond = is_shared_ ? busy_ - slots : waiting_;
  return beyond < static_cast<std::size_t>(*queue_limit_);
}

void Server::note_change(Seconds now) {
  queue_integral_ = queue_integral(now);
  busy_integral_ = busy_integral(now);
  leaving_integral_ = leaving_integral(now);
  slot_integral_ = slot_integral(now);
  changed_ = now;
}

void Server::join(const Job& job, Seconds now) {
  note_change(now);
  auto& line = lines_[batching_ ? job.kind : Kind{}];
  const Waiting waiting{job.urgency, came_++, job.id, now, job.kind.work};
  if (line.empty() || line.back().goes_before(waiting)) {
    line.push_back(waiting);
  } else {
    line.insert(std::ranges::upper_bound(line, waiting, [](auto& a, auto& b) { return a.goes_before(b); }), waiting);
  }
  ++waiting_;
}

int Server::largest_batch(const Kind& kind) const {
  return batching_ && kind.network != nullptr ? batching_->max_size : 1;
}

// Lines that hold a full batch are not asked, so that there are few to look at.
Seconds Server::due(const Line& line) const {
  return std::ranges::min_element(line, {}, &Waiting::number)->since + batching_->max_wait;
}

bool Server::is_ready(const Kind& kind, const Line& line, Seconds now) const {
  const auto largest = static_cast<std::size_t>(largest_batch(kind));
  return line.size() >= largest || due(line) <= now + instant;
}

std::map<Server::Kind, Server::Line>::iterator Server::next_line(Seconds now) {
  auto best = lines_.end();
  for (auto it = lines_.begin(); it != lines_.end(); ++it) {
    if (it->second.empty() || !is_ready(it->first, it->second, now)) continue;
    if (best == lines_.end() || it->second.front().goes_before(best->second.front())) best = it;
  }
  return best;
}

const Server::Batch* Server::start_next(Seconds now) {
  if (waiting_ == 0) return nullptr;
  const auto next = busy_ < limit_ ? next_line(now) : lines_.end();
  if (next == lines_.end()) {
    longest_ = std::max(longest_, waiting_);
    return nullptr;
  }
  note_change(now);
  auto& [kind, line] = *next;
  const auto size = std::min(line.size(), static_cast<std::size_t>(largest_batch(kind)));
  batch_.work = line.front().work;
  if (size > 1) batch_.work *= batching_->times.factor(static_cast<int>(size));
  batch_.jobs.clear();
  for (std::size_t i = 0; i < size; ++i) {
    batch_.jobs.push_back(line.front().job);
    line.pop_front();
  }
  if (batching_ && line.empty()) lines_.erase(next);
  waiting_ -= size;
  ++busy_;
  return &batch_;
}

Seconds Server::waiting_work() const {
  Seconds sum;
  for (const auto& [kind, line] : lines_) {
    const double share = largest_batch(kind) > 1 ? least_share_ : 1.0;
    for (const auto& waiting : line) sum += waiting.work * share;
  }
  return sum;
}

std::optional<Seconds> Server::next_batch_due() const {
  std::optional<Seconds> first;
  if (!batching_ || busy_ >= limit_) return first;
  for (const auto& [kind, line] : lines_) {
    const Seconds at = due(line);
    if (!first || at < *first) first = at;
  }
  return first;
}

void Server::leave(Seconds now) {
  note_change(now);
  --busy_;
}

bool Server::withdraw(std::uint32_t job, Seconds now) {
  for (auto it = lines_.begin(); it != lines_.end(); ++it) {
    auto& line = it->second;
    const auto found = std::ranges::find(line, job, &Waiting::job);
    if (found == line.end()) continue;
    note_change(now);
    line.erase(found);
    if (batching_ && line.empty()) lines_.erase(it);
    --waiting_;
    return true;
  }
  return false;
}

void Server::set_hosts(int hosts, Seconds now) {
  note_change(now);
  slots_ = hosts * slots_per_host_;
  if (!is_shared_) limit_ = static_cast<std::size_t>(slots_);
}

// ---- hosts that come and go ----

void Autoscaler::note_change(Seconds now) {
  paid_integral_ = paid_integral(now);
  changed_ = now;
}

int Autoscaler::look(Server& server, Seconds now) {
  note_change(now);
  const double busy = server.busy_integral(now) - busy_before_;
  const double slots = server.slot_integral(now) - slots_before_;
  busy_before_ += busy;
  slots_before_ += slots;
  const int wanted = rule_.desired(ready_, slots > 0.0 ? busy / slots : 0.0, server.waiting());
  int started = 0;
  for (; paid() < wanted; ++started) starting_.push_back(now + rule_.start_up);
  while (paid() > wanted && !starting_.empty()) starting_.pop_back();
  if (ready_ > wanted) {
    ready_ = wanted;
    server.set_hosts(ready_, now);
  }
  return started;
}

bool Autoscaler::start(Seconds now) {
  note_change(now);
  bool any = false;
  while (!starting_.empty() && starting_.front() <= now + instant) {
    starting_.pop_front();
    ++ready_;
    any = true;
  }
  return any;
}

}  // namespace edgecut::engine
