#include "onnx/weights.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <set>

namespace edgecut::onnx_import {
namespace {

using onnx::TensorProto;

bool is_one_of(const std::string& op, std::initializer_list<std::string_view> names) {
  return std::ranges::find(names, op) != names.end();
}

void keep_each_once(std::vector<Weight*>& weights) {
  std::ranges::sort(weights, std::less<>());
  weights.erase(std::ranges::unique(weights).begin(), weights.end());
}

bool holds(Positions positions, std::size_t input) {
  return ((positions >> std::min<std::size_t>(input, 31)) & 1U) != 0;
}

// Indices and masks were not learnt.
bool is_index(int type) {
  return type == TensorProto::INT64 || type == TensorProto::BOOL;
}

// Where any input may be one, a scalar is none.
bool may_be_parameter(int type, std::int64_t elements, Positions positions) {
  if (is_index(type)) return false;
  if (positions != any_input) return true;
  const auto* element = find_element_type(type);
  return element != nullptr && element->floating && elements > 1;
}

bool is_read(const Tensor& constant, Positions positions) {
  const auto shape = known_shape(constant.type);
  return shape && may_be_parameter(element_type(constant.type), product(*shape), positions);
}

// Constants at the inputs that may be parameters.
template <class Use>
void for_each_constant(const Node& node, Positions positions, Use use) {
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    const auto* input = node.inputs[i];
    if (input != nullptr && input->constant && holds(positions, i)) use(*input, i);
  }
}

// Throws where the type has no size.
Bytes size_of(const Weight& weight) {
  return Bytes(static_cast<double>(product(weight.elements, find_element_type(weight.element_type)->bytes)));
}

// Names of shared weights tell them apart.
std::string unique(const std::string& wanted, std::set<std::string>& names) {
  const auto base = wanted.empty() ? std::string("weight") : wanted;
  auto name = base;
  for (int i = 2; !names.insert(name).second; ++i) name = fmt::format("{}_{}", base, i);
  return name;
}

std::map<const Weight*, std::size_t> readers_of(const std::vector<std::vector<Weight*>>& uses) {
  std::map<const Weight*, std::size_t> readers;
  for (const auto& weights : uses) {
    for (const auto* weight : weights) ++readers[weight];
  }
  return readers;
}

// Inputs whose numbers the result is made of. Those beside them say how: indices, paddings, scales, limits, masks.
Positions sources_of(const Node& node) {
  constexpr Positions first = 0b1;
  if (is_one_of(node.op(), {"Clip", "DequantizeLinear", "QuantizeLinear"})) return first;
  if (node.op() == "Where") return 0b110;
  const auto* op = find_operator(node.op());
  if (op == nullptr || (op->kind != dnn::LayerKind::data_movement && op->kind != dnn::LayerKind::pool))
    return any_input;
  return op->parameters == no_input ? first : op->parameters;
}

bool is_scalar(const Tensor* tensor) {
  const auto shape = tensor == nullptr ? std::nullopt : known_shape(tensor->type);
  return shape && product(*shape) == 1;
}

// A factor or an exponent.
bool is_scalar_beside_others(const Node& node, std::size_t input) {
  return is_scalar(node.inputs[input]) && !std::ranges::all_of(node.inputs, is_scalar);
}

}  // namespace

std::vector<Weight*> weights_behind(const Node& node) {
  std::vector<Weight*> weights;
  if (is_one_of(node.op(), {"Shape", "Size", "ConstantOfShape", "Range", "EyeLike"})) return weights;
  const auto made_of = sources_of(node);
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    const auto* input = node.inputs[i];
    if (input == nullptr || !holds(made_of, i) || is_scalar_beside_others(node, i)) continue;
    weights.insert(weights.end(), input->weights.begin(), input->weights.end());
  }
  keep_each_once(weights);
  return weights;
}

std::optional<int> stored_type(const Node& node) {
  const auto* input = node.input(0);
  if (input == nullptr) return std::nullopt;
  if (node.op() == "DequantizeLinear") return element_type(input->type);
  const auto* op = find_operator(node.op());
  const bool moves = op != nullptr && op->kind == dnn::LayerKind::data_movement;
  return moves ? input->stored : std::nullopt;
}

std::vector<Weight*> parameters_of(const Node& node, const Operator& op) {
  std::vector<Weight*> parameters;
  for_each_constant(node, op.parameters, [&](const Tensor& constant, std::size_t) {
    for (auto* weight : constant.weights) {
      if (!may_be_parameter(weight->element_type, weight->elements, op.parameters)) continue;
      if (find_element_type(weight->element_type) == nullptr) {
        refuse(node.proto, fmt::format("weight '{}' is of type {}, whose size is not known here", weight->name,
                                       type_word(weight->element_type)));
      }
      parameters.push_back(weight);
    }
  });
  keep_each_once(parameters);
  return parameters;
}

Bytes constants_read(const Node& node, const Operator& op, const Shape& output) {
  double bytes = 0.0;
  for_each_constant(node, op.parameters, [&](const Tensor& constant, std::size_t input) {
    if (!is_read(constant, op.parameters)) return;
    if (input > 0 || !is_lookup(node.op())) {
      bytes += static_cast<double>(bytes_in_memory(constant));
      return;
    }
    const auto* element = find_element_type(constant.stored.value_or(element_type(constant.type)));
    if (element != nullptr) bytes += static_cast<double>(product(product(output), element->bytes));
  });
  return Bytes(bytes);
}

std::vector<dnn::SharedWeight> count_weights(const std::vector<std::vector<Weight*>>& uses,
                                             std::vector<dnn::Layer>& layers) {
  const auto readers = readers_of(uses);
  std::vector<dnn::SharedWeight> shared;
  std::map<const Weight*, std::size_t> places;
  std::set<std::string> names;
  for (dnn::LayerIndex v = 0; v < layers.size(); ++v) {
    for (const auto* weight : uses[v]) {
      if (readers.at(weight) == 1) {
        layers[v].parameters += weight->elements;
        layers[v].weights += size_of(*weight);
        continue;
      }
      const auto [place, is_new] = places.try_emplace(weight, shared.size());
      if (is_new) shared.push_back({unique(weight->name, names), weight->elements, size_of(*weight)});
      layers[v].shares.push_back(place->second);
    }
  }
  dnn::add_shared_weights(layers, shared);
  return shared;
}

}  // namespace edgecut::onnx_import
