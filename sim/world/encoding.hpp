// Forms in which tensors may cross a cut.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "units/quantity.hpp"

namespace edgecut::world {

/// A form in which tensors may cross a cut, as a ratio and codec speeds. Sizes are those of the plain tensor.
struct Encoding {
  std::string name;
  double ratio = 1.0;               // bytes on the wire per byte of the tensor
  std::optional<Bandwidth> encode;  // bytes of the tensor per second; none: takes no time
  std::optional<Bandwidth> decode;
  std::optional<double> accuracy_drop;            // share of inputs; none: unknown
  std::map<std::string, double> distortion = {};  // by layer; the entry "" is of every layer not named
  double head_ratio = 1.0;                        // of weights and activations of the head
};

}  // namespace edgecut::world
