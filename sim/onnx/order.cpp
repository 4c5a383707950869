#include "onnx/order.hpp"

#include <functional>
#include <map>
#include <queue>

namespace edgecut::onnx_import {
namespace {

using Nodes = google::protobuf::RepeatedPtrField<onnx::NodeProto>;

void collect(const onnx::NodeProto& node, std::set<std::string>& names);

void collect(const onnx::GraphProto& graph, std::set<std::string>& names) {
  std::set<std::string> read;
  for (const auto& node : graph.node()) collect(node, read);
  for (const auto& output : graph.output()) read.insert(output.name());
  for (const auto& node : graph.node()) {
    for (const auto& output : node.output()) read.erase(output);
  }
  for (const auto& input : graph.input()) read.erase(input.name());
  for (const auto& initializer : graph.initializer()) read.erase(initializer.name());
  names.merge(read);
}

void collect(const onnx::NodeProto& node, std::set<std::string>& names) {
  names.insert(node.input().begin(), node.input().end());
  for (const auto& attribute : node.attribute()) {
    if (attribute.has_g()) collect(attribute.g(), names);
  }
}

std::map<std::string, int> makers(const Nodes& nodes) {
  std::map<std::string, int> result;
  for (int i = 0; i < nodes.size(); ++i) {
    for (const auto& output : nodes[i].output()) {
      if (!output.empty()) result.emplace(output, i);
    }
  }
  return result;
}

}  // namespace

std::set<std::string> names_read(const onnx::NodeProto& node) {
  std::set<std::string> names;
  collect(node, names);
  names.erase("");
  return names;
}

Order order_of(const Nodes& nodes) {
  const auto made_by = makers(nodes);
  const auto count = static_cast<std::size_t>(nodes.size());
  std::vector<std::vector<int>> readers(count);
  std::vector<int> missing(count, 0);
  for (int i = 0; i < nodes.size(); ++i) {
    for (const auto& name : names_read(nodes[i])) {
      const auto maker = made_by.find(name);
      if (maker == made_by.end()) continue;
      readers[static_cast<std::size_t>(maker->second)].push_back(i);
      ++missing[static_cast<std::size_t>(i)];
    }
  }
  std::priority_queue<int, std::vector<int>, std::greater<>> ready;
  for (int i = 0; i < nodes.size(); ++i) {
    if (missing[static_cast<std::size_t>(i)] == 0) ready.push(i);
  }
  Order order;
  for (; !ready.empty();) {
    const auto i = ready.top();
    ready.pop();
    order.changed |= static_cast<std::size_t>(i) != order.nodes.size();
    order.nodes.push_back(&nodes[i]);
    for (const auto reader : readers[static_cast<std::size_t>(i)]) {
      if (--missing[static_cast<std::size_t>(reader)] == 0) ready.push(reader);
    }
  }
  for (int i = 0; i < nodes.size(); ++i) {
    if (missing[static_cast<std::size_t>(i)] > 0) order.nodes.push_back(&nodes[i]);
  }
  return order;
}

}  // namespace edgecut::onnx_import
