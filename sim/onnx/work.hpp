// What a node costs: its kind, geometry and multiply-accumulates.
#pragma once

#include "dnn/network.hpp"
#include "onnx/node.hpp"
#include "onnx/operators.hpp"

namespace edgecut::onnx_import {

/// What must hold before the output's shape is inferred: the work can be counted and the operands have the ranks that
/// libonnx takes for granted. Throws ImportError naming the node.
void check_operands(const Node& node, const Operator& op);

/// Sets the layer's kind, kernel, stride, dilation, groups, transposition, precision and MACs; `layer.shape` is that of the output. Follows
/// check_operands(). Throws ImportError naming the node when a shape that its work depends on is not known or does not
/// fit.
void describe_work(const Node& node, const Operator& op, dnn::Layer& layer);

}  // namespace edgecut::onnx_import
