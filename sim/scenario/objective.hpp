// What plans are to make small, as scenarios and problem files name it.
#pragma once

#include "config/map.hpp"
#include "plan/problem.hpp"

namespace edgecut::scenario {

/// `objective:`, latency where the key is missing. Throws `config::Error` on any other word.
plan::Objective read_objective(config::Map& map);

}  // namespace edgecut::scenario
