#include "onnx/quantisation.hpp"

#include <algorithm>
#include <array>

namespace edgecut::onnx_import {
namespace {

using onnx::TensorProto;

bool is_integer_typed(const Tensor& tensor) {
  return tensor.stored && is_8_bit_integer(*tensor.stored);
}

// Scalars (a clip's limits, a slope) are no tensors to quantise.
bool is_number_tensor(const Tensor& tensor) {
  const auto* element = find_element_type(element_type(tensor.type));
  const auto shape = known_shape(tensor.type);
  return element != nullptr && element->floating && !(shape && product(*shape) <= 1 && tensor.constant);
}

// Runtimes have kernels of these on integers; others they compute between DequantizeLinear and QuantizeLinear.
bool has_integer_form(const Operator& op) {
  using enum dnn::LayerKind;
  constexpr std::array kinds{conv, linear, matmul, pool, activation, elementwise, concat, softmax, data_movement};
  constexpr std::array<std::string_view, 6> excluded{"Cast", "CastLike",       "DequantizeLinear",
                                                     "Erf",  "QuantizeLinear", "DynamicQuantizeLinear"};
  return std::ranges::find(kinds, op.kind) != kinds.end() && std::ranges::find(excluded, op.name) == excluded.end() &&
         op.work != Work::uncountable && !is_integer_operator(op.name);
}

// Products of integer matrices are given out as floats as well, where nobody wants integers.
bool gives_floats(const Operator& op) {
  return op.work == Work::matrix_product || op.work == Work::gemm;
}

bool reads_first(const onnx::NodeProto& node, const std::string& tensor) {
  return node.input_size() > 0 && node.input(0) == tensor;
}

// A bias is added in 32 bits whatever it is stored in.
bool is_bias(const Operator& op, std::size_t input) {
  return op.work != Work::none && input >= 2;
}

bool reads_integers(const Node& node, const Operator& op) {
  bool any = false;
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    const auto* input = node.inputs[i];
    if (input == nullptr || is_bias(op, i) || !is_number_tensor(*input)) continue;
    if (!is_integer_typed(*input)) return false;
    any = any || !input->constant;
  }
  return any;
}

}  // namespace

Quantisation::Quantisation(const onnx::GraphProto& graph) {
  for (const auto& node : graph.node()) note(node);
  for (const auto& tensor : graph.initializer()) constant_types_[tensor.name()] = tensor.data_type();
  for (const auto& output : graph.output()) graph_outputs_.insert(output.name());
}

void Quantisation::note(const onnx::NodeProto& node) {
  note_reader(node, node);
  const auto* value = node.op_type() == "Constant" ? find_attribute(node, "value") : nullptr;
  if (value != nullptr && node.output_size() == 1) constant_types_[node.output(0)] = value->t().data_type();
}

// What a branch or a body reads is read by the node that has it.
void Quantisation::note_reader(const onnx::NodeProto& node, const onnx::NodeProto& reader) {
  for (const auto& input : node.input()) readers_[input].push_back(&reader);
  for (const auto& attribute : node.attribute()) {
    if (!attribute.has_g()) continue;
    for (const auto& inner : attribute.g().node()) note_reader(inner, reader);
    for (const auto& output : attribute.g().output()) readers_[output.name()].push_back(&reader);
  }
}

std::optional<int> Quantisation::wanted_type(const std::string& tensor) const {
  return wanted_type(tensor, 0);
}

// `clipped`: how many activations were passed on the way.
std::optional<int> Quantisation::wanted_type(const std::string& tensor, int clipped) const {
  const auto found = readers_.find(tensor);
  if (found == readers_.end() || graph_outputs_.contains(tensor)) return std::nullopt;
  const auto& readers = found->second;
  const auto& first = *readers.front();
  const bool is_clipped = first.op_type() == "Relu" || first.op_type() == "Clip";
  if (readers.size() == 1 && is_clipped && first.output_size() == 1 && reads_first(first, tensor) && clipped < 2) {
    return wanted_type(first.output(0), clipped + 1);
  }
  for (const auto* reader : readers) {
    const bool quantises = reader->op_type() == "QuantizeLinear" && reads_first(*reader, tensor);
    if (!quantises || !type_made_by(*reader)) return std::nullopt;
  }
  return type_made_by(first);
}

// 8 bits only. The type is the zero point's; without one it is uint8, or since opset 21 an attribute.
std::optional<int> Quantisation::type_made_by(const onnx::NodeProto& quantiser) const {
  auto type = integer(quantiser, "output_dtype", 0);
  const bool has_zero_point = quantiser.input_size() > 2 && !quantiser.input(2).empty();
  if (type == 0 && has_zero_point) {
    const auto found = constant_types_.find(quantiser.input(2));
    if (found == constant_types_.end()) return std::nullopt;
    type = found->second;
  }
  if (type == 0) type = TensorProto::UINT8;
  return is_8_bit_integer(static_cast<int>(type)) ? std::optional(static_cast<int>(type)) : std::nullopt;
}

bool Quantisation::computes_on_integers(const Node& node, const Operator& op) const {
  if (!has_integer_form(op) || !reads_integers(node, op)) return false;
  bool any = false;
  for (const auto& output : node.proto.output()) {
    const bool is_used = readers_.contains(output) || graph_outputs_.contains(output);
    if (output.empty() || !is_used) continue;
    if (!gives_floats(op) && !wanted_type(output)) return false;
    any = true;
  }
  return any;
}

}  // namespace edgecut::onnx_import
