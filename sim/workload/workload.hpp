// Who asks for an inference when.
#pragma once

#include <boost/random/exponential_distribution.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/map.hpp"
#include "units/quantity.hpp"
#include "units/random.hpp"
#include "workload/trace_file.hpp"

namespace edgecut::workload {

enum class Arrivals {
  one_at_a_time,  ///< closed loop: the next request arrives when the last one has ended
  closed_loop,    ///< the same with several outstanding, and a time to think after each
  periodic,       ///< every 1/rate, the first at the phase
  poisson,        ///< exponential gaps of mean 1/rate
  bursty,         ///< Poisson with a rate that jumps between states: a Markov-modulated Poisson process
  diurnal,        ///< Poisson with a rate that follows a curve over the day
  trace,          ///< at the times of a file
};

/// A state of a Markov-modulated Poisson process.
struct BurstState {
  Frequency rate;
  Seconds stay;              // mean of an exponential
  std::vector<double> next;  // by state: probability of going there after it; 0 for itself
};

/// A rate that repeats itself every `day`, linear between its points.
struct DailyCurve {
  struct Point {
    Seconds at;  // in [0, day), ascending
    Frequency rate;
  };
  std::vector<Point> points;
  Seconds day = Seconds(86400.0);
  Seconds start;  // time of day at time 0

  [[nodiscard]] Frequency rate(Seconds time) const;
  /// The exact average over a day.
  [[nodiscard]] Frequency mean() const;
  [[nodiscard]] Frequency highest() const;
};

/// Arrival times from files: one that all devices share, or one for each device.
struct Traces {
  std::vector<std::shared_ptr<const std::vector<Seconds>>> files;
  std::vector<std::string> paths;
  std::vector<std::string> notes = {};  // what is to be told of the files: that a clock's times begin at 0
  Seconds offset;                       // device i is i times this later
  double stretch = 1.0;                 // of the time axis
};

struct Workload {
  Arrivals arrivals = Arrivals::one_at_a_time;
  Frequency rate;             // per device, the mean over time; 0 where there is none
  std::int64_t requests = 1;  // per device
  bool random_phase = false;  // periodic: each device starts at a random phase, not all at time 0
  /// A request that would have to wait on its device, and finds this many waiting there, is dropped.
  std::optional<std::int64_t> queue_limit;
  /// Where requests wait on their device, one that joins takes the place of those that it finds waiting.
  bool freshest = false;
  int priority = 0;                 // higher is more urgent
  std::int64_t outstanding = 1;     // closed loop: requests under way or being thought about
  Seconds think;                    // closed loop: after each end
  bool think_is_random = false;     // exponential of that mean
  std::vector<BurstState> states;   // bursty; at least two
  std::optional<DailyCurve> curve;  // diurnal
  std::optional<Traces> traces;     // trace

  [[nodiscard]] bool is_open() const {
    return arrivals != Arrivals::one_at_a_time && arrivals != Arrivals::closed_loop;
  }
  /// 1/rate, where there is one.
  [[nodiscard]] std::optional<Seconds> period() const;
};

/// Throws config::Error on an unknown arrival process, a missing or superfluous key, or a bad trace file. Paths are
/// relative to the file that names them.
Workload read_workload(const config::Value& value);

/// The long-run share of time in each state of an irreducible process.
std::vector<double> shares_of_time(const std::vector<BurstState>& states);

/// The arrival times of one device's open workload, in order.
class ArrivalTimes {
 public:
  /// `device` and the class of its requests name the random stream, so that its arrivals do not depend on any others.
  ArrivalTimes(const Workload& workload, std::uint64_t seed, std::size_t device, std::uint32_t request_class = 0);
  /// The next arrival. Unbounded but for a trace: the caller counts requests.
  Seconds next();

 private:
  Seconds next_of_states();
  Seconds next_of_curve();
  Seconds next_of_trace();
  void enter_first_state();
  void leave_state();

  // Of a bursty, a diurnal or a traced workload. Fleets are large, and most of them have none of it.
  struct Modulation {
    std::vector<BurstState> states;
    RandomStream changes;  // of state: the same path whatever the rates
    std::size_t state = 0;
    Seconds left;  // of the stay in it
    std::optional<DailyCurve> curve;
    std::shared_ptr<const std::vector<Seconds>> trace;
    double stretch = 1.0;
  };

  Arrivals arrivals_;
  Seconds period_;
  RandomStream random_;
  Seconds phase_;
  std::int64_t count_ = 0;
  Seconds last_;
  std::unique_ptr<Modulation> modulation_;
};

/// The pauses of one device's closed loop.
class ThinkTimes {
 public:
  ThinkTimes(const Workload& workload, std::uint64_t seed, std::size_t device, std::uint32_t request_class = 0);
  Seconds next();

 private:
  Seconds mean_;
  bool is_random_;
  RandomStream random_;
  boost::random::exponential_distribution<double> unit_;
};

}  // namespace edgecut::workload
