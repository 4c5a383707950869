#include "onnx/inference.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "onnx/control_flow.hpp"
#include "onnx/shapes/rules.hpp"

namespace edgecut::onnx_import {
namespace {

void check_count(const Node& node, const Definition& definition) {
  const auto inputs = node.proto.input_size();
  if (inputs < definition.fewest_inputs || inputs > definition.most_inputs) {
    const auto most = definition.most_inputs == std::numeric_limits<int>::max()
                          ? std::string("any number")
                          : std::to_string(definition.most_inputs);
    refuse(node.proto, fmt::format("has {} inputs; allowed: {} to {}", inputs, definition.fewest_inputs, most));
  }
  // These two may leave out an input that another stands behind.
  const bool has_gaps = node.op() == "Loop" || node.op() == "Resize";
  for (int i = 0; i < definition.fewest_inputs && !has_gaps; ++i) {
    if (node.inputs[static_cast<std::size_t>(i)] == nullptr) {
      refuse(node.proto, fmt::format("input {} is missing", i));
    }
  }
  if (node.proto.output_size() > definition.most_outputs) {
    refuse(node.proto, fmt::format("has {} outputs; allowed: {}", node.proto.output_size(), definition.most_outputs));
  }
}

// What a rule does not know could change a shape: it is never passed over.
void check_attributes(const Node& node, const Definition& definition) {
  for (const auto& attribute : node.proto.attribute()) {
    if (find_attribute(node.proto, attribute.name()) != &attribute) {
      refuse(node.proto, fmt::format("attribute '{}' is given twice", attribute.name()));
    }
    if (definition.allows(attribute.name())) continue;
    refuse(node.proto, fmt::format("attribute '{}' is not known (known since operator set {}: {})", attribute.name(),
                                   definition.since, definition.attributes.empty() ? "none" : definition.attributes));
  }
}

}  // namespace

void check_definition(const Node& node, int opset) {
  if (node.proto.domain() == own_domain) return;
  const auto* definition = find_definition(node.op(), opset);
  if (definition == nullptr || definition->is_withdrawn()) {
    refuse(node.proto, fmt::format("operator set {} has no such operator, or it is not known here", opset));
  }
  check_count(node, *definition);
  check_attributes(node, *definition);
}

Inferred infer_types(const Node& node, int opset) {
  const auto rule = find_rule(node.op());
  if (rule == nullptr) refuse(node.proto, "the shape of its output is not known here");
  Typing typing(node, opset);
  try {
    rule(typing);
  } catch (const NotKnown& reason) {
    return {typing.take(), reason.what};
  }
  return {typing.take(), ""};
}

}  // namespace edgecut::onnx_import
