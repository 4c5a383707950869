// The exact optimum under limits on sums: NP-hard (it contains knapsack), so Lagrangian bounds and branch and bound.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "partition/partitioner.hpp"
#include "partition/search/minimum_cut.hpp"

namespace edgecut::partition {

/// A sum over the placement that may not exceed a limit.
struct SumLimit {
  std::string name;
  CutCosts use;
  double limit = 0.0;
};

/// A limit on a sum to which no layer adds yet, for a network of that many layers.
SumLimit empty_limit(std::string name, std::size_t size, double limit);

struct SearchLimits {
  std::size_t nodes = 20000;
};

/// (value - bound) / value, at least 0.
double gap_of(double value, double bound);

struct Optimum {
  std::optional<plan::Candidate> best;  // none: no feasible plan was found
  double bound = 0.0;                   // no feasible plan is better than this
  std::size_t nodes = 0;
  bool is_proven = false;  // `best` is optimal, or there is no feasible plan

  /// gap_of() the best plan; 0 when proven.
  [[nodiscard]] double gap(plan::Objective objective) const;
};

/// Limits on sums beside the problem's own limits, in terms of one variant's costs.
using MoreLimits = std::function<std::vector<SumLimit>(const plan::Variant&)>;

/// argmin of the problem's objective over every downward-closed placement, listed processor and encoding, subject to
/// the problem's limits and to more of them. Two tiers. Optimal unless the node limit is hit; then the best plan found
/// and the gap to the bound.
///
/// Bound of a node: max over multipliers >= 0 (subgradient steps) of a minimum cut with the sums priced in [Fisher,
/// Management Science 27(1), 1981]. Branching fixes one layer to the device (and its predecessors) or to the cloud (and
/// its consumers). Peak memory is no sum: a placement is checked for it, its weights bound it from below.
Optimum constrained_cut(const plan::Problem& problem, const MoreLimits& more_limits, const SearchLimits& limits);

/// The problem's own limits as sums, with the tolerance that every limit has.
std::vector<SumLimit> limits_as_sums(const plan::Problem& problem, const plan::Variant& variant);

}  // namespace edgecut::partition
