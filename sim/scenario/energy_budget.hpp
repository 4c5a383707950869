// Budgets of energy over time, as what they leave for one inference.
#pragma once

#include <optional>
#include <string>

#include "config/map.hpp"
#include "platform/platform.hpp"

namespace edgecut::scenario {

/// The limit on one inference; none where there is no limit.
struct EnergyBudget {
  std::optional<Joules> inference;
  std::string source;               // how `inference` comes about, in words
  std::optional<Joules> otherwise;  // without the lifetime's
  std::optional<Seconds> lifetime;
};

/// Reads the keys lifetime, inferences_per_charge and energy_per_hour of `constraints:`. Each bounds the
/// device's mean power, of which the idle power is spent anyway: (power - idle) x `period`, the mean time between its
/// requests of all classes, is what one inference may add. The least of them; 0 where idling alone breaks one; none
/// where there is none.
///
/// * lifetime L: charge at the start / L + mean harvest over L;
/// * inferences_per_charge N: usable capacity / (N x mean time between requests) + mean harvest over that time;
/// * energy_per_hour E: E / 1 h.
///
/// Throws config::Error without a period, and on the first two without a battery.
EnergyBudget read_energy_budget(config::Map& constraints, const platform::Device& device,
                                const std::optional<Seconds>& period);

}  // namespace edgecut::scenario
