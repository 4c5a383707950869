#include "onnx/node.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "onnx/import_model.hpp"

namespace edgecut::onnx_import {
namespace {

unsigned char byte_at(std::string_view text, std::size_t i) {
  return static_cast<unsigned char>(text[i]);
}

// Length that the first byte of a UTF-8 sequence announces; 0 for control characters and bytes that start none.
std::size_t announced_length(unsigned char first) {
  if (first < 0x20 || first == 0x7F) return 0;
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4) return 0;
  if (first < 0xE0) return 2;
  return first < 0xF0 ? 3 : 4;
}

// Length of the sequence at the start of `text`, 0 when there is none. Overlong forms are let through.
std::size_t sequence_length(std::string_view text) {
  const auto length = announced_length(byte_at(text, 0));
  if (length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte_at(text, i) & 0xC0U) != 0x80) return 0;
  }
  return length;
}

std::string_view word_for(onnx::AttributeProto::AttributeType type) {
  switch (type) {
    case onnx::AttributeProto::INT:
      return "a whole number";
    case onnx::AttributeProto::INTS:
      return "a list of whole numbers";
    case onnx::AttributeProto::FLOAT:
      return "a number with a fraction";
    case onnx::AttributeProto::FLOATS:
      return "a list of numbers with a fraction";
    case onnx::AttributeProto::STRING:
      return "a text";
    case onnx::AttributeProto::TENSOR:
      return "a tensor";
    default:
      return "of another type";
  }
}

}  // namespace

const onnx::AttributeProto* find_attribute(const onnx::NodeProto& node, std::string_view name) {
  const auto found = std::ranges::find_if(node.attribute(), [&](const auto& a) { return a.name() == name; });
  return found == node.attribute().end() ? nullptr : &*found;
}

const onnx::AttributeProto* find_attribute(const onnx::NodeProto& node, std::string_view name,
                                           onnx::AttributeProto::AttributeType type) {
  const auto* found = find_attribute(node, name);
  if (found == nullptr || found->type() == onnx::AttributeProto::UNDEFINED || found->type() == type) return found;
  refuse(node, fmt::format("attribute '{}' must be {}, not {}", name, word_for(type), word_for(found->type())));
}

std::int64_t integer(const onnx::NodeProto& node, std::string_view name, std::int64_t fallback) {
  const auto* attribute = find_attribute(node, name, onnx::AttributeProto::INT);
  return attribute != nullptr && attribute->has_i() ? attribute->i() : fallback;
}

std::vector<std::int64_t> integers(const onnx::NodeProto& node, std::string_view name) {
  const auto* attribute = find_attribute(node, name, onnx::AttributeProto::INTS);
  if (attribute == nullptr) return {};
  return {attribute->ints().begin(), attribute->ints().end()};
}

std::string printable(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const auto length = sequence_length(text);
    result += length == 0 ? std::string_view("?") : text.substr(0, length);
    text.remove_prefix(std::max<std::size_t>(1, length));
  }
  return result;
}

void refuse(const onnx::NodeProto& node, std::string_view message) {
  const auto& name = !node.name().empty() || node.output().empty() ? node.name() : node.output(0);
  throw ImportError(fmt::format("node '{}' ({}): {}", printable(name), printable(node.op_type()), printable(message)));
}

}  // namespace edgecut::onnx_import
