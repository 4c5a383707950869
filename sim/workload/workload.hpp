// Who asks for an inference when.
#pragma once

#include <boost/random/exponential_distribution.hpp>
#include <cstdint>
#include <optional>

#include "config/map.hpp"
#include "units/quantity.hpp"
#include "units/random.hpp"

namespace edgecut::workload {

enum class Arrivals {
  one_at_a_time,  ///< closed loop: the next request arrives when the last one has ended
  periodic,       ///< every 1/rate, the first at the phase
  poisson,        ///< exponential gaps of mean 1/rate
};

struct Workload {
  Arrivals arrivals = Arrivals::one_at_a_time;
  Frequency rate;             // per device; unused one at a time
  std::int64_t requests = 1;  // per device
  bool random_phase = false;  // periodic: each device starts at a random phase, not all at time 0
  /// A request that would have to wait on its device, and finds this many waiting there, is dropped.
  std::optional<std::int64_t> queue_limit;

  [[nodiscard]] bool is_open() const { return arrivals != Arrivals::one_at_a_time; }
  /// 1/rate, where there is one.
  [[nodiscard]] std::optional<Seconds> period() const;
};

/// Throws config::Error on an unknown arrival process, or a missing or superfluous rate.
Workload read_workload(const config::Value& value);

/// The arrival times of one device's open workload, in order.
class ArrivalTimes {
 public:
  /// `device` names the random stream, so that a device's arrivals do not depend on the others'.
  ArrivalTimes(const Workload& workload, std::uint64_t seed, std::size_t device);
  /// The next arrival. Unbounded: the caller counts requests.
  Seconds next();

 private:
  Arrivals arrivals_;
  Seconds period_;
  RandomStream random_;
  boost::random::exponential_distribution<double> gap_;
  Seconds phase_;
  std::int64_t count_ = 0;
  Seconds last_;
};

}  // namespace edgecut::workload
