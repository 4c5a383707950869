// The work of recurrent layers, of attention in one operator and of sums of products.
#pragma once

#include <cstdint>

#include "onnx/node.hpp"

namespace edgecut::onnx_import {

/// Multiply-accumulates of an LSTM, GRU or RNN: steps x batch x directions x gates x hidden x (features + hidden), with
/// 4, 3 and 1 gates [ONNX, LSTM, GRU, RNN]. What a step does element by element (gates, peepholes) is not counted, as it
/// is not of other layers. Throws ImportError where a shape is not known.
std::int64_t recurrent_macs(const Node& node);

/// Multiply-accumulates of Attention: batch x heads of the queries x queries x keys x (size of a key + size of a value),
/// the cached keys included [ONNX, Attention]. A causal mask does not lessen it: runtimes multiply and then mask.
std::int64_t attention_macs(const Node& node);

/// Multiply-accumulates of Einsum: of two tensors the product of every letter of the equation, of one none. Of three and
/// more they hang on the order of the products: refused.
std::int64_t einsum_macs(const Node& node);

}  // namespace edgecut::onnx_import
