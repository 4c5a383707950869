// What constants cost: which stored numbers a layer uses, what it reads of them, and which layers share some.
#pragma once

#include <vector>

#include "dnn/network.hpp"
#include "onnx/node.hpp"
#include "onnx/operators.hpp"

namespace edgecut::onnx_import {

/// The stored numbers that a computed constant is made from, each once. What only says a shape, a scale or a zero point
/// is left out, and numbers that an operator makes itself (ConstantOfShape, Range) are not stored.
std::vector<Weight*> weights_behind(const Node& node);

/// The element type in which a computed constant lies in memory where that is not its own: integers behind
/// DequantizeLinear, also once their order or place was changed.
std::optional<int> stored_type(const Node& node);

/// Stored numbers that are parameters of a layer, each once. Throws ImportError where they are no numbers.
std::vector<Weight*> parameters_of(const Node& node, const Operator& op);

/// Bytes of constants that one inference of the layer reads, computed ones too. `output` is its first output's shape:
/// a lookup reads as much of its table.
Bytes constants_read(const Node& node, const Operator& op, const Shape& output);

/// Sets parameters, weights and shares of the layers, of which each uses the weights at its place in `uses`. Weights of
/// several layers are returned.
std::vector<dnn::SharedWeight> count_weights(const std::vector<std::vector<Weight*>>& uses,
                                             std::vector<dnn::Layer>& layers);

}  // namespace edgecut::onnx_import
