// Types of one node's outputs, by rules of our own after ONNX's definitions.
#pragma once

#include <onnx/onnx_pb.h>

#include <string>
#include <vector>

#include "onnx/node.hpp"
#include "onnx/shapes/definitions.hpp"

namespace edgecut::onnx_import {

struct Inferred {
  std::vector<onnx::TypeProto> types;  // one an output; one whose shape is not known has none
  std::string unknown;                 // why shapes are not known; empty where they are
};

/// Throws ImportError when the operator set has no such operator, or does not give it so many inputs or outputs or one of
/// its attributes. Newer operator sets are read by the definitions of `newest_opset`.
void check_definition(const Node& node, int opset);

/// Follows check_definition(). Throws ImportError where shapes do not fit.
Inferred infer_types(const Node& node, int opset);

}  // namespace edgecut::onnx_import
