// Network files (scenarios/networks/*.yaml): reading and writing.
#pragma once

#include <string>

#include "config/value.hpp"
#include "dnn/network.hpp"

namespace edgecut::dnn {

/// Reads a network. Layers may stand in any order; they are sorted. Throws config::Error on an unknown layer name, a
/// duplicate one, a cycle (naming a layer on it), a network without input, or MACs, bytes or shapes that are negative.
Network read_network(const config::Value& value);

/// Whether methods that learn layer times from other networks learn from that of a file: `learned_from`, by default true.
bool is_learned_from(const config::Value& value);

/// The same network as the text of a file that read_network() reads back, one line a layer.
std::string write_network(const Network& network);

}  // namespace edgecut::dnn
