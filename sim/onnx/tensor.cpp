#include "onnx/tensor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace edgecut::onnx_import {
namespace {

using onnx::TensorProto;

constexpr std::array<ElementType, 15> element_types{{
    {TensorProto::FLOAT, 4, "fp32", true},
    {TensorProto::FLOAT16, 2, "fp16", true},
    {TensorProto::BFLOAT16, 2, "bf16", true},
    {TensorProto::DOUBLE, 8, "fp64", true},
    {TensorProto::INT8, 1, "int8", false},
    {TensorProto::UINT8, 1, "uint8", false},
    {TensorProto::INT16, 2, "int16", false},
    {TensorProto::UINT16, 2, "uint16", false},
    {TensorProto::INT32, 4, "int32", false},
    {TensorProto::UINT32, 4, "uint32", false},
    {TensorProto::INT64, 8, "int64", false},
    {TensorProto::UINT64, 8, "uint64", false},
    {TensorProto::BOOL, 1, "bool", false},
    {TensorProto::COMPLEX64, 8, "complex64", true},
    {TensorProto::COMPLEX128, 16, "complex128", true},
}};

}  // namespace

std::optional<Shape> known_shape(const onnx::TypeProto& type) {
  if (!type.has_tensor_type() || !type.tensor_type().has_shape()) return std::nullopt;
  Shape shape;
  for (const auto& dimension : type.tensor_type().shape().dim()) {
    if (!dimension.has_dim_value()) return std::nullopt;
    shape.push_back(dimension.dim_value());
  }
  return shape;
}

int element_type(const onnx::TypeProto& type) {
  return type.tensor_type().elem_type();
}

onnx::TypeProto make_type(int element_type, const Shape& shape) {
  onnx::TypeProto type;
  auto& tensor = *type.mutable_tensor_type();
  tensor.set_elem_type(element_type);
  tensor.mutable_shape();
  for (const auto dimension : shape) tensor.mutable_shape()->add_dim()->set_dim_value(dimension);
  return type;
}

std::int64_t product(std::int64_t a, std::int64_t b) {
  if (a < 0 || b < 0) throw TensorError("a dimension is negative");
  if (b != 0 && a > largest_count / b) throw TensorError("its size or work is beyond any real network");
  return a * b;
}

std::int64_t product(const Shape& dimensions) {
  std::int64_t result = 1;
  for (const auto dimension : dimensions) result = product(result, dimension);
  return result;
}

const ElementType* find_element_type(int type) {
  const auto* found = std::ranges::find(element_types, type, &ElementType::type);
  return found == element_types.end() ? nullptr : &*found;
}

std::string type_word(int type) {
  if (const auto* element = find_element_type(type); element != nullptr) return std::string(element->name);
  constexpr int first = 17;  // newer than libonnx 1.12
  constexpr std::array<std::string_view, 7> newer{"float8e4m3fn", "float8e4m3fnuz", "float8e5m2", "float8e5m2fnuz",
                                                  "uint4",        "int4",           "float4e2m1"};
  if (type >= first && type < first + static_cast<int>(newer.size())) {
    return std::string(newer[static_cast<std::size_t>(type - first)]);
  }
  return type == TensorProto::STRING ? "string" : fmt::format("element type {}", type);
}

bool is_8_bit_integer(int type) {
  return type == TensorProto::INT8 || type == TensorProto::UINT8;
}

std::int64_t bytes_in_memory(const Tensor& tensor) {
  const auto shape = known_shape(tensor.type);
  const auto* element = find_element_type(tensor.stored.value_or(element_type(tensor.type)));
  return shape && element != nullptr ? product(product(*shape), element->bytes) : 0;
}

}  // namespace edgecut::onnx_import
