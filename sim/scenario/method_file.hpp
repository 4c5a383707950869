// Reads the methods of a scenario: `partitioners:`.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "belief/method.hpp"
#include "config/value.hpp"
#include "partition/registry.hpp"
#include "scenario/library.hpp"
#include "world/world.hpp"

namespace edgecut::scenario {

/// Reads the key `partitioners` of a scenario whose world is `today`. `setting` is what options are checked against.
/// Throws config::Error on anything that is wrong, and on a second method of a name.
std::vector<belief::Method> read_methods(const config::Value& scenario, const config::Value& list,
                                         const world::World& today, Library& library,
                                         const partition::Setting& setting);

/// Says of each benchmark that has a date how old it is `today`, a day since 1970-01-01. Throws config::Error where one
/// is of a later day.
void set_ages(const std::optional<std::int64_t>& today, std::vector<belief::Method>& methods);

/// Gives methods that learn the networks to learn from: those that every host has times of, today and at every
/// benchmark. Throws config::Error where there is none.
void read_training(world::World& today, std::vector<belief::Method>& methods, Library& library);

}  // namespace edgecut::scenario
