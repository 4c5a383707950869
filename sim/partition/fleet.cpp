#include "partition/fleet.hpp"

#include <algorithm>
#include <cmath>

#include "units/ensure.hpp"
#include "units/limit.hpp"

namespace edgecut::partition {
namespace {

using plan::Allocation;
using plan::FleetProblem;

constexpr double never = plan::never.value();
constexpr double full = 1.0 + 1e-12;  // of what there is, but for rounding
constexpr std::size_t none = static_cast<std::size_t>(-1);

// Rates of one user, or how much of each backhaul there is; bytes per second.
struct Rates {
  double up = 0.0;
  double down = 0.0;
};

// A cut that keeps every limit but the deadline. Seconds and bytes; the tail is that of one unit.
struct Option {
  plan::Plan plan;
  double fixed;  // what no share changes
  double tail;
  double up;
  double down;
  bool leaves_device;
};

struct User {
  std::vector<Option> options;
  Rates link;
  double deadline = never;
};

double over(double bytes, double rate) {
  if (bytes == 0.0) return 0.0;
  return rate > 0.0 ? bytes / rate : never;
}

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

// A user's best option for a number of units.
struct Choice {
  double value = never;  // of what is being minimised
  std::size_t option = none;
  Rates rates = {};
};
using Choices = std::vector<std::vector<Choice>>;  // by user, by units

class Fleet {
 public:
  explicit Fleet(const FleetProblem& problem) : problem_(problem) {
    for (const auto& user : problem.users) users_.push_back(make_user(user));
    for (std::size_t u = 1; u <= problem.units; ++u) {
      ensure(problem.speedup_of(u) > 0.0 && problem.speedup_of(u) >= problem.speedup_of(u - 1), "speed-up never falls");
    }
  }

  [[nodiscard]] std::size_t size() const { return users_.size(); }
  [[nodiscard]] std::size_t units() const { return problem_.units; }
  [[nodiscard]] const FleetProblem& problem() const { return problem_; }
  [[nodiscard]] const User& user(std::size_t i) const { return users_[i]; }
  [[nodiscard]] const Option& option(std::size_t i, const Choice& choice) const {
    return users_[i].options[choice.option];
  }

  // Seconds before and after the transfers.
  [[nodiscard]] double busy(const Option& option, std::size_t units) const {
    if (!option.leaves_device) return option.fixed;
    return units > 0 ? option.fixed + option.tail / problem_.speedup_of(units) : never;
  }

  // A user's rates when `sharers` have the same part of each backhaul.
  [[nodiscard]] Rates equal_share(std::size_t i, std::size_t sharers) const {
    Rates rates = users_[i].link;
    const auto parts = static_cast<double>(sharers);
    if (problem_.backhaul_up) rates.up = std::min(rates.up, problem_.backhaul_up->value() / parts);
    if (problem_.backhaul_down) rates.down = std::min(rates.down, problem_.backhaul_down->value() / parts);
    return rates;
  }

  // The least latency of each user by units, at equal shares.
  [[nodiscard]] Choices fastest(std::size_t sharers) const {
    return choices([&](std::size_t i, const Option& option, std::size_t units) {
      const Rates rates = option.leaves_device ? equal_share(i, sharers) : Rates();
      const double latency = busy(option, units) + over(option.up, rates.up) + over(option.down, rates.down);
      if (latency > users_[i].deadline) return Choice{never, none, rates};
      return Choice{latency, none, rates};
    });
  }

  // By user and units the option of the least value; `value_of(user, option, units)` gives a Choice.
  template <class ValueOf>
  [[nodiscard]] Choices choices(ValueOf value_of) const {
    Choices table(size(), std::vector<Choice>(units() + 1));
    for (std::size_t i = 0; i < size(); ++i) {
      for (std::size_t u = 0; u <= units(); ++u) {
        for (std::size_t o = 0; o < users_[i].options.size(); ++o) {
          Choice choice = value_of(i, users_[i].options[o], u);
          if (!(choice.value < table[i][u].value)) continue;
          choice.option = o;
          table[i][u] = choice;
        }
      }
    }
    return table;
  }

  [[nodiscard]] Allocation allocation(const Choices& table, const std::vector<std::size_t>& shares) const {
    Allocation result;
    for (std::size_t i = 0; i < size(); ++i) {
      const auto& choice = table[i][shares[i]];
      const auto& chosen = option(i, choice);
      result.push_back({chosen.plan, chosen.leaves_device ? shares[i] : 0, Bandwidth(choice.rates.up),
                        Bandwidth(choice.rates.down)});
    }
    return result;
  }

 private:
  const FleetProblem& problem_;
  std::vector<User> users_;
};

// Units by user whose values have the least sum, for every number of units up to what there is; dynamic programming.
class LeastSum {
 public:
  LeastSum(const Choices& table, std::size_t units)
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

  // With `units` in all; infinite where there is no way.
  [[nodiscard]] double sum(std::size_t units) const { return sum_[users_][units]; }
  [[nodiscard]] std::vector<std::size_t> shares(std::size_t units) const {
    std::vector<std::size_t> shares(users_);
    for (std::size_t i = users_; i-- > 0; units -= shares[i]) shares[i] = taken_[i][units];
    return shares;
  }

 private:
  std::size_t users_;
  std::vector<std::vector<double>> sum_;
  std::vector<std::vector<std::size_t>> taken_;
};

std::optional<std::vector<std::size_t>> least_sum(const Choices& table, std::size_t units) {
  const LeastSum least(table, units);
  if (!(least.sum(units) < never)) return std::nullopt;
  return least.shares(units);
}

// The least units with which each user's latency is at most `limit`; none when they are more than there are.
std::optional<std::vector<std::size_t>> least_units(const Choices& table, std::size_t units, double limit) {
  std::vector<std::size_t> shares;
  for (const auto& by_units : table) {
    const auto first = std::ranges::find_if(by_units, [&](const Choice& choice) { return choice.value <= limit; });
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

// Whether every user can be done by a time when the backhaul is shared.
class Sharing {
 public:
  explicit Sharing(const Fleet& fleet) : fleet_(fleet) {}

  struct Answer {
    std::optional<Allocation> allocation;
    bool is_proven = false;  // that there is none
  };

  // `price` of the upward direction, 1 - price of the downward: found by bisection, dearer where too much is asked for.
  [[nodiscard]] Answer reach(double limit) const {
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

 private:
  struct Priced {
    Answer answer;
    Rates use = {};  // of each backhaul, as a part of it
  };

  [[nodiscard]] Rates part(const Rates& rates) const {
    const auto& problem = fleet_.problem();
    return {problem.backhaul_up ? rates.up / problem.backhaul_up->value() : 0.0,
            problem.backhaul_down ? rates.down / problem.backhaul_down->value() : 0.0};
  }

  // Every allocation that reaches the limit pays at least what the cheapest pays; one that fits pays at most 1.
  [[nodiscard]] Priced at_price(double limit, double price) const {
    const auto table = fleet_.choices([&](std::size_t i, const Option& option, std::size_t units) {
      const auto rates = least_rates(fleet_.user(i), option, units, limit, price);
      if (!rates) return Choice{};
      return Choice{price * part(*rates).up + (1.0 - price) * part(*rates).down, none, *rates};
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

  // The cheapest rates with which an option is done in time: the time left goes to the two transfers in proportion to
  // the roots of price x bytes, which minimises p up / x + q down / (left - x), but none is faster than the link.
  [[nodiscard]] std::optional<Rates> least_rates(const User& user, const Option& option, std::size_t units,
                                                 double limit, double price) const {
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

  const Fleet& fleet_;
};

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

// The same cuts and units with the backhaul shared anew.
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

std::optional<Allocation> iao(const FleetProblem& problem) {
  const Fleet fleet(problem);
  const std::size_t users = fleet.size();
  if (users == 0) return Allocation{};
  const auto table = fleet.fastest(users);
  std::vector<std::size_t> shares(users, problem.units / users);
  for (std::size_t i = 0; i < problem.units % users; ++i) ++shares[i];
  const auto latency = [&](std::size_t i) { return table[i][shares[i]].value; };
  for (;;) {
    std::size_t taker = 0;
    for (std::size_t i = 1; i < users; ++i) taker = latency(i) > latency(taker) ? i : taker;
    const auto [donor, delayed] = best_donor(table, shares, taker);
    if (donor == none || !(delayed < latency(taker))) {
      if (!(latency(taker) < never)) return std::nullopt;
      return fleet.allocation(table, shares);
    }
    --shares[donor];
    ++shares[taker];
  }
}

JointPlan joint_longest(const FleetProblem& problem) {
  if (problem.users.empty()) return {Allocation{}, Seconds()};
  const Fleet fleet(problem);
  return problem.has_backhaul() ? with_backhaul(fleet) : without_backhaul(fleet);
}

std::optional<Allocation> joint_mean(const FleetProblem& problem) {
  const Fleet fleet(problem);
  std::optional<Allocation> best;
  const auto keep = [&](const Allocation& allocation) {
    if (!fits(problem, allocation)) return;
    const auto cost = plan::evaluate(problem, allocation);
    if (!cost.is_feasible) return;
    if (!best || cost.mean < plan::evaluate(problem, *best).mean) best = allocation;
  };
  if (!problem.has_backhaul()) {
    const auto table = fleet.fastest(1);
    if (const auto shares = least_sum(table, problem.units)) keep(fleet.allocation(table, *shares));
    return best;
  }
  for (std::size_t sharers = 1; sharers <= fleet.size(); ++sharers) {
    const auto table = fleet.fastest(sharers);
    const LeastSum least(table, problem.units);
    // Fewer units keep some users from sending, which leaves the others more of the backhaul.
    for (std::size_t units = 0; units <= problem.units; ++units) {
      if (!(least.sum(units) < (units > 0 ? least.sum(units - 1) : never))) continue;
      auto allocation = fleet.allocation(table, least.shares(units));
      keep(allocation);
      share_anew(problem, allocation);
      keep(allocation);
    }
  }
  return best;
}

}  // namespace edgecut::partition
