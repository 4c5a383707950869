#include "onnx/other_work.hpp"

#include <fmt/format.h>

#include "onnx/shapes/definitions.hpp"
#include "onnx/shapes/rules.hpp"

namespace edgecut::onnx_import {
namespace {

Shape shape_of(const Node& node, std::size_t input, std::size_t fewest, std::size_t most) {
  const auto shape = node.input(input) == nullptr ? std::nullopt : known_shape(node.input(input)->type);
  if (!shape) refuse(node.proto, fmt::format("input {} has no shape, so its work cannot be counted", input));
  if (shape->size() < fewest || shape->size() > most) {
    refuse(node.proto,
           fmt::format("input {} must have {} to {} dimensions, not {}", input, fewest, most, shape->size()));
  }
  return *shape;
}

}  // namespace

std::int64_t recurrent_macs(const Node& node) {
  const auto data = shape_of(node, 0, 3, 3);    // steps, batch, features; or batch first
  const auto weight = shape_of(node, 1, 3, 3);  // directions, gates x hidden, features
  const auto state = shape_of(node, 2, 3, 3);   // directions, gates x hidden, hidden
  return product(product(data[0], data[1]), product(weight) + product(state));
}

std::int64_t attention_macs(const Node& node) {
  const auto queries = shape_of(node, 0, 3, 4);
  const auto keys = shape_of(node, 1, 3, 4);
  const auto values = shape_of(node, 2, 3, 4);
  const bool split = queries.size() == 4;  // heads apart: batch, heads, length, size
  const auto query_heads = split ? queries[1] : integer(node.proto, "q_num_heads", 1);
  const auto value_heads = values.size() == 4 ? values[1] : integer(node.proto, "kv_num_heads", 1);
  const auto size = split ? queries[3] : queries[2] / query_heads;
  const auto value_size = values.size() == 4 ? values[3] : values[2] / value_heads;
  const auto before = node.input(4) == nullptr ? 0 : shape_of(node, 4, 4, 4)[2];
  const auto length = keys[keys.size() == 4 ? 2 : 1] + before;
  const auto scores = product({queries[0], query_heads, queries[split ? 2 : 1], length});
  return product(scores, size + value_size);
}

std::int64_t einsum_macs(const Node& node) {
  if (node.inputs.size() == 1) return 0;
  if (node.inputs.size() > 2) refuse(node.proto, "the work of a product of three tensors hangs on its order");
  try {
    return product(rules::einsum_extents(Typing(node, newest_opset)));
  } catch (const NotKnown& reason) {
    refuse(node.proto, fmt::format("{}, so its work cannot be counted", reason.what));
  }
}

}  // namespace edgecut::onnx_import
