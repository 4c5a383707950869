#include "onnx/stated.hpp"

#include <fmt/format.h>

#include "onnx/inputs.hpp"
#include "onnx/tensor.hpp"

namespace edgecut::onnx_import {
namespace {

constexpr std::size_t told_in_full = 3;

bool states_shape(const onnx::TypeProto& type) {
  return type.has_tensor_type() && type.tensor_type().has_shape();
}

std::string told(const onnx::TypeProto& type) {
  const auto* element = find_element_type(element_type(type));
  const auto words = element == nullptr ? std::string() : std::string(element->name);
  return states_shape(type) ? fmt::format("{}{}{}", words, words.empty() ? "" : " ", stated_shape(type)) : words;
}

}  // namespace

void StatedTypes::take(const onnx::GraphProto& graph, std::map<std::string, std::int64_t> sizes, bool replaced) {
  if (replaced) return;
  sizes_ = std::move(sizes);
  for (const auto& value : graph.value_info()) stated_[value.name()] = value.type();
  for (const auto& output : graph.output()) stated_[output.name()] = output.type();
}

onnx::TypeProto StatedTypes::with_sizes(const onnx::TypeProto& stated) const {
  auto type = stated;
  for (auto& dimension : *type.mutable_tensor_type()->mutable_shape()->mutable_dim()) {
    if (dimension.has_dim_value()) continue;
    const auto size = sizes_.find(dimension.dim_param());
    if (size != sizes_.end() && !dimension.dim_param().empty()) dimension.set_dim_value(size->second);
  }
  return type;
}

onnx::TypeProto StatedTypes::settle(const onnx::NodeProto& node, const std::string& name, const onnx::TypeProto& type) {
  const auto found = stated_.find(name);
  if (found == stated_.end() || !found->second.has_tensor_type()) return type;
  if (known_shape(type)) {
    compare(node, name, type, found->second);
    return type;
  }
  if (!states_shape(found->second)) return type;
  auto stated = with_sizes(found->second);
  if (!known_shape(stated)) return type;
  if (type.has_tensor_type() && element_type(type) != 0)
    stated.mutable_tensor_type()->set_elem_type(element_type(type));
  return stated;
}

void StatedTypes::compare(const onnx::NodeProto& node, const std::string& name, const onnx::TypeProto& own,
                          const onnx::TypeProto& stated) {
  const auto own_type = element_type(own);
  const auto stated_type = element_type(stated);
  bool same = own_type == 0 || stated_type == 0 || own_type == stated_type;
  if (states_shape(stated)) {
    const auto shape = *known_shape(own);
    const auto& dimensions = stated.tensor_type().shape().dim();
    same &= static_cast<std::size_t>(dimensions.size()) == shape.size();
    for (std::size_t i = 0; i < shape.size() && static_cast<std::size_t>(dimensions.size()) == shape.size(); ++i) {
      const auto& dimension = dimensions[static_cast<int>(i)];
      if (dimension.has_dim_value()) same &= dimension.dim_value() == shape[i];
      if (dimension.dim_param().empty()) continue;
      same &= sizes_.emplace(dimension.dim_param(), shape[i]).first->second == shape[i];
    }
  }
  if (same) return;
  const auto sized = told(with_sizes(stated));
  warn(fmt::format("node '{}' ({}): the file states {}{} for '{}', its operator gives {}, which is taken",
                   printable(node.name().empty() ? name : node.name()), printable(node.op_type()), told(stated),
                   sized == told(stated) ? "" : fmt::format(" = {}", sized), printable(name), told(own)));
}

void StatedTypes::check_stored(const std::string& name, const onnx::TypeProto& own, const onnx::TypeProto& stated) {
  const auto shape = states_shape(stated) ? known_shape(stated) : std::nullopt;
  const bool same_type = element_type(stated) == 0 || element_type(stated) == element_type(own);
  if (same_type && (!shape || shape == known_shape(own))) return;
  warn(fmt::format("initialiser '{}': the file states {}, its numbers are {}, which is taken", printable(name),
                   told(stated), told(own)));
}

void StatedTypes::warn(std::string contradiction) {
  ++count_;
  if (contradictions_.size() == told_in_full) return;
  contradictions_.push_back(std::move(contradiction));
}

std::vector<std::string> StatedTypes::warnings() const {
  auto warnings = contradictions_;
  if (count_ > contradictions_.size()) {
    warnings.push_back(fmt::format("{} more shapes that the file states are not what its operators give",
                                   count_ - contradictions_.size()));
  }
  return warnings;
}

}  // namespace edgecut::onnx_import
