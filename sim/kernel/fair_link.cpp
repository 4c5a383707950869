#include "kernel/fair_link.hpp"

#include <cmath>
#include <iterator>

namespace edgecut::kernel {

FairLink::~FairLink() {
  bands_.clear();
}

std::uint32_t FairLink::add_access(double capacity, double weight) {
  if (weight != 1.0 && weights_.empty()) weights_.resize(accesses_.size(), 1.0);
  if (weight != 1.0 || !weights_.empty()) weights_.push_back(weight);
  accesses_.emplace_back(capacity);
  places_.push_back(0);
  return static_cast<std::uint32_t>(accesses_.size() - 1);
}

void FairLink::set_capacity(double now, double capacity) {
  advance(now);
  capacity_ = capacity;
  is_settled_ = false;
}

void FairLink::set_access(double now, std::uint32_t access, double capacity) {
  advance(now);
  Access& link = accesses_[access];
  leave_band(link);
  link.capacity = capacity;
  enter_band(link);
}

void FairLink::start(double now, std::uint32_t job, double size) {
  advance(now);
  Access& link = accesses_[jobs_[job].server];
  leave_band(link);
  if (link.flows.empty()) link.done = 0.0;
  jobs_[job].finish = link.done + size / weight_of(jobs_[job].server);
  link.flows.push(jobs_[job].finish, job, [this](std::uint32_t item, std::uint32_t at) { jobs_[item].place = at; });
  enter_band(link);
}

double FairLink::stop(double now, std::uint32_t job) {
  advance(now);
  Access& link = accesses_[jobs_[job].server];
  leave_band(link);
  const double left = weight_of(jobs_[job].server) * std::max(0.0, jobs_[job].finish - link.done);
  link.flows.erase(jobs_[job].place, [this](std::uint32_t item, std::uint32_t at) { jobs_[item].place = at; });
  enter_band(link);
  return left;
}

double FairLink::left(double now, std::uint32_t job) {
  advance(now);
  const Access& link = accesses_[jobs_[job].server];
  const double done = link.done + (link.band == nullptr ? 0.0 : progress(*link.band));
  return weight_of(jobs_[job].server) * std::max(0.0, jobs_[job].finish - done);
}

void FairLink::look_ahead() {
  settle();
  next_ = std::numeric_limits<double>::infinity();
  if (!free_.empty()) next_ = std::max(now_, free_.top().key);
  if (first_held_ != nullptr && level_ > 0.0) {
    next_ = std::min(next_, now_ + std::max(0.0, held_.top().key - done_.value()) / level_);
  }
}

std::optional<std::uint32_t> FairLink::due(double now) {
  advance(now);
  Band* band = nullptr;
  if (!free_.empty() && free_.top().key <= now + tie(now)) {
    band = free_.top().item;
  } else if (first_held_ != nullptr && level_ > 0.0) {
    const double end = held_.top().key;
    const double rounding = 4.0 * std::numeric_limits<double>::epsilon() * std::abs(end);
    if (end - done_.value() <= tie(now) * level_ + rounding) band = held_.top().item;
  }
  if (band == nullptr) return std::nullopt;
  return accesses_[band->accesses.top().item].flows.top().item;
}

void FairLink::advance(double now) {
  if (first_held_ != nullptr && now > now_) done_.add(level_ * (now - now_));
  now_ = now;
}

double FairLink::progress(const Band& band) const {
  return band.is_held ? band.done + done_.value() : band.done + band.rate * (now_ - band.since);
}

FairLink::Band& FairLink::band_of(double rate) {
  Bands::insert_commit_data where;
  const auto [found, is_new] = bands_.insert_check(rate, where);
  if (!is_new) return *found;
  if (unused_.empty()) unused_.push_back(&pool_.emplace_back());
  Band& band = *unused_.back();
  unused_.pop_back();
  band.rate = rate;
  band.weight = Sum();
  band.capacity = Sum();
  const auto after = std::next(bands_.insert_commit(band, where));
  // Between the last free band and the first that is held, either would do until the bands are settled.
  band.is_held = first_held_ != nullptr && (after == bands_.end() || after->is_held);
  if (band.is_held && rate < first_held_->rate) first_held_ = &band;
  band.done = band.is_held ? -done_.value() : 0.0;
  band.since = now_;
  return band;
}

void FairLink::remove(Band& band) {
  unschedule(band);
  if (&band == first_held_) first_held_ = after(band);
  bands_.erase(bands_.iterator_to(band));
  unused_.push_back(&band);
}

FairLink::Band* FairLink::after(Band& band) {
  const auto next = std::next(bands_.iterator_to(band));
  return next == bands_.end() ? nullptr : &*next;
}

void FairLink::leave_band(Access& access) {
  if (access.band == nullptr) return;
  Band& band = *access.band;
  access.band = nullptr;
  access.done += progress(band);
  const auto number = static_cast<std::uint32_t>(&access - accesses_.data());
  const double weight = weight_of(number) * static_cast<double>(access.flows.size());
  band.weight.add(-weight);
  band.capacity.add(-access.capacity);
  if (band.is_held) {
    held_weight_.add(-weight);
  } else {
    free_capacity_.add(-access.capacity);
  }
  band.accesses.erase(places_[number], [this](std::uint32_t item, std::uint32_t at) { places_[item] = at; });
  if (band.accesses.empty()) return remove(band);
  schedule(band);
}

void FairLink::enter_band(Access& access) {
  is_settled_ = false;
  if (access.flows.empty() || access.capacity == 0.0) return;
  const auto number = static_cast<std::uint32_t>(&access - accesses_.data());
  const double weight = weight_of(number) * static_cast<double>(access.flows.size());
  Band& band = band_of(access.capacity / weight);
  access.band = &band;
  access.done -= progress(band);
  band.weight.add(weight);
  band.capacity.add(access.capacity);
  if (band.is_held) {
    held_weight_.add(weight);
  } else {
    free_capacity_.add(access.capacity);
  }
  band.accesses.push(access.flows.top().key - access.done, number,
                     [this](std::uint32_t item, std::uint32_t at) { places_[item] = at; });
  schedule(band);
}

void FairLink::schedule(Band& band) {
  const double end = band.accesses.top().key - band.done;
  const double key = band.is_held ? end : band.since + end / band.rate;
  auto& heap = band.is_held ? held_ : free_;
  const auto moved = [](Band* item, std::uint32_t at) { item->place = at; };
  if (band.place == nowhere) {
    heap.push(key, &band, moved);
  } else {
    heap.change(band.place, key, moved);
  }
}

void FairLink::unschedule(Band& band) {
  auto& heap = band.is_held ? held_ : free_;
  heap.erase(band.place, [](Band* item, std::uint32_t at) { item->place = at; });
  band.place = nowhere;
}

// Water-filling from the bands and the level of the last instant: if the level has sunk below free bands they are held,
// the highest first, and if it has risen above held ones they are free, the lowest first. Either way each step moves
// the level towards the band's rate and never past it, so that only one of the two has anything to do.
void FairLink::settle() {
  is_settled_ = true;
  set_level();
  const Band* before = first_held_;
  for (auto* band = last_free(); band != nullptr && overflows(*band); band = last_free()) hold(*band);
  if (first_held_ != before) return;
  while (first_held_ != nullptr && first_held_->rate <= level_) free(*first_held_);
}

void FairLink::set_level() {
  if (first_held_ != nullptr) {
    level_ = std::max(0.0, (capacity_ - free_capacity_.value()) / held_weight_.value());
  } else {
    level_ = std::numeric_limits<double>::infinity();
    done_ = Sum();
    held_weight_ = Sum();
  }
}

FairLink::Band* FairLink::last_free() {
  auto position = first_held_ == nullptr ? bands_.end() : bands_.iterator_to(*first_held_);
  return position == bands_.begin() ? nullptr : &*--position;
}

bool FairLink::overflows(const Band& highest_free) const {
  return first_held_ == nullptr ? free_capacity_.value() > capacity_ : highest_free.rate > level_;
}

void FairLink::hold(Band& band) {
  unschedule(band);
  band.done = progress(band) - done_.value();
  band.is_held = true;
  schedule(band);
  free_capacity_.add(band.capacity, -1.0);
  held_weight_.add(band.weight, 1.0);
  first_held_ = &band;
  set_level();
}

void FairLink::free(Band& band) {
  unschedule(band);
  band.done = progress(band);
  band.since = now_;
  band.is_held = false;
  schedule(band);
  free_capacity_.add(band.capacity, 1.0);
  held_weight_.add(band.weight, -1.0);
  first_held_ = after(band);
  set_level();
}

}  // namespace edgecut::kernel
