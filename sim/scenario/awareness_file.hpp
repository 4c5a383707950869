// Reading what a method sees of the world while a run goes on.
#pragma once

#include "belief/conditions.hpp"
#include "config/map.hpp"

namespace edgecut::scenario {

/// `decide` as written: `once` and `per_point` both decide at the start of a run.
struct Knowing {
  belief::Awareness awareness;
  bool once = false;          // with what was at the benchmark
  bool reads_charge = false;  // where a lifetime makes something of it
};

/// The keys `bandwidth`, `estimator`, `probe`, `server_load`, `sees`, `temperature`, `battery` and `decide` of a
/// method. `has_reference`: it has a `benchmarked_at`, whose bandwidth it then believes in, unless it is told another.
/// `adapts`: it is one that decides again and again unless it is told not to. `takes_factor`: a number as `server_load`
/// is its own affair.
Knowing read_knowing(config::Map& map, bool has_reference, bool adapts, bool takes_factor);

}  // namespace edgecut::scenario
