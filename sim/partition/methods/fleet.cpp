#include "partition/methods/fleet.hpp"

#include <algorithm>

#include "partition/methods/fleet_backhaul.hpp"
#include "partition/methods/fleet_model.hpp"

namespace edgecut::partition {
namespace fleets {

using plan::Allocation;
using plan::FleetProblem;

namespace {

// The least units with which each user's latency is at most `limit`; none when they are more than there are.
std::optional<std::vector<std::size_t>> least_units(const Choices& table, std::size_t units, double limit) {
  std::vector<std::size_t> shares;
  for (const auto& by_units : table) {
    const auto first = std::ranges::find_if(by_units, [&](const BestOption& choice) { return choice.value <= limit; });
    const auto need = static_cast<std::size_t>(first - by_units.begin());
    if (first == by_units.end() || need > units) return std::nullopt;
    units -= need;
    shares.push_back(need);
  }
  return shares;
}

JointPlan without_backhaul(const Fleet& fleet) {
  const auto table = fleet.fastest(1);
  std::vector<double> latencies;
  for (const auto& by_units : table) {
    for (const auto& choice : by_units) latencies.push_back(choice.value);
  }
  std::erase(latencies, never);
  std::ranges::sort(latencies);
  const auto least = std::ranges::partition_point(
      latencies, [&](double limit) { return !least_units(table, fleet.units(), limit).has_value(); });
  if (least == latencies.end()) return {std::nullopt, plan::never};
  return {fleet.allocation(table, *least_units(table, fleet.units(), *least)), Seconds(*least)};
}

JointPlan with_backhaul(const Fleet& fleet) {
  const Sharing sharing(fleet);
  JointPlan best{iao(fleet.problem()), Seconds()};
  double low = 0.0;
  double high = best.allocation ? plan::evaluate(fleet.problem(), *best.allocation).longest.value() : 1.0;
  const auto try_limit = [&](double limit) {
    auto answer = sharing.reach(limit);
    const bool is_reached = answer.allocation.has_value();
    if (answer.is_proven) best.bound = std::max(best.bound, Seconds(limit));
    if (is_reached) best.allocation = std::move(answer.allocation);
    return is_reached;
  };
  for (int doubling = 0; !best.allocation && doubling < 60; ++doubling, high *= 2.0) try_limit(high);
  if (!best.allocation) return {std::nullopt, best.bound};
  high = plan::evaluate(fleet.problem(), *best.allocation).longest.value();
  constexpr int most_halvings = 100;  // to a least time of 0 it would never end
  for (int halving = 0; halving < most_halvings && high - low > 1e-9 * high; ++halving) {
    const double limit = (low + high) / 2.0;
    (try_limit(limit) ? high : low) = limit;
  }
  return best;
}

// The donor that is least delayed without one of its units, and how late it then is.
std::pair<std::size_t, double> best_donor(const Choices& table, const std::vector<std::size_t>& shares,
                                          std::size_t taker) {
  std::pair<std::size_t, double> best{none, never};
  for (std::size_t j = 0; j < table.size(); ++j) {
    if (j == taker || shares[j] == 0) continue;
    const double latency = table[j][shares[j] - 1].value;
    if (latency < best.second) best = {j, latency};
  }
  return best;
}

}  // namespace
}  // namespace fleets

using plan::Allocation;
using plan::FleetProblem;

std::optional<Allocation> iao(const FleetProblem& problem) {
  const fleets::Fleet fleet(problem);
  const std::size_t users = fleet.size();
  if (users == 0) return Allocation{};
  const auto table = fleet.fastest(users);
  std::vector<std::size_t> shares(users, problem.units / users);
  for (std::size_t i = 0; i < problem.units % users; ++i) ++shares[i];
  const auto latency = [&](std::size_t i) { return table[i][shares[i]].value; };
  for (;;) {
    std::size_t taker = 0;
    for (std::size_t i = 1; i < users; ++i) taker = latency(i) > latency(taker) ? i : taker;
    const auto [donor, delayed] = fleets::best_donor(table, shares, taker);
    if (donor == fleets::none || !(delayed < latency(taker))) {
      if (!(latency(taker) < fleets::never)) return std::nullopt;
      return fleet.allocation(table, shares);
    }
    --shares[donor];
    ++shares[taker];
  }
}

JointPlan joint_longest(const FleetProblem& problem) {
  if (problem.users.empty()) return {Allocation{}, Seconds()};
  const fleets::Fleet fleet(problem);
  return problem.has_backhaul() ? fleets::with_backhaul(fleet) : fleets::without_backhaul(fleet);
}

std::optional<Allocation> joint_mean(const FleetProblem& problem) {
  const fleets::Fleet fleet(problem);
  std::optional<Allocation> best;
  const auto keep = [&](const Allocation& allocation) {
    if (!fleets::fits(problem, allocation)) return;
    const auto cost = plan::evaluate(problem, allocation);
    if (!cost.is_feasible) return;
    if (!best || cost.mean < plan::evaluate(problem, *best).mean) best = allocation;
  };
  if (!problem.has_backhaul()) {
    const auto table = fleet.fastest(1);
    if (const auto shares = fleets::least_sum(table, problem.units)) keep(fleet.allocation(table, *shares));
    return best;
  }
  for (std::size_t sharers = 1; sharers <= fleet.size(); ++sharers) {
    const auto table = fleet.fastest(sharers);
    const fleets::LeastSum least(table, problem.units);
    // Fewer units keep some users from sending, which leaves the others more of the backhaul.
    for (std::size_t units = 0; units <= problem.units; ++units) {
      if (!(least.sum(units) < (units > 0 ? least.sum(units - 1) : fleets::never))) continue;
      auto allocation = fleet.allocation(table, least.shares(units));
      keep(allocation);
      fleets::share_anew(problem, allocation);
      keep(allocation);
    }
  }
  return best;
}

}  // namespace edgecut::partition
