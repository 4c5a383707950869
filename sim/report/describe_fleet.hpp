// Allocations of one server to many users and why, for people and for programs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "partition/explain/explain_fleet.hpp"

namespace edgecut::report {

struct FleetAnswer {
  std::string partitioner;
  partition::FleetObjective objective = partition::FleetObjective::longest;
  std::optional<plan::Allocation> allocation;
  std::optional<Seconds> bound;                            // no allocation is better; where the method gives one
  std::optional<partition::FleetExplanation> explanation;  // where there is an allocation
};

/// A JSON array with one object per answer, with the keys of plans_json where they mean the same; `placement` is by
/// user, and `users` has what each gets.
std::string fleets_json(const plan::FleetProblem& problem, const std::vector<std::string>& users,
                        const std::vector<FleetAnswer>& answers);

/// A table of users for each answer, and why.
std::string fleets_text(const plan::FleetProblem& problem, const std::vector<std::string>& users,
                        const std::vector<FleetAnswer>& answers);

}  // namespace edgecut::report
