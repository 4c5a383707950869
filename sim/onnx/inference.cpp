#include "onnx/inference.hpp"

#include <fmt/format.h>
#include <onnx/defs/schema.h>
#include <onnx/shape_inference/implementation.h>

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <unordered_map>

#include "onnx/fold.hpp"
#include "onnx/import_model.hpp"

namespace edgecut::onnx_import {
namespace {

// libonnx divides by some of these.
void check_attributes(const onnx::NodeProto& node) {
  constexpr std::array<std::string_view, 6> names{"strides", "dilations", "kernel_shape",
                                                  "group",   "blocksize", "output_shape"};
  constexpr auto most = std::int64_t{std::numeric_limits<int>::max()};
  const auto wrong = [](std::int64_t value) { return value < 1 || value > most; };
  for (const auto name : names) {
    if (std::ranges::any_of(integers(node, name), wrong) || wrong(integer(node, name, 1))) {
      refuse(node, fmt::format("attribute '{}' must be from 1 to {}", name, most));
    }
  }
}

// libonnx takes these for valid.
void check_axis(const Node& node, std::string_view name, std::int64_t fallback, bool from_the_end) {
  const auto shape = node.input(0) == nullptr ? std::nullopt : known_shape(node.input(0)->type);
  if (!shape) return;
  const auto rank = static_cast<std::int64_t>(shape->size());
  const auto axis = integer(node.proto, name, fallback);
  if (axis >= rank || axis < (from_the_end ? -rank : 0)) {
    refuse(node.proto, fmt::format("attribute '{}' is {}, beyond its input's {} dimensions", name, axis, rank));
  }
}

void check_axes(const Node& node) {
  if (node.op() == "LayerNormalization") check_axis(node, "axis", -1, true);
  if (node.op() == "GatherND") check_axis(node, "batch_dims", 0, false);
}

// Since opset 18 the axes of a reduction are its second input; the definition at hand wants the attribute.
onnx::NodeProto with_axes_attribute(const Node& node) {
  auto proto = node.proto;
  const auto axes = known_integers(*node.input(1));
  if (!axes) refuse(proto, "its axes are not constant");
  auto& attribute = *proto.add_attribute();
  attribute.set_name("axes");
  attribute.set_type(onnx::AttributeProto::INTS);
  for (const auto axis : *axes) attribute.add_ints(axis);
  proto.mutable_input()->DeleteSubrange(1, 1);
  return proto;
}

onnx::NodeProto as_defined(const Node& node, int opset) {
  const bool reduction = node.op().starts_with("Reduce") && node.op() != "ReduceSum";
  if (opset > newest_opset && reduction && node.input(1) != nullptr) return with_axes_attribute(node);
  return node.proto;
}

std::vector<onnx::TypeProto> infer(const onnx::OpSchema& schema, const Node& node, int opset) {
  auto proto = as_defined(node, opset);
  if (opset <= newest_opset) schema.Verify(proto);
  std::unordered_map<std::string, onnx::TypeProto> types;
  std::unordered_map<std::string, onnx::TypeProto*> types_by_name;
  std::unordered_map<std::string, const onnx::TensorProto*> data_by_name;
  for (int i = 0; i < proto.input_size(); ++i) {
    const auto* tensor = node.input(static_cast<std::size_t>(i));
    if (tensor == nullptr) continue;
    types_by_name[proto.input(i)] = &(types[proto.input(i)] = tensor->type);
    if (tensor->data != nullptr) data_by_name[proto.input(i)] = tensor->data;
  }
  onnx::shape_inference::InferenceContextImpl context(proto, types_by_name, data_by_name, {});
  if (schema.has_type_and_shape_inference_function()) {
    schema.GetTypeAndShapeInferenceFunction()(context);
  } else if (schema.HasFunction()) {
    onnx::shape_inference::InferShapeForFunctionNode(*schema.GetFunction(), onnx::OpSchemaRegistry::Instance(),
                                                     context);
  }
  return context.allOutputTypes_;
}

}  // namespace

std::vector<onnx::TypeProto> infer_types(const Node& node, int opset) {
  check_attributes(node.proto);
  check_axes(node);
  const auto* schema = onnx::OpSchemaRegistry::Schema(node.op(), opset, "");
  if (schema == nullptr) refuse(node.proto, fmt::format("opset {} has no such operator", opset));
  try {
    return infer(*schema, node, opset);
  } catch (const ImportError&) {
    throw;
  } catch (const std::exception& error) {
    refuse(node.proto, error.what());
  }
}

}  // namespace edgecut::onnx_import
