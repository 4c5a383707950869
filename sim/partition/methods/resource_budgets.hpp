// The budgets of resource_aware: what a scenario gives or its limits leave, and which cuts keep them.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "partition/methods/resource_aware.hpp"
#include "partition/methods/resource_shares.hpp"

namespace edgecut::partition {

inline constexpr double unlimited = std::numeric_limits<double>::infinity();

/// The share of each complexity that the device can bear; infinite where nothing limits it.
struct Budgets {
  double compute;
  double storage;
  double energy;
  double bandwidth_scarcity;  // encoded input / (bytes given, else uplink x time limit); 0 without either
  double memory;              // of what the whole network takes
  double lifetime;            // of the joules that computing the whole network takes
  double sent;                // bytes that may cross the cut; infinite where none are given
};
Budgets derive_budgets(const plan::Problem& given, const ResourceAwareOptions& options, std::size_t processor);
std::vector<Budgets> budgets_by_processor(const plan::Problem& problem, const ResourceAwareOptions& options);
double budget_of(const Budgets& budgets, Resource resource);

/// The problem with the bytes of storage and memory that are given as limits like the scenario's own: exact, and the
/// same to every rule.
plan::Problem with_given_bytes(plan::Problem problem, const ResourceAwareOptions& options);

/// Whether a candidate keeps the problem's limits, as `robust` says.
bool keeps_limits(const plan::Problem& problem, const plan::Candidate& candidate, const ResourceAwareOptions& options);
/// Whether it keeps the budgets.
bool keeps(const Budgets& budget, const Scored& scored);

/// The cuts that keep every budget and the scenario's own limits.
std::vector<Scored> feasible_cuts(const plan::Problem& problem, const std::vector<plan::Candidate>& candidates,
                                  const std::vector<Budgets>& budgets, const ResourceAwareOptions& options);

/// The candidate that is nearest to keeping all limits and budgets, and what it breaks of both.
std::string nearest_of(const plan::Problem& problem, const std::vector<plan::Candidate>& candidates,
                       const std::vector<Budgets>& budgets, const ResourceAwareOptions& options);

}  // namespace edgecut::partition
