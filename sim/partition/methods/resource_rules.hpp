// The rules of resource_aware, each from the cuts that keep the budgets to one of them.
#pragma once

#include <vector>

#include "partition/methods/resource_budgets.hpp"

namespace edgecut::partition {

/// The resources that bind, the scarcest first: those of which no processor has enough.
std::vector<Resource> scarce_by_budget(const std::vector<Budgets>& budgets);

/// R1: the cuts that use each scarce resource to the full, the first resource first; ties by fewer bytes, then the
/// earlier cut, then the processor that is thought faster.
Decision rule_r1(std::vector<Scored> cuts, const std::vector<Resource>& scarce);

/// What R2 makes small: the mean of a cut's shares by their weights. `largest_bytes` is what a share of bytes is of.
double weighted_complexity(const Scored& cut, const ResourceAwareOptions& options, const Budgets& budgets,
                           double largest_bytes);
/// R2: the cut of the lowest weighted complexity, of at least one.
Decision rule_r2(const std::vector<Scored>& cuts, const ResourceAwareOptions& options,
                 const std::vector<Budgets>& budgets, double largest_bytes);

/// R3: the best cut by the problem's objective, which allows for errors where `robust` is given.
Decision rule_r3(const plan::Problem& problem, const std::vector<Scored>& cuts,
                 const std::optional<RobustOptions>& robust);

/// R4: the best placement of the DAG that keeps limits and budgets, by branch and bound.
Decision rule_r4(const plan::Problem& problem, const std::vector<Budgets>& budgets,
                 const ResourceAwareOptions& options);

}  // namespace edgecut::partition
