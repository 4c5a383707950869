// Many users of one server written down in full (edgecut plan --problem, `users:`). docs/problems.md has the format.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "config/value.hpp"
#include "plan/fleet.hpp"

namespace edgecut::problems {

struct ExplicitFleet {
  std::vector<std::unique_ptr<const dnn::Network>> networks;
  std::vector<std::string> users;  // names; a user with `count: 3` is three, named name_1 to name_3
  plan::FleetProblem problem;
};

/// The map under `problem:`. Throws config::Error on anything that is wrong, with its place.
ExplicitFleet read_fleet(const config::Value& problem);

}  // namespace edgecut::problems
