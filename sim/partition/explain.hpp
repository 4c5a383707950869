// Why a plan: what it beat, what binds it, and where it would change.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "partition/partitioner.hpp"

namespace edgecut::partition {

struct Explanation {
  plan::Cost cost;
  std::optional<plan::Candidate> runner_up;  // the best other feasible cut of the layer order, by the objective
  double margin = 0.0;                       // (runner-up - plan) / plan, of the objective; negative where it is better
  std::vector<std::string> binding;          // limits without which the partitioner would choose another plan
  std::optional<Bandwidth>
      changes_below;  // uplink of the device's link at which the choice changes, found by bisection
  std::optional<Bandwidth> changes_above;  // within a factor of 1,000; none: it does not
};

/// Asks the partitioner again with limits lifted and other bandwidths; for one that is a function of the problem.
Explanation explain(const Partitioner& partitioner, const plan::Problem& problem, const plan::Plan& plan);

}  // namespace edgecut::partition
