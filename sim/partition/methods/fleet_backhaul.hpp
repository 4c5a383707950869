// How users share the backhaul of their server.
#pragma once

#include <optional>

#include "partition/methods/fleet_model.hpp"

namespace edgecut::partition::fleets {

/// Whether every user can be done by a time when the backhaul is shared.
class Sharing {
 public:
  explicit Sharing(const Fleet& fleet) : fleet_(fleet) {}

  struct Answer {
    std::optional<plan::Allocation> allocation;
    bool is_proven = false;  // that there is none
  };

  /// `price` of the upward direction, 1 - price of the downward: found by bisection, dearer where too much is asked
  /// for.
  [[nodiscard]] Answer reach(double limit) const;

 private:
  struct Priced {
    Answer answer;
    Rates use = {};  // of each backhaul, as a part of it
  };

  [[nodiscard]] Rates part(const Rates& rates) const;

  // Every allocation that reaches the limit pays at least what the cheapest pays; one that fits pays at most 1.
  [[nodiscard]] Priced at_price(double limit, double price) const;

  // The cheapest rates with which an option is done in time: the time left goes to the two transfers in proportion to
  // the roots of price x bytes, which minimises p up / x + q down / (left - x), but none is faster than the link.
  [[nodiscard]] std::optional<Rates> least_rates(const User& user, const Option& option, std::size_t units,
                                                 double limit, double price) const;

  const Fleet& fleet_;
};

/// The same cuts and units with the backhaul shared anew, so that the sum of all transfers is least.
void share_anew(const plan::FleetProblem& problem, plan::Allocation& allocation);

/// Whether the rates are no more than there is of each backhaul.
bool fits(const plan::FleetProblem& problem, const plan::Allocation& allocation);

}  // namespace edgecut::partition::fleets
