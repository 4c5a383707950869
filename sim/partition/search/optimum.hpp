// The exact optimum of a problem's objective without its limits, and what partitioners built on it share.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "partition/partitioner.hpp"

namespace edgecut::partition {

/// argmin of the objective (not the slowest stage) over every placement, listed processor and encoding, on two tiers or
/// three, whatever the limits; none when some layer can run nowhere. What is spent once when the cloud is used at all
/// is no arc of a cut: the cut without it is compared with device-only.
std::optional<plan::Candidate> unlimited_optimum(const plan::Problem& problem);

plan::Candidate candidate_of(const plan::Problem& problem, const plan::Variant& variant, dnn::Placement placement);

/// Replaces `best` by a candidate that can run and is better by the problem's objective.
void keep_better(const plan::Problem& problem, std::optional<plan::Candidate>& best, plan::Candidate candidate);

/// What a method demands beside the problem's limits, as far as a candidate breaks it.
using OwnExcesses = std::function<std::vector<plan::Excess>(const plan::Candidate&)>;

/// Names the candidate that is nearest to keeping all limits, where all break some: "the nearest, after pool5,
/// breaks energy 2 J > 1 J (by 100 %)". Nearest is who breaks the fewest limits that are no quantity (where layers may
/// be, what is unknown), and then whose farthest quantity is beyond its limit by the smallest share of it.
std::string nearest_miss(const plan::Problem& problem, const std::vector<plan::Candidate>& candidates,
                         const OwnExcesses& own = {});
/// The same of the cuts of the layer order.
std::string nearest_miss(const plan::Problem& problem);
/// How late the candidate is for methods that take the mean time between requests for a deadline where there is none.
std::vector<plan::Excess> too_late(const plan::Problem& problem, const plan::Candidate& candidate);
/// "energy 2 J > 1 J (by 100 %), latency ...".
std::string explained(const std::vector<plan::Excess>& excesses);
/// The candidate, or that it is infeasible and what it breaks: for methods that do not search under limits.
Decision if_feasible(const plan::Problem& problem, std::optional<plan::Candidate> candidate, std::string reason);

}  // namespace edgecut::partition
