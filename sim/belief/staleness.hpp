// How far a belief is from the truth.
#pragma once

#include <optional>

#include "plan/problem.hpp"

namespace edgecut::belief {

/// A hop as believed over as it is.
struct HopRatios {
  double up = 1.0;
  double down = 1.0;
  double rtt = 1.0;  // what is less than 1 ms counts as 1 ms

  /// Root of the sum of the squared logarithms.
  [[nodiscard]] double distance() const;
};

/// Figures as believed over as they are: seconds of all layers on a host, bandwidths, round trips.
struct Staleness {
  double device = 1.0;  // of all of its processors that may run the head
  double cloud = 1.0;
  std::optional<double> edge;
  HopRatios link, relay, direct;

  /// Root of the sum of the squared logarithms of all ratios; 0: all is as believed.
  [[nodiscard]] double distance() const;
};

Staleness staleness(const plan::Problem& believed, const plan::Problem& truth);

}  // namespace edgecut::belief
