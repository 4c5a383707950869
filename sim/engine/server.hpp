// A server that all devices share: who waits for it, who is served next and with whom, and on how many slots. It knows
// no kernel: times are told to it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "platform/platform.hpp"
#include "units/quantity.hpp"

namespace edgecut::engine {

class Server {
 public:
  /// What one batch may hold: work of one network that takes the same time. Without a network it is served alone.
  struct Kind {
    const void* network = nullptr;
    Seconds work;
    friend auto operator<=>(const Kind&, const Kind&) = default;
  };
  /// Somebody who asks to be served. `urgency`: the smaller goes first, then who came first.
  struct Job {
    std::uint32_t id = 0;
    double urgency = 0.0;
    Kind kind;
  };
  /// What starts together, and how long it takes a slot.
  struct Batch {
    std::vector<std::uint32_t> jobs;
    Seconds work;
  };

  explicit Server(const platform::Cloud& cloud);

  /// The urgency of a job by the server's discipline.
  [[nodiscard]] double urgency(int priority, Seconds deadline) const;
  /// Whether somebody who comes now is taken at all.
  [[nodiscard]] bool admits() const;
  void join(const Job& job, Seconds now);
  /// The next batch that may start now; null when there is none. It holds a slot until leave().
  const Batch* start_next(Seconds now);
  /// When the first batch that waits for more has waited long enough, where a slot is free for it.
  [[nodiscard]] std::optional<Seconds> next_batch_due() const;
  void leave(Seconds now);
  /// Takes a waiting job out of the queue; false when it does not wait here.
  bool withdraw(std::uint32_t job, Seconds now);
  /// So many hosts serve from now on. What runs on those that go is finished.
  void set_hosts(int hosts, Seconds now);

  [[nodiscard]] int slots() const { return slots_; }
  [[nodiscard]] std::size_t busy() const { return busy_; }
  [[nodiscard]] bool has_free_slot() const { return busy_ < static_cast<std::size_t>(slots_); }
  [[nodiscard]] std::size_t waiting() const { return waiting_; }
  [[nodiscard]] std::size_t longest_queue() const { return longest_; }
  /// Of those who wait, in batches as large as they may be.
  [[nodiscard]] Seconds waiting_work() const;
  // Integrals over time until `now`: of those who wait; of the slots that work, no more than there are; of those that
  // still work on hosts that have gone; of the slots.
  [[nodiscard]] double queue_integral(Seconds now) const { return queue_integral_ + since(now, waiting_); }
  [[nodiscard]] double busy_integral(Seconds now) const { return busy_integral_ + since(now, working()); }
  [[nodiscard]] double leaving_integral(Seconds now) const { return leaving_integral_ + since(now, leaving()); }
  [[nodiscard]] double slot_integral(Seconds now) const {
    return slot_integral_ + since(now, static_cast<std::size_t>(slots_));
  }

  /// A job's work at its share of a full batch, the least that it takes of a slot.
  void add_offer(Frequency rate, Seconds work) { offered_ += rate * (work * least_share_); }
  /// Of somebody who is in no batch.
  void add_single_offer(Frequency rate, Seconds work) { offered_ += rate * work; }
  /// Over the slots of as many hosts as there may be; see events::ResourceUse.
  [[nodiscard]] double offered_load() const { return offered_ / most_slots_; }

 private:
  struct Waiting {
    double urgency = 0.0;
    std::uint64_t number = 0;  // in order of coming
    std::uint32_t job = 0;
    Seconds since;
    Seconds work;

    [[nodiscard]] bool goes_before(const Waiting& other) const {
      return urgency != other.urgency ? urgency < other.urgency : number < other.number;
    }
  };
  using Line = std::deque<Waiting>;  // in the order in which they are served

  [[nodiscard]] int largest_batch(const Kind& kind) const;
  [[nodiscard]] Seconds due(const Line& line) const;
  [[nodiscard]] bool is_ready(const Kind& kind, const Line& line, Seconds now) const;
  [[nodiscard]] std::map<Kind, Line>::iterator next_line(Seconds now);
  void note_change(Seconds now);
  [[nodiscard]] double since(Seconds now, std::size_t count) const {
    return static_cast<double>(count) * (now - changed_).value();
  }
  [[nodiscard]] std::size_t working() const { return std::min(busy_, static_cast<std::size_t>(slots_)); }
  [[nodiscard]] std::size_t leaving() const { return is_shared_ ? 0 : busy_ - working(); }

  platform::Order order_;
  bool is_shared_;
  std::optional<platform::Batching> batching_;
  std::optional<std::int64_t> queue_limit_;
  int slots_per_host_;
  int slots_;
  int most_slots_;
  double least_share_ = 1.0;
  std::size_t limit_;
  std::size_t busy_ = 0;
  std::map<Kind, Line> lines_;  // with batching, none of them empty; without, a single one
  std::size_t waiting_ = 0;
  std::size_t longest_ = 0;
  std::uint64_t came_ = 0;
  Batch batch_;
  double queue_integral_ = 0.0;
  double busy_integral_ = 0.0;
  double leaving_integral_ = 0.0;
  double slot_integral_ = 0.0;
  Seconds changed_;
  double offered_ = 0.0;
};

/// Hosts of a server that come and go, and what is paid for them.
class Autoscaler {
 public:
  Autoscaler(const platform::Autoscaling& rule, int hosts) : rule_(rule), ready_(hosts) {}

  [[nodiscard]] const platform::Autoscaling& rule() const { return rule_; }
  [[nodiscard]] int ready() const { return ready_; }
  /// Ready or starting up: those that are paid for, beside the slots that still work on hosts that go.
  [[nodiscard]] int paid() const { return ready_ + static_cast<int>(starting_.size()); }
  [[nodiscard]] double paid_integral(Seconds now) const { return paid_integral_ + paid() * (now - changed_).value(); }
  /// When the next of those that start up will be ready.
  [[nodiscard]] std::optional<Seconds> next_ready() const {
    return starting_.empty() ? std::nullopt : std::optional(starting_.front());
  }

  /// Looks at the load since the last look; returns how many hosts begin to start up. Of hosts too many, those that are
  /// not ready yet go first.
  int look(Server& server, Seconds now);
  /// Makes ready whose time to start up is over; returns whether any was.
  bool start(Seconds now);

 private:
  void note_change(Seconds now);

  platform::Autoscaling rule_;
  int ready_;
  std::deque<Seconds> starting_;  // when they will be ready
  double busy_before_ = 0.0;
  double slots_before_ = 0.0;
  double paid_integral_ = 0.0;
  Seconds changed_;
};

}  // namespace edgecut::engine
