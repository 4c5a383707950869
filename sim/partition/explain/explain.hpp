// Why a plan: what it beat, what binds it, and where it would change.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "partition/partitioner.hpp"

namespace edgecut::partition {

struct Explanation {
  plan::Cost cost;
  std::optional<plan::Candidate> runner_up;  // what the method would choose, were the plan not there
  double margin = 0.0;                       // (runner-up - plan) / plan, of the measure; negative where it is better
  std::string measure;                       // what the method makes small: "latency"
  bool is_objective = true;                  // the measure is the problem's objective
  std::vector<std::string> binding;          // limits without which the partitioner would choose another plan
  std::optional<Bandwidth>
      changes_below;  // uplink of the device's link at which the choice changes, found by bisection
  std::optional<Bandwidth> changes_above;  // within a factor of 1,000; none: it does not
  std::string note;                        // why some of this is not there; empty: all was looked for
};

/// Asks the partitioner again with limits lifted, other bandwidths and layers kept off a tier; for one that is a
/// function of the problem. One that searches elsewhere is not asked: its runner-up is the best other feasible cut of
/// the layer order. One that searches nowhere has a cost alone.
///
/// A limit binds that, lifted alone, changes the plan; where none does, but all together do, a smallest set of them.
/// Runner-up over placements: any other plan has a layer at the edge of its tier's part elsewhere, so that the best of
/// the method's plans with one such layer kept off its tier is the best of all.
Explanation explain(const Partitioner& partitioner, const plan::Problem& problem, const plan::Plan& plan);

/// Whether two plans do the same: layers that run, the processor where some run on the device, the encoding where
/// something crosses encoded.
bool is_same_in_effect(const plan::Problem& problem, const plan::Plan& a, const plan::Plan& b);

}  // namespace edgecut::partition
