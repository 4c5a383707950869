// A station in front of something with `slots` slots, and what it has done so far. Who is more urgent goes first, and
// among equals who came first; nobody is interrupted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

#include "engine/ring.hpp"
#include "units/quantity.hpp"

namespace edgecut::engine {

class Station {
 public:
  /// A shared station has no queue: everybody is let in at once.
  Station(int slots, bool shared)
      : slots_(slots), limit_(shared ? std::numeric_limits<std::uint32_t>::max() : static_cast<std::uint32_t>(slots)) {}

  /// Joins the queue behind everybody who is as urgent, or more.
  void join(std::uint32_t job, Seconds now, int priority = 0);
  /// The next job that may start now, if any; it then holds a slot until leave().
  std::optional<std::uint32_t> start_next(Seconds now);
  void leave() { --busy_; }
  /// The i-th of those who wait, from the front.
  [[nodiscard]] std::uint32_t waiter(std::size_t i) const { return queue_[i].job; }
  /// Whether somebody who joins now may start at once.
  [[nodiscard]] bool has_room() const { return busy_ < limit_; }
  /// Takes a waiting job out of the queue; false when it does not wait here.
  bool withdraw(std::uint32_t job, Seconds now);

  [[nodiscard]] int slots() const { return slots_; }
  [[nodiscard]] std::size_t busy() const { return busy_; }
  [[nodiscard]] std::size_t waiting() const { return queue_.size(); }
  [[nodiscard]] std::size_t longest_queue() const { return longest_; }
  /// Integral of the number waiting over time, until `now`.
  [[nodiscard]] double queue_integral(Seconds now) const {
    return integral_ + static_cast<double>(queue_.size()) * (now - changed_).value();
  }

  // Work at full speed, done here and offered to the station so far; see events::ResourceUse.
  void add_work(Seconds work) { work_ += work; }
  void add_offer(double load) { offered_ += load; }
  /// What work done here took beyond its time at full speed, as whoever was served was slowed down.
  void add_slowing(Seconds time) { slowing_ += time; }
  [[nodiscard]] Seconds work() const { return work_; }
  /// What the work took of slots, slowed down as it was.
  [[nodiscard]] Seconds taken() const { return work_ + slowing_; }
  /// Offered work takes as long as what was done took on average.
  [[nodiscard]] double offered_load() const { return offered_ / slots_ * (work_ > Seconds() ? taken() / work_ : 1.0); }

 private:
  struct Waiter {
    std::uint32_t job = 0;
    int priority = 0;
  };
  void note_change(Seconds now);

  int slots_;
  std::uint32_t limit_;
  std::uint32_t busy_ = 0;
  std::uint32_t longest_ = 0;
  Ring<Waiter> queue_;
  double integral_ = 0.0;
  Seconds changed_;
  Seconds work_;
  Seconds slowing_;
  double offered_ = 0.0;
};

}  // namespace edgecut::engine
