// What each method believes of a part of a point, and what is true of it: the makers of every Problem in a run.
#pragma once

#include <cstdint>

#include "belief/method.hpp"
#include "plan/problem.hpp"
#include "profile/profile.hpp"
#include "world/part.hpp"

namespace edgecut::belief {

/// What is true of a part in one replication, with links as they are at time 0.
plan::Problem true_problem(const world::Part& part, std::int64_t replication);

/// What a method sees of a part in one replication before it begins. Who looks at no time is not held to limits on time
/// and energy; what it breaks of them in truth is counted.
plan::Problem problem(const world::Part& part, const Method& method, std::int64_t replication);

/// The nominal rates that it knows.
profile::NominalRates nominal_rates(const world::Part& part, const Method& method, std::int64_t replication);

/// The method's layer times, as it measured, learned or computed them. They are of another board where its benchmark was
/// taken on one.
profile::Profile recorded(const world::Part& part, const Method& method, std::int64_t replication);
/// The layer times of the device itself, without the errors that `profile_error` adds.
profile::Profile profile_of(const world::Part& part, const Method& method, std::int64_t replication);

/// Whether it looks at something that moves in that world while a run goes on.
bool replans(const world::World& world, const Method& method);

/// Whether it may come to other plans while a run goes on: it looks again, or it learns.
bool varies(const world::World& world, const Method& method);

}  // namespace edgecut::belief
