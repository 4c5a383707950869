// Operators that keep fewer numbers, or as many as the data say.
#include <fmt/format.h>

#include <algorithm>

#include "onnx/shapes/rules.hpp"

namespace edgecut::onnx_import::rules {
namespace {

using onnx::TensorProto;

Shape reduced(const Shape& shape, const std::vector<std::size_t>& axes, bool keep) {
  Shape result;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const bool gone = std::ranges::find(axes, i) != axes.end();
    if (!gone) result.push_back(shape[i]);
    if (gone && keep) result.push_back(1);
  }
  return result;
}

}  // namespace

// The axes are an attribute, and an input since operator set 13 (ReduceSum) or 18; none are all.
void reduction(Typing& node) {
  const auto& shape = node.shape(0);
  const auto given = node.list(1, "axes");
  if (given.empty() && node.integer("noop_with_empty_axes", 0) != 0) return node.set_shape(0, shape);
  auto axes = node.places(given, shape.size());
  for (std::size_t i = 0; given.empty() && i < shape.size(); ++i) axes.push_back(i);
  node.set_shape(0, reduced(shape, axes, node.integer("keepdims", 1) != 0));
}

void arg_reduction(Typing& node) {
  node.set_type(0, TensorProto::INT64);
  const auto& shape = node.shape(0);
  node.set_shape(0, reduced(shape, {node.axis(0, shape.size())}, node.integer("keepdims", 1) != 0));
}

void top_k(Typing& node) {
  node.set_type(1, TensorProto::INT64);
  auto shape = node.shape(0);
  auto& kept = shape[node.axis(-1, shape.size())];
  const auto k = node.has(1) ? node.value(1) : node.integer("k", 0);
  if (k < 0 || k > kept) node.refuse(fmt::format("keeps {} of {} numbers", k, kept));
  kept = k;
  node.set_shape(0, shape);
  node.set_shape(1, shape);
}

// Along an axis, or of all numbers in a row, those at whose place the condition is true.
void compress(Typing& node) {
  auto shape = node.shape(0);
  const auto condition = node.values(1);
  if (!node.states("axis")) shape = {product(shape)};
  auto& kept = shape[node.states("axis") ? node.axis(0, shape.size()) : 0];
  if (static_cast<std::int64_t>(condition.size()) > kept)
    node.refuse("its condition is longer than what it chooses from");
  kept = std::ranges::count_if(condition, [](auto truth) { return truth != 0; });
  node.set_shape(0, shape);
}

void non_zero(Typing& node) {
  node.set_type(0, TensorProto::INT64);
  throw NotKnown{"it finds as many places as the data say"};
}

void non_maximum_suppression(Typing& node) {
  node.set_type(0, TensorProto::INT64);
  throw NotKnown{"it keeps as many boxes as the data say"};
}

void unique(Typing& node) {
  for (std::size_t i = 1; i < node.outputs(); ++i) node.set_type(i, TensorProto::INT64);
  throw NotKnown{"it keeps as many numbers as the data say"};
}

}  // namespace edgecut::onnx_import::rules
