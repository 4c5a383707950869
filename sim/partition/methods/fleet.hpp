// Cuts and shares of one server for many users.
#pragma once

#include <optional>

#include "plan/fleet.hpp"

namespace edgecut::partition {

/// Every user's share of each backhaul is the same, used or not.
///
/// argmin of the longest latency over cuts and whole units by Iterative Alternating Optimisation: each user has the
/// best cut for its units; then one unit moves to the most delayed user from the donor that would be least delayed
/// without it, while that stays below the longest latency. [Tang et al., arXiv:2007.09072, abstract only; model, donor
/// and stopping rule are ours] Exact over the cuts of the layer order at these shares: at the stop nobody can give a
/// unit, so in any better allocation the most delayed user, who needs more units, would lack them. None when nothing is
/// feasible.
std::optional<plan::Allocation> iao(const plan::FleetProblem& problem);

struct JointPlan {
  std::optional<plan::Allocation> allocation;
  Seconds bound;  // no allocation's longest latency is below; the optimum itself but for rounding where that is exact
};

/// argmin of the longest latency over cuts, whole units and rates on the backhaul. Without a backhaul: bisection over
/// the latencies there can be, with the least units that let each user reach one; exact. With a backhaul: bisection
/// over the latency, to 1 part in 10^9; each user has its least rates for each number of units, and dynamic programming
/// over units takes the least sum. One direction scarce: exact. Both: the sum is priced, one price between the
/// directions is searched, and a latency that no price reaches counts as out of reach: heuristic, with the bound to
/// tell by how much at most. Never worse than iao(). Over the cuts of the layer order; what nobody needs to reach that
/// latency stays idle.
JointPlan joint_longest(const plan::FleetProblem& problem);

/// argmin of the mean latency. Without a backhaul: dynamic programming over units; exact. With one: the same with equal
/// shares for 1, 2, ... all users and with 0, 1, ... all units, then each time the rates shared anew for the cuts
/// chosen (in proportion to the root of the bytes, up to the link), the best of these; heuristic. More units are never
/// worse.
std::optional<plan::Allocation> joint_mean(const plan::FleetProblem& problem);

}  // namespace edgecut::partition
