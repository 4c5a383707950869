// The order in which nodes can be read.
#pragma once

#include <onnx/onnx_pb.h>

#include <set>
#include <string>
#include <vector>

namespace edgecut::onnx_import {

/// Each name that the node reads: its inputs, and what the graphs inside it take from around them.
std::set<std::string> names_read(const onnx::NodeProto& node);

struct Order {
  std::vector<const onnx::NodeProto*> nodes;  // those of a cycle last, as they stand in the file
  bool changed = false;                       // the file's own order was not one
};

/// Every node after those that make what it reads, and otherwise as in the file.
Order order_of(const google::protobuf::RepeatedPtrField<onnx::NodeProto>& nodes);

}  // namespace edgecut::onnx_import
