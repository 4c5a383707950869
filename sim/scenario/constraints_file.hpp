// Reads the limits that plans have to keep.
#pragma once

#include <optional>

#include "config/map.hpp"
#include "plan/problem.hpp"
#include "units/quantity.hpp"
#include "world/part.hpp"

namespace edgecut::scenario {

/// The limits of a plan, and what the battery has to last for.
struct Limits {
  plan::Constraints constraints;
  std::optional<world::Lifetime> lifetime;
};

/// The key `constraints` of a part whose other keys are read: the limits of a plan, and what the battery has to last for where `lifetime` says so. `period`:
/// the mean time between two requests of a device; none: they have no rate. Throws config::Error.
Limits read_constraints(config::Map& scenario, const world::Part& part, const std::optional<Seconds>& period);

/// What a limit may be a share of: what one inference takes on an idle system, by the model's layer times, with all of it
/// on the device or in the cloud.
enum class Reference { device_only, cloud_only };

}  // namespace edgecut::scenario
