// Shape arithmetic: small constants computed from constants, as exporters leave them in the graph for the run time.
#pragma once

#include <onnx/onnx_pb.h>

#include <optional>

#include "onnx/node.hpp"

namespace edgecut::onnx_import {

/// The values of the node's only output, of inferred type `output`; null where an input's values are not known, the
/// output is larger than shape arithmetic needs, or the operator has no place in it.
std::optional<onnx::TensorProto> fold(const Node& node, const onnx::TypeProto& output);

}  // namespace edgecut::onnx_import
