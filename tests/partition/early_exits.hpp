// A trunk with two side branches, and what one inference takes on it, written again from the definitions.
#pragma once

#include <random>
#include <vector>

#include "plan/make_problem.hpp"

namespace edgecut {

/// in, t1, t2, e1 (reads t1), t3 (reads t2), e2 (reads t3), t4 (reads t3), e3: exits e1, e2 and e3.
inline dnn::Network early_exits(std::mt19937& random, const std::vector<std::vector<double>>& rates = {}) {
  const auto bytes = [&] { return static_cast<double>(1 + random() % 30); };
  const auto plain = make_network({{"in", {}, bytes()},
                                   {"t1", {0}, bytes()},
                                   {"t2", {1}, bytes()},
                                   {"e1", {1}, 4},
                                   {"t3", {2}, bytes()},
                                   {"e2", {4}, 4},
                                   {"t4", {4}, bytes()},
                                   {"e3", {6}, 4}});
  dnn::Exits exits{{{"first", 3, 0.6}, {"second", 5, 0.7}, {"last", 7, 0.8}}, {}};
  double accuracy = 0.62;
  for (const auto& shares : rates) exits.operating_points.push_back({"point", shares, accuracy += 0.05, "test"});
  return dnn::Network("exits", "exits", "test", "fp32", plain.layers(), exits);
}

/// The layers of that network that run up to each exit, without the side branches before it.
inline const std::vector<std::vector<dnn::LayerIndex>>& ways_to_exits() {
  static const std::vector<std::vector<dnn::LayerIndex>> ways{{0, 1, 3}, {0, 1, 2, 4, 5}, {0, 1, 2, 4, 6, 7}};
  return ways;
}

/// Latency of an inference that runs these layers, those up to `last` on the device.
inline double exit_latency(const plan::Problem& problem, const std::vector<dnn::LayerIndex>& way, dnn::LayerIndex last,
                           dnn::LayerIndex answer) {
  std::vector<bool> runs(problem.network->size(), false);
  for (const auto v : way) runs[v] = true;
  double sum = 0.0;
  double bytes = 0.0;
  bool leaves = false;
  for (const auto v : way) {
    sum += v <= last ? problem.processors[0].layer_time[v].value() : problem.cloud_time[v].value();
    leaves = leaves || v > last;
    bool is_read_above = false;
    for (const auto w : problem.network->graph().consumers(v)) is_read_above = is_read_above || (runs[w] && w > last);
    if (v <= last && is_read_above) bytes += problem.output[v].value();
  }
  if (!leaves) return sum;
  sum += (problem.link.up_latency + problem.link.down_latency).value() + bytes / problem.link.up.value();
  return answer > last ? sum + problem.result[answer].value() / problem.link.down.value() : sum;
}

inline plan::Problem exits_problem(std::mt19937& random, const dnn::Network& network) {
  auto problem = random_problem(random, network);
  for (const auto& exit : network.exits()) problem.result[exit.output] = 2_B;
  return problem;
}

}  // namespace edgecut
