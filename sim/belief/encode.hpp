// What an encoding's ratio and codec speeds make of each layer's output.
#pragma once

#include <vector>

#include "plan/problem.hpp"
#include "world/encoding.hpp"

namespace edgecut::belief {

/// `plain` are the outputs on the wire by layer; those of inputs cross as they are. In a run messages are whole bytes.
plan::Encoding encode(const dnn::Network& network, const world::Encoding& encoding, const std::vector<Bytes>& plain,
                      bool whole_bytes);

}  // namespace edgecut::belief
