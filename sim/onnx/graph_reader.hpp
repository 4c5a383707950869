// Walks an ONNX graph once, each node after those that it reads: its shapes are inferred when all that it reads is known,
// constants are folded on the way, control flow is replaced by what it runs, and what remains becomes layers.
#pragma once

#include <onnx/onnx_pb.h>

#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "dnn/network.hpp"
#include "onnx/control_flow.hpp"
#include "onnx/import_model.hpp"
#include "onnx/node.hpp"
#include "onnx/operators.hpp"
#include "onnx/quantisation.hpp"
#include "onnx/stated.hpp"
#include "onnx/tensor.hpp"

namespace edgecut::onnx_import {

class GraphReader final : private GraphWalk {
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
  [[nodiscard]] const Tensor* find(const std::string& name) const override;
  void define(const std::string& name, Tensor tensor) override;
  void define_constant(const std::string& name, const onnx::TensorProto& tensor) override;
  void note_made(const onnx::NodeProto& node) override;
  void note_use(const std::string& name) override;
  void need_numbers(const std::string& name) override;
  void read_made(const onnx::NodeProto& node) override;

  void note_uses();
  void read_initializers();
  void read_inputs();
  void read_input(const onnx::ValueInfoProto& input, const Shape& shape);

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

  std::vector<onnx::TypeProto> types_of(const Node& node);
  std::vector<int> used_outputs(const onnx::NodeProto& proto) const;
  std::vector<int> outputs_of(const onnx::NodeProto& proto) const;
  dnn::Output describe_output(const Node& node, const std::string& name, const onnx::TypeProto& type, bool on_integers);
  void describe_outputs(const Node& node, const std::vector<onnx::TypeProto>& types, const std::vector<int>& outputs,
                        bool on_integers, dnn::Layer& layer);
  void set_inputs(const Node& node, dnn::Layer& layer) const;
  std::string unique_name(const std::string& wanted, const std::string& fallback);

  std::vector<bool> leading_to_output() const;
  std::vector<dnn::Layer> without_dead_ends();
  void warn_of_inner_outputs();

  const onnx::GraphProto& graph_;
  int opset_;
  const ImportOptions& options_;
  Quantisation quantisation_;
  std::map<std::string, Tensor> tensors_;
  std::map<std::string, Tensor> integers_;  // of those whose numbers somebody reads, too
  StatedTypes stated_;
  std::deque<Weight> weights_;
  std::deque<onnx::TensorProto> folded_;
  std::set<std::string> used_;  // tensors that a node reads or the graph gives out
  std::set<std::string> made_;  // tensors that a node of the graph makes
  std::set<std::string> names_;
  std::set<std::string> file_names_;   // of the graph's nodes
  std::map<std::string, int> copies_;  // the number of the last copy, by name
  std::map<int, double> elements_by_type_;
  std::vector<dnn::Layer> layers_;
  std::vector<std::vector<Weight*>> uses_;  // by layer
  std::vector<dnn::SharedWeight> shared_weights_;
  std::vector<std::string> warnings_;
  std::vector<std::string> scalars_;  // inputs without dimensions
  ControlFlow control_flow_;
  std::string unknown_;  // why the last node's shapes are not known
};

}  // namespace edgecut::onnx_import
