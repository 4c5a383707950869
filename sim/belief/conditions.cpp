#include "belief/conditions.hpp"

#include <algorithm>
#include <cmath>

namespace edgecut::belief {
namespace {

constexpr Bandwidth least_bandwidth(0.125);  // 1 bit/s

void set(plan::Hop& hop, Bandwidth up, Bandwidth down) {
  hop.up = std::max(up, least_bandwidth);
  hop.down = std::max(down, least_bandwidth);
}

void slow(std::vector<Seconds>& times, double speed) {
  if (speed == 1.0) return;
  for (auto& time : times) time *= 1.0 / speed;
}

}  // namespace

Conditions conditions_of(const plan::Problem& problem) {
  Conditions conditions;
  conditions.up = problem.link.up;
  conditions.down = problem.link.down;
  if (problem.direct) {
    conditions.direct_up = problem.direct->up;
    conditions.direct_down = problem.direct->down;
  }
  if (problem.edge) {
    conditions.relay_up = problem.edge->link.up;
    conditions.relay_down = problem.edge->link.down;
    conditions.edge_wait = problem.edge->wait;
  }
  conditions.cloud_wait = problem.cloud_wait;
  conditions.speeds.assign(problem.processors.size(), 1.0);
  conditions.energy = problem.constraints.energy;
  return conditions;
}

plan::Problem under(plan::Problem problem, const Conditions& conditions) {
  set(problem.link, conditions.up, conditions.down);
  if (problem.direct) set(*problem.direct, conditions.direct_up, conditions.direct_down);
  if (problem.edge) {
    set(problem.edge->link, conditions.relay_up, conditions.relay_down);
    problem.edge->wait = conditions.edge_wait;
    slow(problem.edge->layer_time, conditions.edge_speed);
  }
  problem.cloud_wait = conditions.cloud_wait;
  if (problem.constraints.energy != conditions.energy) {
    problem.constraints.energy = conditions.energy;
    problem.constraints.energy_source = "what the battery's charge leaves for the lifetime by now";
  }
  slow(problem.cloud_time, conditions.cloud_speed);
  for (std::size_t p = 0; p < problem.processors.size(); ++p) {
    auto& processor = problem.processors[p];
    const double speed = conditions.speeds[p];
    if (speed == 1.0 && conditions.heat == 1.0) continue;
    // Beside other load the work, and so its energy, stays what it was.
    if (processor.layer_energy.empty()) {
      for (const auto time : processor.layer_time) processor.layer_energy.push_back(processor.active_increment * time);
    }
    for (auto& energy : processor.layer_energy) energy *= conditions.heat;
    processor.nominal *= speed;
    slow(processor.layer_time, speed);
  }
  return problem;
}

double coarse(double value, double least) {
  if (value <= least) return 0.0;
  static const double step = std::log(1.02);
  return std::exp(std::round(std::log(value) / step) * step);
}

}  // namespace edgecut::belief
