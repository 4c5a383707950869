// Networks in the form that quantisers write, in which integers pass DequantizeLinear before an operator and
// QuantizeLinear behind it. Runtimes compute such an operator on the integers, and the two nodes around it not at all.
#pragma once

#include <onnx/onnx_pb.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "onnx/node.hpp"
#include "onnx/operators.hpp"

namespace edgecut::onnx_import {

/// Who reads a tensor of a graph.
class Quantisation {
 public:
  /// Borrows the graph.
  explicit Quantisation(const onnx::GraphProto& graph);
  /// A node that is not in the graph's list. Borrowed, and noted before what makes its inputs is asked about.
  void note(const onnx::NodeProto& node);

  /// The 8-bit type in which a tensor is wanted, where every reader quantises it, perhaps behind a Relu or a Clip; none
  /// where somebody reads its numbers.
  [[nodiscard]] std::optional<int> wanted_type(const std::string& tensor) const;

  /// Whether the operator is computed on 8-bit integers: all that it reads was such, and all that it gives is to be (a
  /// product of matrices may give floats).
  [[nodiscard]] bool computes_on_integers(const Node& node, const Operator& op) const;

 private:
  [[nodiscard]] std::optional<int> wanted_type(const std::string& tensor, int clipped) const;
  void note_reader(const onnx::NodeProto& node, const onnx::NodeProto& reader);
  [[nodiscard]] std::optional<int> type_made_by(const onnx::NodeProto& quantiser) const;

  std::map<std::string, std::vector<const onnx::NodeProto*>> readers_;
  std::map<std::string, int> constant_types_;
  std::set<std::string> graph_outputs_;
};

}  // namespace edgecut::onnx_import
