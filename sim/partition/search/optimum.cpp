#include "partition/search/optimum.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <tuple>

#include "partition/search/layered_cut.hpp"
#include "partition/search/minimum_cut.hpp"
#include "units/limit.hpp"

namespace edgecut::partition {

using dnn::Placement;
using plan::Candidate;
using plan::Problem;
using plan::Variant;

Candidate candidate_of(const Problem& problem, const Variant& variant, Placement placement) {
  return plan::make_candidate(problem, {variant.processor, std::move(placement), {}, variant.encoding});
}

void keep_better(const Problem& problem, std::optional<Candidate>& best, Candidate candidate) {
  if (candidate.cost.latency < plan::never && (!best || plan::is_better(candidate, *best, problem.objective))) {
    best = std::move(candidate);
  }
}

Decision if_feasible(const Problem& problem, std::optional<Candidate> candidate, std::string reason) {
  if (!candidate) return infeasible("some layer can run nowhere");
  const auto broken = plan::excesses(problem, candidate->cost);
  if (!broken.empty()) return infeasible("its optimum breaks " + explained(broken));
  return {std::move(candidate->plan), std::move(reason)};
}

std::string explained(const std::vector<plan::Excess>& excesses) {
  std::vector<std::string> texts;
  for (const auto& excess : excesses) texts.push_back(excess.explained());
  return fmt::format("{}", fmt::join(texts, ", "));
}

namespace {

// How far a candidate is from keeping all limits, the nearest first.
std::tuple<std::size_t, double, std::size_t, double> distance_of(const std::vector<plan::Excess>& excesses,
                                                                 const Candidate& candidate) {
  std::size_t others = 0;
  double farthest = 0.0;
  for (const auto& excess : excesses) {
    if (!excess.is_quantity) ++others;
    farthest = std::max(farthest, excess.by);
  }
  return {others, farthest, excesses.size(), candidate.cost.energy_inference.value()};
}

}  // namespace

std::string nearest_miss(const Problem& problem, const std::vector<Candidate>& candidates, const OwnExcesses& own) {
  const Candidate* nearest = nullptr;
  std::vector<plan::Excess> broken;
  for (const auto& candidate : candidates) {
    auto excesses = plan::excesses(problem, candidate.cost);
    if (own) std::ranges::move(own(candidate), std::back_inserter(excesses));
    if (nearest != nullptr && distance_of(broken, *nearest) <= distance_of(excesses, candidate)) continue;
    nearest = &candidate;
    broken = std::move(excesses);
  }
  if (nearest == nullptr) return "there is no candidate";
  return fmt::format("the nearest, {}, breaks {}", plan::describe(*problem.network, nearest->plan), explained(broken));
}

std::vector<plan::Excess> too_late(const Problem& problem, const Candidate& candidate) {
  if (problem.constraints.deadline || !problem.period || !exceeds(candidate.cost.latency, *problem.period)) return {};
  return {plan::excess("latency", candidate.cost.latency, *problem.period, "the mean time between requests")};
}

std::string nearest_miss(const Problem& problem) {
  return nearest_miss(problem, plan::prefix_candidates(problem));
}

std::optional<Candidate> unlimited_optimum(const Problem& problem) {
  if (problem.edge) return layered_optimum(problem);
  std::optional<Candidate> best;
  for (const auto& variant : plan::variants(problem)) {
    if (const auto places = places_of(problem, variant.processor)) {
      const auto costs = objective_costs(problem, problem.objective, variant);
      const auto cut = minimum_cut(problem.network->graph(), costs, *places);
      keep_better(problem, best, candidate_of(problem, variant, cut.on_device));
    }
    keep_better(problem, best, candidate_of(problem, variant, Placement(problem.network->size(), true)));
  }
  return best;
}

}  // namespace edgecut::partition
