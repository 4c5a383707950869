#include "partition/methods/scission.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "partition/search/optimum.hpp"
#include "units/limit.hpp"

namespace edgecut::partition {

using plan::Candidate;
using plan::Cost;
using plan::Problem;
using plan::Tier;

namespace {

bool runs_on(const Cost& cost, Tier tier) {
  switch (tier) {
    case Tier::device:
      return cost.layers_on_device > 0;
    case Tier::edge:
      return cost.uses_edge;
    case Tier::cloud:
      return cost.uses_cloud;
  }
  return false;
}

bool ends_with_a_block(const Problem& problem, const Candidate& candidate) {
  if (candidate.cost.layers_on_device == 0 || !candidate.cost.leaves_device()) return true;
  const auto last = plan::cut_position(*problem.network, candidate.plan);
  return last && std::ranges::binary_search(problem.network->cut_vertices(), *last);
}

// With an edge server every prefix candidate is a pair of blocks.
std::vector<Candidate> block_candidates(const Problem& problem) {
  auto candidates = plan::prefix_candidates(problem);
  if (problem.edge) return candidates;
  std::erase_if(candidates, [&](const Candidate& candidate) { return !ends_with_a_block(problem, candidate); });
  return candidates;
}

}  // namespace

std::vector<plan::Excess> ScissionFilters::broken(const Cost& cost) const {
  std::vector<plan::Excess> excesses;
  const auto runs = [&](Tier tier) { return runs_on(cost, tier); };
  if (!std::ranges::all_of(required, runs)) excesses.push_back({"`require`", 1.0, false});
  if (!std::ranges::none_of(forbidden, runs)) excesses.push_back({"`forbid`", 1.0, false});
  if (max_sent && exceeds(cost.up, *max_sent)) excesses.push_back(plan::excess("max_sent", cost.up, *max_sent));
  if (max_head && exceeds(cost.head, *max_head)) excesses.push_back(plan::excess("max_head", cost.head, *max_head));
  return excesses;
}

bool ScissionFilters::admit(const Cost& cost) const {
  return broken(cost).empty();
}

Decision Scission::partition(const Problem& problem) const {
  auto candidates = block_candidates(problem);
  const auto all = candidates;
  const auto count = candidates.size();
  std::erase_if(candidates, [&](const Candidate& candidate) {
    return !plan::is_feasible(problem, candidate.cost) || !filters_.admit(candidate.cost);
  });
  const auto allowed = candidates.size();
  if (allowed < filters_.rank) {
    return infeasible(
        allowed == 0
            ? fmt::format("none of {} ways to place blocks is allowed; {}", count,
                          nearest_miss(problem, all, [&](const Candidate& c) { return filters_.broken(c.cost); }))
            : fmt::format("only {} of {} ways to place blocks are allowed", allowed, count));
  }
  auto best = candidates.begin();
  for (std::size_t rank = 1;; ++rank) {
    best = candidates.begin();
    for (auto other = best; other != candidates.end(); ++other) {
      if (plan::is_better(*other, *best, problem.objective)) best = other;
    }
    if (rank == filters_.rank) break;
    candidates.erase(best);
  }
  const auto place = filters_.rank == 1 ? std::string("best") : fmt::format("number {}", filters_.rank);
  return {std::move(best->plan), fmt::format("{} of {} allowed ways to place blocks of {}", place, allowed, count)};
}

bool Scission::admits(const Problem& problem, const plan::Plan& plan) const {
  const auto candidate = plan::make_candidate(problem, plan);
  return plan::is_feasible(problem, candidate.cost) && filters_.admit(candidate.cost) &&
         (problem.edge || ends_with_a_block(problem, candidate));
}

std::vector<std::string> Scission::own_limits(const Problem& /*problem*/) const {
  std::vector<std::string> names;
  if (!filters_.required.empty()) names.emplace_back("require");
  if (!filters_.forbidden.empty()) names.emplace_back("forbid");
  if (filters_.max_sent) names.emplace_back("max_sent");
  if (filters_.max_head) names.emplace_back("max_head");
  if (filters_.rank > 1) names.emplace_back("rank");
  return names;
}

PartitionerPtr Scission::without(const std::set<std::string>& limits) const {
  auto filters = filters_;
  if (limits.contains("require")) filters.required.clear();
  if (limits.contains("forbid")) filters.forbidden.clear();
  if (limits.contains("max_sent")) filters.max_sent.reset();
  if (limits.contains("max_head")) filters.max_head.reset();
  if (limits.contains("rank")) filters.rank = 1;
  return std::make_unique<Scission>(std::move(filters));
}

}  // namespace edgecut::partition
