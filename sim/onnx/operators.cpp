#include "onnx/operators.hpp"

#include <algorithm>
#include <array>

namespace edgecut::onnx_import {
namespace {

using enum dnn::LayerKind;

// Identity, Dropout, Constant and control flow never become layers. Reductions count as pooling. Operators on sequences and strings
// are not here and so refused.
constexpr auto operators = std::to_array<Operator>({
    {"Conv", conv, 0b110, Work::convolution},
    {"ConvInteger", conv, 0b10, Work::convolution},
    {"QLinearConv", conv, 0b100001000, Work::convolution, 3},
    {"ConvTranspose", conv, 0b110, Work::transposed_convolution},
    {"Gemm", linear, 0b111, Work::gemm},
    {"MatMul", linear, 0b11, Work::matrix_product},
    {"MatMulInteger", linear, 0b11, Work::matrix_product},
    {"QLinearMatMul", linear, 0b1001, Work::matrix_product, 3},

    // The weight, the recurrent weight, the bias and LSTM's peepholes.
    {"GRU", linear, 0b1110, Work::recurrent},
    {"LSTM", linear, 0b10001110, Work::recurrent},
    {"RNN", linear, 0b1110, Work::recurrent},
    {"Attention", matmul, 0b111, Work::attention},
    {"Einsum", matmul, any_input, Work::einsum, 0},
    {"DeformConv", conv, 0b1010, Work::convolution},

    {"DFT", other, no_input, Work::uncountable},
    {"Det", other, no_input, Work::uncountable},
    {"STFT", other, no_input, Work::uncountable},
    {"SequenceMap", other, no_input, Work::uncountable},

    {"AveragePool", pool},
    {"GlobalAveragePool", pool},
    {"GlobalLpPool", pool},
    {"GlobalMaxPool", pool},
    {"LpPool", pool},
    {"MaxPool", pool},
    {"MaxRoiPool", pool},
    {"ReduceL1", pool},
    {"ReduceL2", pool},
    {"ReduceLogSum", pool},
    {"ReduceLogSumExp", pool},
    {"ReduceMax", pool},
    {"ReduceMean", pool},
    {"ReduceMin", pool},
    {"ReduceProd", pool},
    {"ReduceSum", pool},
    {"ReduceSumSquare", pool},
    {"RoiAlign", pool},

    {"Celu", activation},
    {"Clip", activation},
    {"Elu", activation},
    {"Gelu", activation},
    {"Mish", activation},
    {"Swish", activation},
    {"Erf", activation},
    {"HardSigmoid", activation},
    {"HardSwish", activation},
    {"LeakyRelu", activation},
    {"PRelu", activation, 0b10},
    {"Relu", activation},
    {"Selu", activation},
    {"Shrink", activation},
    {"Sigmoid", activation},
    {"Softplus", activation},
    {"Softsign", activation},
    {"Tanh", activation},
    {"ThresholdedRelu", activation},

    // The running mean and variance of a batch norm are no parameters, as torch counts.
    {"BatchNormalization", normalization, 0b110},
    {"GroupNormalization", normalization, 0b110},
    {"InstanceNormalization", normalization, 0b110},
    {"LRN", normalization},
    {"LayerNormalization", normalization, 0b110},
    {"LpNormalization", normalization},
    {"MeanVarianceNormalization", normalization},
    {"RMSNormalization", normalization, 0b10},

    {"Abs", elementwise, any_input},
    {"Acos", elementwise, any_input},
    {"Acosh", elementwise, any_input},
    {"Add", elementwise, any_input},
    {"And", elementwise},
    {"Asin", elementwise, any_input},
    {"Asinh", elementwise, any_input},
    {"Atan", elementwise, any_input},
    {"Atanh", elementwise, any_input},
    {"Bernoulli", elementwise},
    {"BitCast", elementwise},
    {"BitShift", elementwise},
    {"BitwiseAnd", elementwise},
    {"BitwiseNot", elementwise},
    {"BitwiseOr", elementwise},
    {"BitwiseXor", elementwise},
    {"Cast", elementwise},
    {"CastLike", elementwise},
    {"Ceil", elementwise},
    {"Cos", elementwise},
    {"Cosh", elementwise},
    {"CumProd", elementwise},
    {"CumSum", elementwise},
    {"DequantizeLinear", elementwise},
    {"Div", elementwise, any_input},
    {"DynamicQuantizeLinear", elementwise},
    {"Equal", elementwise},
    {"Exp", elementwise},
    {"Floor", elementwise},
    {"Greater", elementwise},
    {"GreaterOrEqual", elementwise},
    {"IsInf", elementwise},
    {"IsNaN", elementwise},
    {"Less", elementwise},
    {"LessOrEqual", elementwise},
    {"Log", elementwise},
    {"Max", elementwise, any_input},
    {"Mean", elementwise, any_input},
    {"Min", elementwise, any_input},
    {"Mod", elementwise},
    {"Mul", elementwise, any_input},
    {"Neg", elementwise},
    {"Not", elementwise},
    {"Or", elementwise},
    {"Pow", elementwise, any_input},
    {"QuantizeLinear", elementwise},
    {"RandomNormalLike", elementwise},
    {"RandomUniformLike", elementwise},
    {"Reciprocal", elementwise},
    {"RotaryEmbedding", elementwise},
    {"Round", elementwise},
    {"Sign", elementwise},
    {"Sin", elementwise},
    {"Sinh", elementwise},
    {"Sqrt", elementwise},
    {"Sub", elementwise, any_input},
    {"Sum", elementwise, any_input},
    {"Tan", elementwise},
    {"Where", elementwise, any_input},
    {"Xor", elementwise},

    {"Concat", concat, any_input},
    {"Stack", concat, any_input},  // of a loop's trips; stands in no file
    {"Hardmax", softmax},
    {"LogSoftmax", softmax},
    {"Softmax", softmax},

    {"CenterCropPad", data_movement},
    {"Col2Im", data_movement},
    {"DepthToSpace", data_movement},
    {"Expand", data_movement, 0b1},
    {"Flatten", data_movement},
    {"Gather", data_movement, 0b1},  // an embedding's table
    {"GatherElements", data_movement, 0b1},
    {"GatherND", data_movement, 0b1},
    {"Pad", data_movement, 0b1},
    {"Reshape", data_movement, 0b1},
    {"ReverseSequence", data_movement},
    {"Scatter", data_movement, any_input},
    {"ScatterElements", data_movement, any_input},
    {"ScatterND", data_movement, any_input},
    {"Slice", data_movement, 0b1},
    {"SpaceToDepth", data_movement},
    {"Split", data_movement, 0b1},
    {"Squeeze", data_movement},
    {"TensorScatter", data_movement},
    {"Tile", data_movement, 0b1},
    {"Transpose", data_movement},
    {"Trilu", data_movement},
    {"Unsqueeze", data_movement},
    {"Unstack", data_movement},  // for a Scan's trips; stands in no file

    {"ArgMax", other},
    {"ArgMin", other},
    {"Compress", other, 0b1},
    {"EyeLike", other},
    {"AffineGrid", other},
    {"GridSample", other},
    {"MaxUnpool", other},
    {"Multinomial", other},
    {"NonMaxSuppression", other},
    {"NonZero", other},
    {"OneHot", other},
    {"Range", other},
    {"Resize", other},
    {"TopK", other},
    {"Unique", other},
    {"Upsample", other},
});

}  // namespace

const Operator* find_operator(std::string_view name) {
  const auto* found = std::ranges::find(operators, name, &Operator::name);
  return found == operators.end() ? nullptr : &*found;
}

bool is_integer_operator(std::string_view name) {
  return name.starts_with("QLinear") || name.ends_with("Integer");
}

bool is_lookup(std::string_view name) {
  constexpr std::array<std::string_view, 5> lookups{"Compress", "Gather", "GatherElements", "GatherND", "Slice"};
  return std::ranges::find(lookups, name) != lookups.end();
}

}  // namespace edgecut::onnx_import
