// A problem written down in full (edgecut plan --problem): numbers only, no platform. docs/problems.md has the format.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "config/map.hpp"
#include "config/mends.hpp"
#include "partition/registry.hpp"
#include "plan/plan.hpp"

namespace edgecut::problems {

/// Of memory and storage, where a problem states none.
inline constexpr Bytes plenty(1e300);

struct ExplicitProblem {
  std::unique_ptr<const dnn::Network> network;
  plan::Problem problem;
  std::vector<std::string> tiers;                  // names: device, cloud; or device, edge server, cloud
  std::vector<std::string> accuracy_sources = {};  // of the drop in accuracy of each encoding

  [[nodiscard]] const std::string& tier_name(plan::Tier tier) const;
  [[nodiscard]] partition::Setting setting() const;
};

/// The map under `problem:`. Throws config::Error on anything that is wrong, with its place.
ExplicitProblem read_problem(const config::Value& problem);

/// Its `constraints:`, where it has any.
plan::Constraints read_problem_constraints(config::Map& problem);

/// A partitioner as the command line names it: a kind ("min_cut") or a map of its options ("{kind: fixed, after: v1}").
struct AskedPartitioner {
  std::string name;
  const partition::Kind* kind = nullptr;
  partition::PartitionerPtr partitioner;
};
/// Throws config::Error when there is no such kind, or it does not plan problems of this form.
AskedPartitioner read_partitioner(const std::string& text, const ExplicitProblem& problem,
                                  const config::Mends& mends = {});

/// Every kind that needs no options and can plan for the problem's tiers.
std::vector<AskedPartitioner> all_partitioners(const ExplicitProblem& problem);

}  // namespace edgecut::problems
