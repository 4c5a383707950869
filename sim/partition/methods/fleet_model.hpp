// Users of one server as their planners see them: what each cut takes by the units of the server that a user has.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "plan/fleet.hpp"

namespace edgecut::partition::fleets {

inline constexpr double never = plan::never.value();
/// All there is of a backhaul, but for rounding.
inline constexpr double full = 1.0 + 1e-12;
inline constexpr std::size_t none = static_cast<std::size_t>(-1);

/// Rates of one user, or how much of each backhaul there is; bytes per second.
struct Rates {
  double up = 0.0;
  double down = 0.0;
};

/// A cut that keeps every limit but the deadline. Seconds and bytes; the tail is that of one unit.
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

/// The seconds that bytes take; `never` where some have no rate.
double over(double bytes, double rate);

/// A user's best option for a number of units.
struct BestOption {
  double value = never;  // of what is being minimised
  std::size_t option = none;
  Rates rates = {};
};
using Choices = std::vector<std::vector<BestOption>>;  // by user, by units

class Fleet {
 public:
  /// The problem outlives the fleet.
  explicit Fleet(const plan::FleetProblem& problem);

  [[nodiscard]] std::size_t size() const { return users_.size(); }
  [[nodiscard]] std::size_t units() const { return problem_.units; }
  [[nodiscard]] const plan::FleetProblem& problem() const { return problem_; }
  [[nodiscard]] const User& user(std::size_t i) const { return users_[i]; }
  [[nodiscard]] const Option& option(std::size_t i, const BestOption& choice) const {
    return users_[i].options[choice.option];
  }

  /// Seconds before and after the transfers.
  [[nodiscard]] double busy(const Option& option, std::size_t units) const;

  /// A user's rates when `sharers` have the same part of each backhaul.
  [[nodiscard]] Rates equal_share(std::size_t i, std::size_t sharers) const;

  /// The least latency of each user by units, at equal shares.
  [[nodiscard]] Choices fastest(std::size_t sharers) const;

  /// The option of the least value, by user and units; `value_of(user, option, units)` gives a BestOption.
  template <class ValueOf>
  [[nodiscard]] Choices choices(ValueOf value_of) const {
    Choices table(size(), std::vector<BestOption>(units() + 1));
    for (std::size_t i = 0; i < size(); ++i) {
      for (std::size_t u = 0; u <= units(); ++u) {
        for (std::size_t o = 0; o < users_[i].options.size(); ++o) {
          BestOption choice = value_of(i, users_[i].options[o], u);
          if (!(choice.value < table[i][u].value)) continue;
          choice.option = o;
          table[i][u] = choice;
        }
      }
    }
    return table;
  }

  [[nodiscard]] plan::Allocation allocation(const Choices& table, const std::vector<std::size_t>& shares) const;

 private:
  const plan::FleetProblem& problem_;
  std::vector<User> users_;
};

/// Units by user whose values have the least sum, for every number of units up to what there is; dynamic programming.
class LeastSum {
 public:
  LeastSum(const Choices& table, std::size_t units);

  /// The least sum with `units` in all; infinite where there is no way.
  [[nodiscard]] double sum(std::size_t units) const { return sum_[users_][units]; }
  [[nodiscard]] std::vector<std::size_t> shares(std::size_t units) const;

 private:
  std::size_t users_;
  std::vector<std::vector<double>> sum_;
  std::vector<std::vector<std::size_t>> taken_;
};

/// The same with all units; none where there is no way.
std::optional<std::vector<std::size_t>> least_sum(const Choices& table, std::size_t units);

}  // namespace edgecut::partition::fleets
