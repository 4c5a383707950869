// Groups of layers that are executed together, as problem files list them.
#pragma once

#include "problems/problem_file.hpp"

namespace edgecut::problems {

/// The key `groups:`. Throws config::Error on a group that is not whole blocks between cut vertices, or holds a layer that
/// cannot run on its tier.
void read_layer_groups(config::Map& map, ExplicitProblem& problem);

}  // namespace edgecut::problems
