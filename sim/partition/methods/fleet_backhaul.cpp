#include "partition/methods/fleet_backhaul.hpp"

#include <algorithm>
#include <cmath>

namespace edgecut::partition::fleets {

using plan::Allocation;
using plan::FleetProblem;

namespace {

// Rates that share `capacity` so that sum(bytes / rate) is least: in proportion to the root of the bytes, up to each
// link's. Whoever is held back by its link leaves the rest to the others.
std::vector<double> share_out(const std::vector<double>& bytes, const std::vector<double>& link, double capacity) {
  std::vector<double> rates(bytes.size(), 0.0);
  std::vector<bool> is_held(bytes.size(), false);
  for (bool again = true; again;) {
    again = false;
    double roots = 0.0;
    double left = capacity;
    for (std::size_t i = 0; i < bytes.size(); ++i)
      (is_held[i] ? left : roots) += is_held[i] ? -link[i] : std::sqrt(bytes[i]);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      if (is_held[i] || bytes[i] == 0.0) continue;
      rates[i] = std::min(link[i], left * std::sqrt(bytes[i]) / roots);
      if (rates[i] < link[i]) continue;
      is_held[i] = again = true;
    }
  }
  return rates;
}

}  // namespace

Sharing::Answer Sharing::reach(double limit) const {
  const auto& problem = fleet_.problem();
  if (!problem.backhaul_down) return at_price(limit, 1.0).answer;
  if (!problem.backhaul_up) return at_price(limit, 0.0).answer;
  double low = 0.0;
  double high = 1.0;
  for (int step = 0; step < 24; ++step) {
    const double price = (low + high) / 2.0;
    auto [answer, use] = at_price(limit, price);
    if (answer.allocation || answer.is_proven) return answer;
    (use.up > use.down ? low : high) = price;
  }
  return {};
}

Rates Sharing::part(const Rates& rates) const {
  const auto& problem = fleet_.problem();
  return {problem.backhaul_up ? rates.up / problem.backhaul_up->value() : 0.0,
          problem.backhaul_down ? rates.down / problem.backhaul_down->value() : 0.0};
}

Sharing::Priced Sharing::at_price(double limit, double price) const {
  const auto table = fleet_.choices([&](std::size_t i, const Option& option, std::size_t units) {
    const auto rates = least_rates(fleet_.user(i), option, units, limit, price);
    if (!rates) return BestOption{};
    return BestOption{price * part(*rates).up + (1.0 - price) * part(*rates).down, none, *rates};
  });
  const auto shares = least_sum(table, fleet_.units());
  if (!shares) return {{std::nullopt, true}};
  Rates use;
  for (std::size_t i = 0; i < fleet_.size(); ++i) {
    const auto used = part(table[i][(*shares)[i]].rates);
    use.up += used.up;
    use.down += used.down;
  }
  if (use.up <= full && use.down <= full) return {{fleet_.allocation(table, *shares), false}, use};
  return {{std::nullopt, price * use.up + (1.0 - price) * use.down > full}, use};
}

std::optional<Rates> Sharing::least_rates(const User& user, const Option& option, std::size_t units, double limit,
                                          double price) const {
  const double left = std::min(limit, user.deadline / full) - fleet_.busy(option, units);
  const double least_up = over(option.up, user.link.up);
  const double least_down = over(option.down, user.link.down);
  if (!(least_up + least_down <= left)) return std::nullopt;
  const Rates unit = part({option.up, option.down});
  const double up = std::sqrt(price * unit.up);
  const double down = std::sqrt((1.0 - price) * unit.down);
  const double part_up = up + down > 0.0 ? up / (up + down) : 0.0;
  const double time = std::max(least_up, std::min(left * part_up, left - least_down));
  return Rates{option.up > 0.0 ? std::min(user.link.up, option.up / time) : 0.0,
               option.down > 0.0 ? std::min(user.link.down, option.down / (left - time)) : 0.0};
}

void share_anew(const FleetProblem& problem, Allocation& allocation) {
  std::vector<double> up;
  std::vector<double> down;
  std::vector<double> link_up;
  std::vector<double> link_down;
  for (std::size_t i = 0; i < allocation.size(); ++i) {
    const auto cost = plan::evaluate(problem.users[i], allocation[i].plan);
    up.push_back(cost.up.value());
    down.push_back(cost.down.value());
    link_up.push_back(problem.users[i].link.up.value());
    link_down.push_back(problem.users[i].link.down.value());
  }
  const auto rates_up = share_out(up, link_up, problem.backhaul_up.value_or(Bandwidth(never)).value());
  const auto rates_down = share_out(down, link_down, problem.backhaul_down.value_or(Bandwidth(never)).value());
  for (std::size_t i = 0; i < allocation.size(); ++i) {
    allocation[i].up = Bandwidth(rates_up[i]);
    allocation[i].down = Bandwidth(rates_down[i]);
  }
}

bool fits(const FleetProblem& problem, const Allocation& allocation) {
  Bandwidth up;
  Bandwidth down;
  for (const auto& share : allocation) {
    up += share.up;
    down += share.down;
  }
  return (!problem.backhaul_up || up <= *problem.backhaul_up * full) &&
         (!problem.backhaul_down || down <= *problem.backhaul_down * full);
}

}  // namespace edgecut::partition::fleets
