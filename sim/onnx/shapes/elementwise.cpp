// Operators that keep a shape or stretch several to each other.
#include <fmt/format.h>

#include "onnx/shapes/rules.hpp"

namespace edgecut::onnx_import::rules {
namespace {

using onnx::TensorProto;

constexpr int stretching_since = 7;  // before, the second tensor was fitted into the first

Shape stretched(const Typing& node) {
  if (node.opset() < stretching_since) return node.shape(0);
  return broadcast(node, node.shape(0), node.shape(1));
}

void must_be_inputs(const Typing& node, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    if (!node.has(i)) node.refuse(fmt::format("input {} is missing", i));
  }
}

void keep_shape(Typing& node) {
  node.set_shape(0, node.shape(0));
}

void must_be_by_channel(const Typing& node, std::size_t input, std::int64_t channels) {
  if (node.shape(input) != Shape{channels}) node.refuse_shapes({channels}, node.shape(input));
}

}  // namespace

void same(Typing& node) {
  keep_shape(node);
}

void same_along_axis(Typing& node) {
  const auto rank = node.shape(0).size();
  const auto first = node.opset() < 13 && node.op() != "LpNormalization" && !node.op().starts_with("Scatter");
  const auto fallback = node.op().starts_with("Scatter") ? 0 : (first ? 1 : -1);
  const auto axis = node.integer("axis", fallback);
  const bool at_end = first && axis == static_cast<std::int64_t>(rank);  // softmax over nothing, as flattened
  if (rank > 0 && !at_end) static_cast<void>(node.place(axis, rank));
  keep_shape(node);
}

void predicate(Typing& node) {
  node.set_type(0, TensorProto::BOOL);
  keep_shape(node);
}

// Of two tensors of one type; an exponent may be of another.
void arithmetic(Typing& node) {
  must_be_inputs(node, 2);
  if (node.op() != "Pow") node.must_be_of_one_type({0, 1});
  node.set_shape(0, stretched(node));
}

void comparison(Typing& node) {
  node.set_type(0, TensorProto::BOOL);
  arithmetic(node);
}

void variadic(Typing& node) {
  auto shape = node.shape(0);
  for (std::size_t i = 1; i < node.inputs(); ++i) {
    node.must_be_of_one_type({0, i});
    shape = broadcast(node, shape, node.shape(i));
  }
  node.set_shape(0, shape);
}

void where(Typing& node) {
  node.must_be_of_one_type({1, 2});
  node.set_type(0, node.type(1));
  node.set_shape(0, broadcast(node, broadcast(node, node.shape(0), node.shape(1)), node.shape(2)));
}

// The slope is stretched to the data, never the data to the slope.
void prelu(Typing& node) {
  if (node.opset() >= stretching_since && broadcast(node, node.shape(0), node.shape(1)) != node.shape(0)) {
    node.refuse_shapes(node.shape(0), node.shape(1));
  }
  keep_shape(node);
}

void cast(Typing& node) {
  constexpr int integers_since = 6;  // before, the type was a word
  if (node.opset() < integers_since) node.refuse("a cast of operator set 5 or older is not read");
  node.set_type(0, static_cast<int>(node.integer("to", 0)));
  keep_shape(node);
}

void cast_like(Typing& node) {
  node.set_type(0, node.type(1));
  keep_shape(node);
}

void quantize(Typing& node) {
  const auto stated = static_cast<int>(node.integer("output_dtype", 0));
  if (node.has(2) && stated != 0 && stated != node.type(2)) {
    node.refuse("attribute 'output_dtype' contradicts the type of its zero point");
  }
  node.set_type(0, node.has(2) ? node.type(2) : (stated != 0 ? stated : static_cast<int>(TensorProto::UINT8)));
  keep_shape(node);
}

void dequantize(Typing& node) {
  const auto stated = static_cast<int>(node.integer("output_dtype", 0));
  node.set_type(0, stated != 0 ? stated : node.type(1));
  keep_shape(node);
}

void dynamic_quantize(Typing& node) {
  node.set_type(0, TensorProto::UINT8);
  node.set_type(1, TensorProto::FLOAT);
  node.set_type(2, TensorProto::UINT8);
  node.set_shape(1, {});
  node.set_shape(2, {});
  keep_shape(node);
}

void random_like(Typing& node) {
  if (node.states("dtype")) node.set_type(0, static_cast<int>(node.integer("dtype", 0)));
  keep_shape(node);
}

void random(Typing& node) {
  node.set_type(0, static_cast<int>(node.integer("dtype", TensorProto::FLOAT)));
  node.set_shape(0, node.integers("shape"));
}

void multinomial(Typing& node) {
  node.set_type(0, static_cast<int>(node.integer("dtype", TensorProto::INT32)));
  node.set_shape(0, {node.shape(0, 2)[0], node.integer("sample_size", 1)});
}

// One number a channel, or since operator set 21 of groups of them as well.
void instance_normalization(Typing& node) {
  const auto& data = node.shape(0);
  if (data.size() < 2) node.refuse(fmt::format("its input must have 2 or more dimensions, not {}", data.size()));
  auto count = data[1];
  if (node.op() == "GroupNormalization") {
    const auto groups = node.integer("num_groups", 0);
    if (groups < 1 || count % groups != 0) {
      node.refuse(fmt::format("attribute 'num_groups' is {}, which does not divide {} channels", groups, count));
    }
    constexpr int by_channel_since = 21;
    if (node.opset() < by_channel_since) count = groups;
  }
  must_be_by_channel(node, 1, count);
  must_be_by_channel(node, 2, count);
  keep_shape(node);
}

// The outputs after the first are the statistics of training.
void batch_normalization(Typing& node) {
  const auto& data = node.shape(0);
  const bool by_channel = node.integer("spatial", 1) != 0;
  for (std::size_t i = 1; by_channel && i < 5; ++i) must_be_by_channel(node, i, data.size() > 1 ? data[1] : 1);
  for (std::size_t i = 1; i < node.outputs(); ++i) {
    const auto source = i % 2 == 1 ? 3U : 4U;  // running mean, running variance, and again before operator set 14
    node.set_type(i, node.type(source));
    node.set_shape(i, node.shape(source));
  }
  keep_shape(node);
}

// RMSNormalization has the first output only.
void layer_normalization(Typing& node) {
  auto statistics = node.shape(0);
  const auto axis = node.axis(-1, statistics.size());
  for (auto i = axis; i < statistics.size(); ++i) statistics[i] = 1;
  for (std::size_t i = 1; i < node.outputs(); ++i) {
    node.set_type(i, static_cast<int>(node.integer("stash_type", TensorProto::FLOAT)));
    node.set_shape(i, statistics);
  }
  const auto& data = node.shape(0);
  for (std::size_t i = 1; i < node.inputs(); ++i) {
    if (!node.has(i)) continue;
    if (broadcast(node, data, node.shape(i)) != data) node.refuse_shapes(data, node.shape(i));
  }
  keep_shape(node);
}

void rotary_embedding(Typing& node) {
  const auto rank = node.shape(0).size();
  if (rank != 3 && rank != 4) node.refuse(fmt::format("its input must have 3 or 4 dimensions, not {}", rank));
  if (rank == 3 && node.integer("num_heads", 0) < 1) node.refuse("attribute 'num_heads' is missing");
  keep_shape(node);
}

}  // namespace edgecut::onnx_import::rules
