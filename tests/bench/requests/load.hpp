// The load that all programs of this folder play, and what they say of it. Arrivals are edgecut's own random numbers, so
// that means agree to the last digits where the same thing is modelled.
#pragma once

#include <algorithm>
#include <boost/random/exponential_distribution.hpp>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "units/random.hpp"

namespace bench {

constexpr double head = 0.1;          // s: 1e8 FLOP at 1 GFLOP/s
constexpr double tail = 0.1;          // s: 1e9 FLOP at 10 GFLOP/s
constexpr double size = 1e5;          // B
constexpr double access = 1.25e6;     // B/s
constexpr double latency = 0.015;     // s, of access and backhaul together
constexpr double per_device = 0.2e6;  // B/s of the backhaul

struct Load {
  std::uint32_t devices = 0;
  std::uint64_t requests = 0;  // of each device
  [[nodiscard]] int cores() const { return static_cast<int>(std::max(2U, devices / 5)); }
  [[nodiscard]] double backhaul() const { return per_device * devices; }
};

inline Load read_load(int count, char** arguments) {
  if (count != 3) {
    std::fprintf(stderr, "%s DEVICES REQUESTS_OF_EACH\n", arguments[0]);
    std::exit(2);
  }
  return {static_cast<std::uint32_t>(std::stoul(arguments[1])), std::stoull(arguments[2])};
}

/// Poisson, 1/s.
class Arrivals {
 public:
  Arrivals(const Load& load, std::uint32_t device)
      : left_(load.requests), random_(1, {"arrivals", std::to_string(device)}) {}
  [[nodiscard]] bool done() const { return left_ == 0; }
  double next() {
    --left_;
    return last_ += gap_(random_);
  }

 private:
  std::uint64_t left_;
  edgecut::RandomStream random_;
  boost::random::exponential_distribution<double> gap_;
  double last_ = 0.0;
};

inline void say(double sum, std::uint64_t count) {
  std::printf("%llu requests, mean latency %.17g s\n", static_cast<unsigned long long>(count),
              sum / static_cast<double>(count));
}

}  // namespace bench
