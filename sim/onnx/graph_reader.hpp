// Walks an ONNX graph once, in order: each node's shapes are inferred when all that it reads is known, constants are
// folded on the way, and what remains becomes layers. One pass reaches the fixpoint, for ONNX graphs are sorted.
#pragma once

#include <onnx/onnx_pb.h>

#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "dnn/network.hpp"
#include "onnx/import_model.hpp"
#include "onnx/node.hpp"
#include "onnx/tensor.hpp"

namespace edgecut::onnx_import {

class GraphReader {
 public:
  /// Borrows both for its lifetime.
  GraphReader(const onnx::GraphProto& graph, int opset, const ImportOptions& options);

  /// Throws ImportError. Called once.
  std::vector<dnn::Layer> read();

  [[nodiscard]] const std::vector<std::string>& warnings() const { return warnings_; }
  /// The type that most output elements have.
  [[nodiscard]] std::string dtype() const;

 private:
  void note_uses();
  void read_initializers();
  void read_inputs();
  void read_input(const onnx::ValueInfoProto& input);
  Shape input_shape(const onnx::ValueInfoProto& input);
  Shape declared_shape(const onnx::ValueInfoProto& input);

  void define_constant(const std::string& name, const onnx::TensorProto& tensor);

  void read_node(const onnx::NodeProto& proto);
  void read_any_node(const onnx::NodeProto& proto);
  Node connect(const onnx::NodeProto& proto) const;
  void pass_through(const Node& node);
  void read_constant(const Node& node);
  void read_constant_result(const Node& node);
  void read_layer(const Node& node);

  std::vector<onnx::TypeProto> types_of(const Node& node) const;
  std::vector<int> used_outputs(const onnx::NodeProto& proto) const;
  void describe_outputs(const Node& node, const std::vector<onnx::TypeProto>& types, dnn::Layer& layer);
  void take_parameters(const Node& node, std::uint32_t positions, dnn::Layer& layer);
  std::vector<dnn::LayerIndex> predecessors(const Node& node) const;
  Weight* add_weight(std::int64_t elements, int element_type);
  void define(const std::string& name, Tensor tensor);
  std::string unique_name(const std::string& wanted, const std::string& fallback);

  std::vector<bool> leading_to_output() const;
  std::vector<dnn::Layer> without_dead_ends();
  void warn_of_inner_outputs();

  const onnx::GraphProto& graph_;
  int opset_;
  const ImportOptions& options_;
  std::map<std::string, Tensor> tensors_;
  std::map<std::string, onnx::TypeProto> declared_types_;  // the file's own, where no shape was changed
  std::deque<Weight> weights_;
  std::deque<onnx::TensorProto> folded_;
  std::set<std::string> used_;  // tensors that a node reads or the graph gives out
  std::set<std::string> names_;
  std::map<int, double> elements_by_type_;
  std::vector<dnn::Layer> layers_;
  std::vector<std::string> warnings_;
  bool reshaped_ = false;
};

}  // namespace edgecut::onnx_import
