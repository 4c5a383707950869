// Many users, one server in units, perhaps one backhaul: what is asked, who gets what, what it costs. Numbers only.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "plan/plan.hpp"
#include "plan/problem.hpp"

namespace edgecut::plan {

struct FleetProblem {
  /// Two tiers each. `cloud_time` is that of one unit of the server; `objective` and `cloud_nominal` are not read.
  std::vector<Problem> users;
  std::size_t units = 0;        // of the server, all users together
  std::vector<double> speedup;  // by units 1, 2, ..., never falling; empty: as many times as units
  /// Behind the users' own links, shared by all: a user's rate is its share, at most its link's. None: never scarce.
  std::optional<Bandwidth> backhaul_up;
  std::optional<Bandwidth> backhaul_down;

  /// How many times faster than with one unit; 0 with none. More units than `speedup` has count as its last.
  [[nodiscard]] double speedup_of(std::size_t count) const;
  [[nodiscard]] bool has_backhaul() const { return backhaul_up || backhaul_down; }
};

/// What one user does and gets.
struct Share {
  Plan plan;
  std::size_t units = 0;
  Bandwidth up;  // at most the user's link
  Bandwidth down;
};
using Allocation = std::vector<Share>;  // by user

struct FleetCost {
  std::vector<Seconds> latency;  // by user; `never` where it needs units or a rate that it has not
  Seconds longest;
  Seconds mean;
  bool is_feasible = true;  // every user keeps its limits; its radio's energy is taken at its own link's rates
};

/// Latency = head + upload + tail / speedup(units) + download, transfers at the user's shares, on a system that is idle
/// but for the reservation of units and rates. Throws InternalError when the allocation hands out more than there is.
FleetCost evaluate(const FleetProblem& problem, const Allocation& allocation);

}  // namespace edgecut::plan
