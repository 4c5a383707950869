// ONNX's operators: what kind of layer each is, how its work is counted and which constants are its parameters.
#pragma once

#include <cstdint>
#include <string_view>

#include "dnn/network.hpp"

namespace edgecut::onnx_import {

enum class Work : std::uint8_t {
  none,                    ///< no multiply-accumulates
  convolution,             ///< output elements x weight elements per output channel
  transposed_convolution,  ///< input elements x weight elements per input channel
  matrix_product,          ///< output elements x inner dimension
  gemm,                    ///< the same, of matrices that may be transposed
  recurrent,               ///< LSTM, GRU, RNN: every step multiplies its features and its state
  attention,               ///< queries x keys, and the scores x values
  einsum,                  ///< every letter of its equation
  uncountable,             ///< has work that is not counted here: refused
};

/// Inputs whose constants are parameters, as bits: 0b110 is the second and the third.
using Positions = std::uint32_t;
inline constexpr Positions no_input = 0;
/// Any floating constant of more than one element: class token, position embedding, layer scale.
inline constexpr Positions any_input = ~0U;

struct Operator {
  std::string_view name;
  dnn::LayerKind kind;
  Positions parameters = no_input;
  Work work = Work::none;
  std::size_t weight = 1;  // position of the weight or the right-hand matrix
};

/// Null for an operator that is not known. Only those of the default domain are.
const Operator* find_operator(std::string_view name);

/// Works on 8-bit integers by definition: ConvInteger, MatMulInteger, QLinearConv, QLinearMatMul.
bool is_integer_operator(std::string_view name);

/// Reads of its first input only what it gives out.
bool is_lookup(std::string_view name);

}  // namespace edgecut::onnx_import
