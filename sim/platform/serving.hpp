// How a server takes those who ask for it: in what order, how many at a time, on how many hosts.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "units/quantity.hpp"

namespace edgecut::platform {

/// Who is next of those who wait.
enum class Order : std::uint8_t {
  arrival,   ///< who came first
  priority,  ///< the highest priority, then who came first; nothing that has started is interrupted
  deadline,  ///< the earliest deadline, then who came first; likewise
};

/// The time of a batch over the time of one alone, by its size: ascending from size 1, linear between.
class BatchTimes {
 public:
  BatchTimes() = default;
  /// Of times of batches, in any unit. The first size is 1; times are positive.
  explicit BatchTimes(std::vector<std::pair<int, double>> times);
  /// `fixed` + (1 - fixed) x size, up to `largest`: the share `fixed` of the time of one does not grow with the batch.
  static BatchTimes modelled(double fixed, int largest);

  [[nodiscard]] double factor(int size) const;
  [[nodiscard]] int largest() const { return factors_.back().first; }

 private:
  std::vector<std::pair<int, double>> factors_{{1, 1.0}};
};

/// Equal tails of one network run in one go. A batch starts on a free slot when `max_size` of them wait or the first of
/// them has waited `max_wait`.
struct Batching {
  int max_size = 1;
  Seconds max_wait;
  BatchTimes times;
};

/// Hosts that come and go. Every `interval` the load is looked at; the number of hosts then becomes
/// ceil(hosts x utilisation / target), or ceil(waiting / target), within the limits. A new host serves `start_up` later;
/// one that is not wanted takes nothing new.
struct Autoscaling {
  int min_hosts = 1;
  int max_hosts = 1;
  std::optional<double> target_utilisation;  // of the ready hosts' slots since the last look
  std::optional<double> target_queue;        // waiting per host
  Seconds interval;
  Seconds start_up;

  /// How many hosts there should be.
  [[nodiscard]] int desired(int ready, double utilisation, std::size_t waiting) const;
};

/// Others who use the server: their jobs come as a Poisson process, wait and take slots as requests do.
struct Tenants {
  Frequency rate;
  Seconds work;            // of one slot
  bool is_random = false;  // exponential of that mean
  int priority = 0;
};

struct Serving {
  Order order = Order::arrival;
  std::optional<std::int64_t> queue_limit;  // who finds so many waiting and no free slot is refused
  std::optional<Batching> batching;
  std::optional<Autoscaling> autoscaling;
  std::optional<Tenants> tenants;

  /// Whether there is more to it than a queue in order of arrival.
  [[nodiscard]] bool any() const {
    return order != Order::arrival || queue_limit || batching || autoscaling || tenants;
  }
  /// What a request waits for company when nobody else is there.
  [[nodiscard]] Seconds idle_wait() const {
    return batching && batching->max_size > 1 ? batching->max_wait : Seconds();
  }
};

/// What one host draws: while it is on, and while all of its slots work.
struct HostPower {
  Watts idle;
  Watts active;
};

}  // namespace edgecut::platform
