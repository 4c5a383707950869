#include "partition/methods/fleet_model.hpp"

#include <algorithm>

#include "units/ensure.hpp"
#include "units/limit.hpp"

namespace edgecut::partition::fleets {

using plan::Allocation;
using plan::FleetProblem;

namespace {

User make_user(plan::Problem problem) {
  ensure(!problem.edge, "users of a fleet have two tiers");
  User user{{}, {problem.link.up.value(), problem.link.down.value()}, never};
  if (problem.constraints.deadline) user.deadline = with_tolerance(problem.constraints.deadline->value());
  problem.constraints.deadline.reset();
  for (auto& [plan, cost] : plan::prefix_candidates(problem)) {
    if (!plan::is_feasible(problem, cost)) continue;
    const auto round_trip = cost.uses_cloud ? problem.link.up_latency + problem.link.down_latency : Seconds();
    user.options.push_back({std::move(plan), (cost.head + round_trip + cost.promotion + cost.wait).value(),
                            cost.tail.value(), cost.up.value(), cost.down.value(), cost.uses_cloud});
  }
  return user;
}

}  // namespace

double over(double bytes, double rate) {
  if (bytes == 0.0) return 0.0;
  return rate > 0.0 ? bytes / rate : never;
}

Fleet::Fleet(const FleetProblem& problem) : problem_(problem) {
  for (const auto& user : problem.users) users_.push_back(make_user(user));
  for (std::size_t u = 1; u <= problem.units; ++u) {
    ensure(problem.speedup_of(u) > 0.0 && problem.speedup_of(u) >= problem.speedup_of(u - 1), "speed-up never falls");
  }
}

double Fleet::busy(const Option& option, std::size_t units) const {
  if (!option.leaves_device) return option.fixed;
  return units > 0 ? option.fixed + option.tail / problem_.speedup_of(units) : never;
}

Rates Fleet::equal_share(std::size_t i, std::size_t sharers) const {
  Rates rates = users_[i].link;
  const auto parts = static_cast<double>(sharers);
  if (problem_.backhaul_up) rates.up = std::min(rates.up, problem_.backhaul_up->value() / parts);
  if (problem_.backhaul_down) rates.down = std::min(rates.down, problem_.backhaul_down->value() / parts);
  return rates;
}

Choices Fleet::fastest(std::size_t sharers) const {
  return choices([&](std::size_t i, const Option& option, std::size_t units) {
    const Rates rates = option.leaves_device ? equal_share(i, sharers) : Rates();
    const double latency = busy(option, units) + over(option.up, rates.up) + over(option.down, rates.down);
    if (latency > users_[i].deadline) return BestOption{never, none, rates};
    return BestOption{latency, none, rates};
  });
}

Allocation Fleet::allocation(const Choices& table, const std::vector<std::size_t>& shares) const {
  Allocation result;
  for (std::size_t i = 0; i < size(); ++i) {
    const auto& choice = table[i][shares[i]];
    const auto& chosen = option(i, choice);
    result.push_back(
        {chosen.plan, chosen.leaves_device ? shares[i] : 0, Bandwidth(choice.rates.up), Bandwidth(choice.rates.down)});
  }
  return result;
}

LeastSum::LeastSum(const Choices& table, std::size_t units)
    : users_(table.size()),
      sum_(users_ + 1, std::vector<double>(units + 1, never)),
      taken_(users_, std::vector<std::size_t>(units + 1, 0)) {
  sum_[0].assign(units + 1, 0.0);
  for (std::size_t i = 0; i < users_; ++i) {
    for (std::size_t all = 0; all <= units; ++all) {
      for (std::size_t own = 0; own <= all; ++own) {
        const double with = sum_[i][all - own] + table[i][own].value;
        if (!(with < sum_[i + 1][all])) continue;
        sum_[i + 1][all] = with;
        taken_[i][all] = own;
      }
    }
  }
}

std::vector<std::size_t> LeastSum::shares(std::size_t units) const {
  std::vector<std::size_t> shares(users_);
  for (std::size_t i = users_; i-- > 0; units -= shares[i]) shares[i] = taken_[i][units];
  return shares;
}

std::optional<std::vector<std::size_t>> least_sum(const Choices& table, std::size_t units) {
  const LeastSum least(table, units);
  if (!(least.sum(units) < never)) return std::nullopt;
  return least.shares(units);
}

}  // namespace edgecut::partition::fleets
