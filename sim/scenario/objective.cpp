#include "scenario/objective.hpp"

#include "scenario/keys.hpp"

namespace edgecut::scenario {

plan::Objective read_objective(config::Map& map) {
  const auto* value = map.find_child("objective");
  return value == nullptr ? plan::Objective::latency : config::as_word<plan::Objective>(*value, objective_type());
}

}  // namespace edgecut::scenario
