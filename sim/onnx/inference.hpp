// Types of one node's outputs, by libonnx's definitions of the operators.
#pragma once

#include <onnx/onnx_pb.h>

#include <vector>

#include "onnx/node.hpp"

namespace edgecut::onnx_import {

/// The newest operator set that libonnx 1.12 defines.
inline constexpr int newest_opset = 17;

/// One type per output; a dimension that cannot be known has no value. Throws ImportError when the node contradicts its
/// operator's definition. Newer operator sets are read by the definitions of `newest_opset`.
std::vector<onnx::TypeProto> infer_types(const Node& node, int opset);

}  // namespace edgecut::onnx_import
