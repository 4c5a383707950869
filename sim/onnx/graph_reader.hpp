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
#include "onnx/operators.hpp"
#include "onnx/quantisation.hpp"
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
  /// Weights that several of the layers read.
  [[nodiscard]] const std::vector<dnn::SharedWeight>& shared_weights() const { return shared_weights_; }

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
  Node connect(const onnx::NodeProto& proto, bool as_integers) const;
  void pass_through(const Node& node);
  void read_constant(const Node& node);
  void read_constant_result(const Node& node);
  void read_layer(const Node& node, bool on_integers);
  void warn_of_made_weight(const Node& node, const Operator& op, const std::string& layer);
  void add_layer(dnn::Layer layer, std::vector<Weight*> uses);

  [[nodiscard]] bool computes_on_integers(const Node& node) const;
  [[nodiscard]] static bool reads_8_bit_layer(const Node& node);
  [[nodiscard]] static bool is_quantised(const Node& node);
  void put_off(const Node& node);
  void dequantise(const std::string& name);
  void read_as_integers(const Node& node);

  std::vector<onnx::TypeProto> types_of(const Node& node) const;
  std::vector<int> used_outputs(const onnx::NodeProto& proto) const;
  std::vector<int> outputs_of(const onnx::NodeProto& proto) const;
  dnn::Output describe_output(const Node& node, const std::string& name, const onnx::TypeProto& type, bool on_integers);
  void describe_outputs(const Node& node, const std::vector<onnx::TypeProto>& types, const std::vector<int>& outputs,
                        bool on_integers, dnn::Layer& layer);
  void set_inputs(const Node& node, dnn::Layer& layer) const;
  void define(const std::string& name, Tensor tensor);
  std::string unique_name(const std::string& wanted, const std::string& fallback);

  std::vector<bool> leading_to_output() const;
  std::vector<dnn::Layer> without_dead_ends();
  void warn_of_inner_outputs();

  const onnx::GraphProto& graph_;
  int opset_;
  const ImportOptions& options_;
  Quantisation quantisation_;
  std::map<std::string, Tensor> tensors_;
  std::map<std::string, Tensor> integers_;                 // of those whose numbers somebody reads, too
  std::map<std::string, onnx::TypeProto> declared_types_;  // the file's own, where no shape was changed
  std::deque<Weight> weights_;
  std::deque<onnx::TensorProto> folded_;
  std::set<std::string> used_;  // tensors that a node reads or the graph gives out
  std::set<std::string> names_;
  std::map<int, double> elements_by_type_;
  std::vector<dnn::Layer> layers_;
  std::vector<std::vector<Weight*>> uses_;  // by layer
  std::vector<dnn::SharedWeight> shared_weights_;
  std::vector<std::string> warnings_;
  bool reshaped_ = false;
};

}  // namespace edgecut::onnx_import
