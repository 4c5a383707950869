// Queueing recursions, written without the engine: who arrives when, and when each is served.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <numeric>
#include <queue>
#include <utility>
#include <vector>

#include "workload/workload.hpp"

namespace edgecut::test {

/// Arrival times of a device's open workload, as the engine draws them.
inline std::vector<double> arrivals(const workload::Workload& workload, std::uint64_t seed, std::size_t device) {
  workload::ArrivalTimes times(workload, seed, device);
  std::vector<double> result;
  for (std::int64_t i = 0; i < workload.requests; ++i) result.push_back(times.next().value());
  return result;
}

/// Lindley's recursion: waits in a first-come-first-served queue of one server. W' = max(0, W + S - gap).
inline std::vector<double> lindley(const std::vector<double>& arrival, const std::vector<double>& service) {
  std::vector<double> wait(arrival.size(), 0.0);
  for (std::size_t i = 1; i < arrival.size(); ++i) {
    wait[i] = std::max(0.0, wait[i - 1] + service[i - 1] - (arrival[i] - arrival[i - 1]));
  }
  return wait;
}

/// Kiefer and Wolfowitz's recursion: the same with k servers. The vector holds the work before each server, smallest
/// first, as an arrival finds it.
inline std::vector<double> kiefer_wolfowitz(const std::vector<double>& arrival, const std::vector<double>& service,
                                            std::size_t servers) {
  std::vector<double> wait;
  std::vector<double> work(servers, 0.0);
  for (std::size_t i = 0; i < arrival.size(); ++i) {
    if (i > 0) {
      for (auto& w : work) w = std::max(0.0, w - (arrival[i] - arrival[i - 1]));
    }
    wait.push_back(work.front());
    work.front() += service[i];
    std::ranges::sort(work);
  }
  return wait;
}

/// Completion times under processor sharing of k servers, at most one each: with n inside everybody has the rate
/// min(1, k/n). In "attained service" V, which grows at that rate, a job that enters at V leaves at V + S.
inline std::vector<double> processor_sharing(const std::vector<double>& arrival, const std::vector<double>& service,
                                             double servers) {
  using Leaving = std::pair<double, std::size_t>;  // V at which it leaves, job
  std::priority_queue<Leaving, std::vector<Leaving>, std::greater<>> inside;
  std::vector<double> done(arrival.size());
  double now = 0.0;
  double attained = 0.0;
  std::size_t next = 0;
  while (next < arrival.size() || !inside.empty()) {
    const double rate = inside.empty() ? 1.0 : std::min(1.0, servers / static_cast<double>(inside.size()));
    const double leaves = inside.empty() ? INFINITY : now + (inside.top().first - attained) / rate;
    if (next < arrival.size() && arrival[next] < leaves) {
      attained += rate * (arrival[next] - now);
      now = arrival[next];
      inside.emplace(attained + service[next], next);
      ++next;
    } else {
      attained = inside.top().first;
      now = leaves;
      done[inside.top().second] = now;
      inside.pop();
    }
  }
  return done;
}

/// The order in which things happen at those times.
inline std::vector<std::size_t> order_of(const std::vector<double>& times) {
  std::vector<std::size_t> order(times.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return times[i]; });
  return order;
}

template <class T>
std::vector<T> pick(const std::vector<T>& values, const std::vector<std::size_t>& order) {
  std::vector<T> result;
  for (const auto i : order) result.push_back(values[i]);
  return result;
}

}  // namespace edgecut::test
