// Benchmarks that are taken again while a run goes on.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "belief/method.hpp"
#include "plan/problem.hpp"
#include "units/quantity.hpp"
#include "world/part.hpp"

namespace edgecut::belief {

/// What a method measures again, and what it believes then.
struct Remeasuring {
  /// True seconds of all that it measures, as often as it repeats it, while its host is as it usually is: by
  /// listed processor of the device, in the cloud and on the edge server.
  std::vector<Seconds> device;
  Seconds cloud;
  Seconds edge;
  /// What it believes after so many measurements, from 1, each with errors of its own, had its hosts been as they usually
  /// are. Whoever plays it scales that by how fast they were.
  std::function<plan::Problem(std::size_t)> believe;
};

/// Of a method that measures (Method::measures). `base`: what it believes as the run begins, whose links and limits stay.
/// Borrows all but `base`.
Remeasuring remeasuring(const world::Part& part, const Method& method, std::int64_t replication,
                        const plan::Problem& base);

}  // namespace edgecut::belief
