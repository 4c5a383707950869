// If, Loop and Scan: replaced by the nodes that they run.
#pragma once

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "onnx/node.hpp"

namespace edgecut::onnx_import {

/// What control flow asks of the walk over the graph.
class GraphWalk {
 public:
  GraphWalk() = default;
  GraphWalk(const GraphWalk&) = delete;
  GraphWalk& operator=(const GraphWalk&) = delete;

  /// Null where nothing has made it yet.
  [[nodiscard]] virtual const Tensor* find(const std::string& name) const = 0;
  virtual void define(const std::string& name, Tensor tensor) = 0;
  /// A weight, or another constant that the model holds. Borrows `tensor`.
  virtual void define_constant(const std::string& name, const onnx::TensorProto& tensor) = 0;
  /// A node yet to be read, told of before what it reads is made: of a node's outputs only those that are read count.
  virtual void note_made(const onnx::NodeProto& node) = 0;
  virtual void note_use(const std::string& name) = 0;
  /// A tensor is handed on: it must be there as numbers, not as the integers that stand for them.
  virtual void need_numbers(const std::string& name) = 0;
  /// A node that stands in no file, or in a graph within the graph. Borrows `node`.
  virtual void read_made(const onnx::NodeProto& node) = 0;

 protected:
  ~GraphWalk() = default;
};

/// The domain of nodes that are made here and stand in no file.
inline constexpr std::string_view own_domain = "edgecut";

bool is_control_flow(const onnx::NodeProto& node);

/// The branch that an If takes where its condition is not known, by the node's name (its first output's, where it has
/// none): true is `then`.
using Branches = std::map<std::string, bool>;

class ControlFlow {
 public:
  /// Borrows all for its lifetime. `scalars` are the network's inputs without dimensions, to be told where a condition
  /// hangs on them.
  ControlFlow(GraphWalk& walk, const Branches& branches, const std::vector<std::string>& scalars)
      : walk_(walk), branches_(branches), scalars_(scalars) {}

  /// Reads what the node runs and defines its outputs: the branch that an If takes; the body of a Loop or a Scan, once
  /// a trip. A weight in a body is one weight, however many trips read it. Throws ImportError where the branch or the
  /// number of trips depends on the network's input.
  void expand(const Node& node);

  /// Throws ImportError where a branch was given for no If that needs one.
  void check_branches() const;

 private:
  using Names = std::map<std::string, std::string>;

  void expand_if(const Node& node);
  void expand_loop(const Node& node);
  void expand_scan(const Node& node);
  [[nodiscard]] bool takes_then(const Node& node);
  [[nodiscard]] std::string remedy() const;
  std::vector<std::string> run(const onnx::NodeProto& node, const onnx::GraphProto& body, Names bound);
  void define_constants(const onnx::GraphProto& body, Names& names);
  std::string define_number(const std::string& name, int type, std::int64_t number);
  void hand_out(const onnx::NodeProto& node, int output, const std::string& name);
  void stack(const onnx::NodeProto& node, int output, const std::vector<std::string>& trips, std::int64_t axis);
  std::vector<std::string> slice(const std::string& name, std::size_t axis, std::int64_t trips);
  std::vector<std::string> unstack(const onnx::NodeProto& node, int input, std::size_t axis, std::int64_t trips);

  GraphWalk& walk_;
  const Branches& branches_;
  const std::vector<std::string>& scalars_;
  std::deque<onnx::NodeProto> nodes_;      // that are read
  std::deque<onnx::TensorProto> numbers_;  // that trips count with
  std::vector<std::string> path_;          // of the control flow around
  std::set<std::string> open_;             // Ifs whose branch was given and taken
  std::int64_t runs_ = 0;                  // bodies and slices read, which tells their names apart
  std::int64_t trips_ = 0;                 // bodies read
};

}  // namespace edgecut::onnx_import
