// Reads the limits that plans have to keep.
#pragma once

#include <optional>

#include "config/map.hpp"
#include "plan/problem.hpp"
#include "units/quantity.hpp"
#include "world/part.hpp"

namespace edgecut::scenario {

/// The key `constraints`: the limits of a plan, and what the battery has to last for where `lifetime` says so.
/// `period`: the mean time between two requests of a device; none: they have no rate. Throws config::Error.
struct Limits {
  plan::Constraints constraints;
  std::optional<world::Lifetime> lifetime;
};
Limits read_constraints(config::Map& scenario, const platform::Device& device, const std::optional<Seconds>& period);

}  // namespace edgecut::scenario
