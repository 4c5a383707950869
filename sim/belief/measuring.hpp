// How layers and whole runs are measured, and what that does to their times.
#pragma once

#include <cstdint>
#include <string>

#include "dnn/network.hpp"
#include "profile/profile.hpp"

namespace edgecut::belief {

/// A benchmark: each time that it writes down is the mean of so many runs. As it is made here it is exact.
struct Measuring {
  std::int64_t repetitions = 1;
  double spread = 0.0;     // sigma of the log-normal factor of one run of one layer, or of one whole run
  double least_sum = 1.0;  // layers measured one by one add up to between these shares of the whole run:
  double most_sum = 1.0;   // one factor a host and network
  double cold = 1.0;       // factor of the first run over those that follow; 1: warmed up before
  bool fused = false;      // what a runtime runs as part of a convolution is booked with it
  std::uint64_t seed = 1;

  /// Whether it finds the times as they are.
  [[nodiscard]] bool is_exact() const {
    return spread == 0.0 && least_sum == 1.0 && most_sum == 1.0 && cold == 1.0 && !fused;
  }
};

/// Says it in a few words: "exact", or "10 runs, spread 3 %, sum 78 to 118 %".
std::string describe(const Measuring& how);

/// The layer times of a network on a host as a benchmark of its layers finds them. Random streams go by network, host
/// and layer.
profile::LayerTimes measure_layers(profile::LayerTimes times, const dnn::Network& network, const std::string& host,
                                   const Measuring& how);
/// The time of a whole run as a stopwatch finds it, which adds nothing up.
Seconds measure_run(Seconds whole, const dnn::Network& network, const std::string& host, const Measuring& how);

/// The layer by layer one of all hosts.
profile::Profile measure(profile::Profile profile, const dnn::Network& network, const profile::Hosts& hosts,
                         const Measuring& how);

}  // namespace edgecut::belief
