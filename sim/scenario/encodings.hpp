// Forms in which tensors may cross a cut, as scenarios and problem files list them.
#pragma once

#include <string>
#include <vector>

#include "config/map.hpp"
#include "plan/problem.hpp"
#include "world/encoding.hpp"

namespace edgecut::scenario {

struct Encodings {
  std::vector<world::Encoding> list;
  std::vector<std::string> sources;  // of each one's drop in accuracy; "unknown" where none is named
};

/// The key `encodings:` of a map; empty where there is none. Throws config::Error on a second one of a name, and on a
/// distortion of a layer that the network does not have.
Encodings read_encodings(config::Map& map, const dnn::Network& network);

/// "int8, accuracy drop 1 % (source: unknown)".
std::string describe(const plan::Encoding& encoding, const std::string& source);

}  // namespace edgecut::scenario
