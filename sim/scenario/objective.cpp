#include "scenario/objective.hpp"

namespace edgecut::scenario {

plan::Objective read_objective(config::Map& map) {
  using plan::Objective;
  return map.choice_or("objective", Objective::latency,
                       {{"latency", Objective::latency},
                        {"energy", Objective::energy},
                        {"bytes", Objective::bytes},
                        {"throughput", Objective::throughput}});
}

}  // namespace edgecut::scenario
