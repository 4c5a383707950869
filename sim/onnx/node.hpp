// One node of the graph with the tensors that it reads.
#pragma once

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "onnx/tensor.hpp"

namespace edgecut::onnx_import {

struct Node {
  const onnx::NodeProto& proto;
  std::vector<const Tensor*> inputs;  // null where an optional input is left out

  [[nodiscard]] const std::string& op() const { return proto.op_type(); }
  /// Null where there is none.
  [[nodiscard]] const Tensor* input(std::size_t i) const { return i < inputs.size() ? inputs[i] : nullptr; }
};

const onnx::AttributeProto* find_attribute(const onnx::NodeProto& node, std::string_view name);
/// The same, refused where the attribute is of another type. Files of the first IR versions state none.
const onnx::AttributeProto* find_attribute(const onnx::NodeProto& node, std::string_view name,
                                           onnx::AttributeProto::AttributeType type);
std::int64_t integer(const onnx::NodeProto& node, std::string_view name, std::int64_t fallback);
std::vector<std::int64_t> integers(const onnx::NodeProto& node, std::string_view name);

/// The text with '?' for every control character and byte that is not UTF-8: names in files may hold anything.
std::string printable(std::string_view text);

/// Throws ImportError "node 'name' (Op): message".
[[noreturn]] void refuse(const onnx::NodeProto& node, std::string_view message);

}  // namespace edgecut::onnx_import
