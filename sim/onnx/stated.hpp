// What the file itself says of its tensors' shapes, held against what the operators give.
#pragma once

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "onnx/node.hpp"

namespace edgecut::onnx_import {

class StatedTypes {
 public:
  /// Takes the value_info and the outputs of the graph. `sizes`: what the inputs say of the symbols. Where a size that
  /// the file fixes was replaced, nothing that it states holds any longer.
  void take(const onnx::GraphProto& graph, std::map<std::string, std::int64_t> sizes, bool replaced);

  /// `type` of output `name` as its operator gives it. Where its shape is not known: the file's own, if that is known.
  /// Where both are known and are not the same, the operator's, with a warning that tells both. A symbol that nothing
  /// has bound yet is bound by the first tensor that it stands in.
  onnx::TypeProto settle(const onnx::NodeProto& node, const std::string& name, const onnx::TypeProto& type);

  /// Warns where the type that the file states of an initialiser is not that of its numbers.
  void check_stored(const std::string& name, const onnx::TypeProto& own, const onnx::TypeProto& stated);

  /// The first contradictions in full, and how many there are.
  [[nodiscard]] std::vector<std::string> warnings() const;

 private:
  void warn(std::string contradiction);
  void compare(const onnx::NodeProto& node, const std::string& name, const onnx::TypeProto& own,
               const onnx::TypeProto& stated);
  [[nodiscard]] onnx::TypeProto with_sizes(const onnx::TypeProto& stated) const;

  std::map<std::string, onnx::TypeProto> stated_;
  std::map<std::string, std::int64_t> sizes_;
  std::vector<std::string> contradictions_;
  std::size_t count_ = 0;
};

}  // namespace edgecut::onnx_import
