#include "onnx/constant_node.hpp"

#include <fmt/format.h>

#include "onnx/node.hpp"

namespace edgecut::onnx_import {
namespace {

onnx::TensorProto integers_tensor(const onnx::AttributeProto& attribute) {
  onnx::TensorProto tensor;
  tensor.set_data_type(onnx::TensorProto::INT64);
  if (attribute.has_i()) {
    tensor.add_int64_data(attribute.i());
    return tensor;
  }
  tensor.add_dims(attribute.ints_size());
  for (const auto number : attribute.ints()) tensor.add_int64_data(number);
  return tensor;
}

onnx::TensorProto floats_tensor(const onnx::AttributeProto& attribute) {
  onnx::TensorProto tensor;
  tensor.set_data_type(onnx::TensorProto::FLOAT);
  if (attribute.has_f()) {
    tensor.add_float_data(attribute.f());
    return tensor;
  }
  tensor.add_dims(attribute.floats_size());
  for (const auto number : attribute.floats()) tensor.add_float_data(number);
  return tensor;
}

}  // namespace

onnx::TensorProto constant_value(const onnx::NodeProto& node) {
  if (node.attribute_size() != 1) refuse(node, "a constant must have one value");
  const auto& attribute = node.attribute(0);
  if (attribute.name() == "value") return attribute.t();
  if (attribute.name() == "value_int" || attribute.name() == "value_ints") return integers_tensor(attribute);
  if (attribute.name() == "value_float" || attribute.name() == "value_floats") return floats_tensor(attribute);
  refuse(node, fmt::format("a constant of the form '{}' is not read", attribute.name()));
}

}  // namespace edgecut::onnx_import
