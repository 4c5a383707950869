// The value of a Constant node, in whatever form it is written.
#pragma once

#include <onnx/onnx_pb.h>

namespace edgecut::onnx_import {

/// Throws ImportError naming the node where it has no value, or one of a form that is not read.
onnx::TensorProto constant_value(const onnx::NodeProto& node);

}  // namespace edgecut::onnx_import
