// A kernel with what came out of it, for tests that hold for every kernel.
#pragma once

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "kernel/kernel.hpp"
#include "units/ensure.hpp"

namespace edgecut::kernel_tests {

using kernel::Direction;

inline constexpr double MB = 1e6;

struct Batch {
  double time = 0.0;
  std::vector<std::uint64_t> tokens;  // sorted
};

inline kernel::Topology cores(int count, Watts idle = Watts(), Watts busy = Watts(), Watts off = Watts()) {
  kernel::Topology topology;
  topology.processors.push_back({"cpu", count, idle, busy, off});
  return topology;
}

// Access links of the given rates in MB/s, the same both ways.
inline kernel::Topology links(const std::vector<double>& rates, std::optional<double> backhaul = std::nullopt) {
  kernel::Topology topology;
  for (const double rate : rates) topology.accesses.push_back({"access", Bandwidth(rate * MB), Bandwidth(rate * MB)});
  if (backhaul) topology.backhaul = kernel::Topology::Backhaul{Bandwidth(*backhaul * MB), Bandwidth(*backhaul * MB)};
  return topology;
}

// The same, with bandwidths that vary.
inline kernel::Topology varying_links(const std::vector<double>& rates, std::optional<double> backhaul = std::nullopt) {
  auto topology = links(rates, backhaul);
  topology.bandwidths_vary = true;
  return topology;
}

struct Reference {
  static std::unique_ptr<kernel::Kernel> make(const kernel::Topology& topology) {
    return kernel::make_reference(topology);
  }
};

// A kernel with what came out of it. `on(token)` says what to do when a token is reported.
template <class Maker>
class Run {
 public:
  explicit Run(const kernel::Topology& topology) : kernel(Maker::make(topology)) {}

  void on(std::uint64_t token, std::function<void()> action) { actions_[token] = std::move(action); }
  void compute(double seconds, std::uint64_t token, std::uint32_t processor = 0) {
    activity[token] = kernel->compute({processor}, Seconds(seconds), {token});
  }
  void send(std::uint32_t access, double megabytes, std::uint64_t token, Direction direction = Direction::up) {
    activity[token] = kernel->transfer({access}, direction, Bytes(std::round(megabytes * MB)), {token});
  }
  void at(double time, std::uint64_t token) { kernel->at(Seconds(time), {token}); }
  void at(double time, std::uint64_t token, std::function<void()> action) {
    on(token, std::move(action));
    at(time, token);
  }
  // To megabytes per second, in both cases.
  void set(std::uint32_t access, double rate, Direction direction = Direction::up) {
    kernel->set_bandwidth({access}, direction, Bandwidth(rate * MB));
  }
  void set_backhaul(double rate, Direction direction = Direction::up) {
    kernel->set_backhaul_bandwidth(direction, Bandwidth(rate * MB));
  }
  double cancel(std::uint64_t token) { return kernel->cancel(activity.at(token)); }

  void go() {
    kernel->run([this](std::span<const kernel::Token> due) {
      Batch batch{kernel->now().value(), {}};
      for (const auto token : due) batch.tokens.push_back(token.value);
      std::ranges::sort(batch.tokens);
      batches.push_back(batch);
      for (const auto token : batch.tokens) {
        if (const auto found = actions_.find(token); found != actions_.end()) found->second();
      }
    });
  }
  // When a token was reported; -1 when it was not, -2 when it was more than once.
  [[nodiscard]] double time(std::uint64_t token) const {
    double found = -1.0;
    for (const auto& batch : batches) {
      const auto count = std::ranges::count(batch.tokens, token);
      if (count > 1 || (count == 1 && found >= 0.0)) return -2.0;
      if (count == 1) found = batch.time;
    }
    return found;
  }

  std::unique_ptr<kernel::Kernel> kernel;
  std::map<std::uint64_t, kernel::ActivityId> activity;
  std::vector<Batch> batches;

 private:
  std::map<std::uint64_t, std::function<void()>> actions_;
};

inline Approx exactly(double value) {
  return Approx(value).epsilon(1e-12).margin(1e-12);
}

struct Express {
  static std::unique_ptr<kernel::Kernel> make(const kernel::Topology& topology) {
    return kernel::make_express(topology);
  }
};

}  // namespace edgecut::kernel_tests

// A test that every kernel must pass, each in a process of its own.
#define KERNEL_TEST_CASE(name) TEMPLATE_TEST_CASE(name, "[kernel]", Reference, Express)
