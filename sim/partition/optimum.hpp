// The exact optimum of a problem's objective without its limits, and what partitioners built on it share.
#pragma once

#include <optional>
#include <string>

#include "partition/partitioner.hpp"

namespace edgecut::partition {

/// argmin of the objective (not the slowest stage) over every placement, listed processor and encoding, on two tiers or
/// three, whatever the limits; none when some layer can run nowhere. What is spent once when the cloud is used at all is
/// no arc of a cut: the cut without it is compared with device-only.
std::optional<plan::Candidate> unlimited_optimum(const plan::Problem& problem);

plan::Candidate candidate_of(const plan::Problem& problem, const plan::Variant& variant, dnn::Placement placement);

/// Replaces `best` by a candidate that can run and is better by the problem's objective.
void keep_better(const plan::Problem& problem, std::optional<plan::Candidate>& best, plan::Candidate candidate);

/// What the cut of the layer order that keeps all limits but the fewest breaks: "after pool5 breaks energy 2 J > 1 J".
std::string nearest_miss(const plan::Problem& problem);
/// The candidate, or that it is infeasible and what it breaks: for methods that do not search under limits.
Decision if_feasible(const plan::Problem& problem, std::optional<plan::Candidate> candidate, std::string reason);

}  // namespace edgecut::partition
