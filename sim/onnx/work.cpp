#include "onnx/work.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <limits>

#include "onnx/other_work.hpp"

namespace edgecut::onnx_import {
namespace {

Shape operand(const Node& node, std::size_t position) {
  const auto* tensor = node.input(position);
  if (tensor == nullptr) refuse(node.proto, fmt::format("input {} is missing", position));
  auto shape = known_shape(tensor->type);
  if (!shape)
    refuse(node.proto, fmt::format("input '{}' has no shape, so its work cannot be counted",
                                   node.proto.input(static_cast<int>(position))));
  return *shape;
}

void must_fit(const Node& node, bool fits, const Shape& a, const Shape& b) {
  if (fits) return;
  const auto told = [](const Shape& shape) {
    return shape.empty() ? std::string("scalar") : fmt::format("{}", fmt::join(shape, "x"));
  };
  refuse(node.proto, fmt::format("shapes {} and {} do not fit", told(a), told(b)));
}

Shape without_first(const Shape& shape) {
  return {shape.begin() + 1, shape.end()};
}

int narrow(const Node& node, std::int64_t value) {
  if (value < 1 || value > std::numeric_limits<int>::max()) refuse(node.proto, "a kernel or stride is out of range");
  return static_cast<int>(value);
}

std::vector<int> narrow(const Node& node, const Shape& values) {
  std::vector<int> result;
  for (const auto value : values) result.push_back(narrow(node, value));
  return result;
}

void set_kernel(const Node& node, const Shape& kernel, dnn::Layer& layer) {
  layer.kernel = narrow(node, kernel);
  layer.stride = narrow(node, integers(node.proto, "strides"));
  if (layer.stride.empty()) layer.stride.assign(layer.kernel.size(), 1);
  layer.dilation = narrow(node, integers(node.proto, "dilations"));
  if (layer.kernel.empty()) layer.dilation.clear();
}

void set_groups(const Node& node, std::int64_t channels, dnn::Layer& layer) {
  layer.groups = narrow(node, integer(node.proto, "group", 1));
  if (layer.groups > 1 && layer.groups == channels) layer.kind = dnn::LayerKind::depthwise_conv;
}

bool is_convolution(const Operator& op) {
  return op.work == Work::convolution || op.work == Work::transposed_convolution;
}

// Weight: output channels, input channels / groups, kernel.
void convolution(const Node& node, const Operator& op, dnn::Layer& layer) {
  const auto data = operand(node, 0);
  const auto weight = operand(node, op.weight);
  set_groups(node, data[1], layer);
  must_fit(node, product(weight[1], layer.groups) == data[1], data, weight);
  set_kernel(node, {weight.begin() + 2, weight.end()}, layer);
  layer.macs = product(product(layer.shape), product(without_first(weight)));
}

// Weight: input channels, output channels / groups, kernel.
void transposed_convolution(const Node& node, const Operator& op, dnn::Layer& layer) {
  const auto data = operand(node, 0);
  const auto weight = operand(node, op.weight);
  must_fit(node, weight[0] == data[1], data, weight);
  layer.transposed = true;
  set_groups(node, data[1], layer);
  set_kernel(node, {weight.begin() + 2, weight.end()}, layer);
  layer.macs = product(product(data), product(without_first(weight)));
}

bool is_constant(const Node& node, std::size_t position) {
  return node.input(position) != nullptr && node.input(position)->constant;
}

void product_of_matrices(const Node& node, const Operator& op, std::int64_t inner, dnn::Layer& layer) {
  const bool constant = is_constant(node, 0) || is_constant(node, op.weight);
  layer.kind = constant ? dnn::LayerKind::linear : dnn::LayerKind::matmul;
  layer.macs = product(product(layer.shape), inner);
}

void matrix_product(const Node& node, const Operator& op, dnn::Layer& layer) {
  const auto a = operand(node, 0);
  const auto b = operand(node, op.weight);
  must_fit(node, !a.empty() && !b.empty(), a, b);
  const auto inner = b.size() == 1 ? b[0] : b[b.size() - 2];
  must_fit(node, a.back() == inner, a, b);
  product_of_matrices(node, op, inner, layer);
}

void gemm(const Node& node, const Operator& op, dnn::Layer& layer) {
  const auto a = operand(node, 0);
  const auto b = operand(node, op.weight);
  const auto inner = a[integer(node.proto, "transA", 0) != 0 ? 0 : 1];
  must_fit(node, inner == b[integer(node.proto, "transB", 0) != 0 ? 1 : 0], a, b);
  product_of_matrices(node, op, inner, layer);
}

bool keeps_elements(const std::string& op) {
  constexpr std::array<std::string_view, 5> movers{"Flatten", "Reshape", "Squeeze", "Transpose", "Unsqueeze"};
  return std::ranges::find(movers, op) != movers.end();
}

void no_work(const Node& node, dnn::Layer& layer) {
  set_kernel(node, integers(node.proto, "kernel_shape"), layer);
  if (!keeps_elements(node.op())) return;
  const auto data = operand(node, 0);
  must_fit(node, product(data) == product(layer.shape), data, layer.shape);
}

}  // namespace

void check_operands(const Node& node, const Operator& op) {
  if (op.work == Work::uncountable) refuse(node.proto, "the work of this operator cannot be counted");
  if (op.work == Work::none) return;
  const auto data = operand(node, 0);
  const auto weight = operand(node, op.weight);
  if (op.work == Work::gemm) must_fit(node, data.size() == 2 && weight.size() == 2, data, weight);
  if (is_convolution(op)) must_fit(node, data.size() >= 3 && weight.size() == data.size(), data, weight);
}

void describe_work(const Node& node, const Operator& op, dnn::Layer& layer) {
  layer.kind = op.kind;
  if (is_integer_operator(op.name)) layer.precision = dnn::Precision::int8;
  switch (op.work) {
    case Work::none:
      no_work(node, layer);
      break;
    case Work::convolution:
      convolution(node, op, layer);
      break;
    case Work::transposed_convolution:
      transposed_convolution(node, op, layer);
      break;
    case Work::matrix_product:
      matrix_product(node, op, layer);
      break;
    case Work::gemm:
      gemm(node, op, layer);
      break;
    case Work::recurrent:
      layer.macs = recurrent_macs(node);
      break;
    case Work::attention:
      layer.macs = attention_macs(node);
      break;
    case Work::einsum:
      layer.macs = einsum_macs(node);
      break;
    case Work::uncountable:
      break;  // refused by check_operands()
  }
}

}  // namespace edgecut::onnx_import
