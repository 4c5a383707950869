// Operators that make tensors of shapes, counts and signals.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "onnx/shapes/rules.hpp"

namespace edgecut::onnx_import::rules {
namespace {

using onnx::TensorProto;

}  // namespace

// Since operator set 15 a part of the shape.
void shape_of(Typing& node) {
  node.set_type(0, TensorProto::INT64);
  const auto rank = static_cast<std::int64_t>(node.shape(0).size());
  const auto bound = [&](std::string_view attribute, std::int64_t fallback) {
    const auto at = node.integer(attribute, fallback);
    return std::clamp<std::int64_t>(at < 0 ? at + rank : at, 0, rank);
  };
  node.set_shape(0, {std::max<std::int64_t>(0, bound("end", rank) - bound("start", 0))});
}

void size_of(Typing& node) {
  node.set_type(0, TensorProto::INT64);
  node.set_shape(0, {});
}

void constant_of_shape(Typing& node) {
  node.set_type(0, node.attribute_type("value", TensorProto::FLOAT));
  node.set_shape(0, node.values(0));
}

void range(Typing& node) {
  const auto first = [&](std::size_t input) {
    const auto numbers = node.numbers(input);
    if (numbers.size() != 1) node.refuse(fmt::format("input {} must be one number", input));
    return numbers[0];
  };
  if (first(2) == 0.0) node.refuse("counts in steps of 0");
  const auto count = std::ceil((first(1) - first(0)) / first(2));
  if (!(count < static_cast<double>(largest_count))) node.refuse("counts too far to be real");
  node.set_shape(0, {static_cast<std::int64_t>(std::max(0.0, count))});
}

// Indices, depth, the two values.
void one_hot(Typing& node) {
  node.set_type(0, node.type(2));
  auto shape = node.shape(0);
  const auto depth = node.numbers(1);
  if (depth.size() != 1) node.refuse("its depth must be one number");
  const auto axis = static_cast<std::ptrdiff_t>(node.axis(-1, shape.size() + 1));
  shape.insert(shape.begin() + axis, static_cast<std::int64_t>(depth[0]));
  node.set_shape(0, shape);
}

void eye_like(Typing& node) {
  if (node.states("dtype")) node.set_type(0, static_cast<int>(node.integer("dtype", 0)));
  node.set_shape(0, node.shape(0, 2));
}

void window(Typing& node) {
  node.set_type(0, static_cast<int>(node.integer("output_datatype", TensorProto::FLOAT)));
  node.set_shape(0, {node.value(0)});
}

// Bins of the mel scale, samples of the transform, and its rate and edges.
void mel_weights(Typing& node) {
  node.set_type(0, static_cast<int>(node.integer("output_datatype", TensorProto::FLOAT)));
  node.set_shape(0, {node.value(1) / 2 + 1, node.value(0)});
}

// The last dimension is 1 (real) or 2 (complex); the axis is an input since operator set 20.
void dft(Typing& node) {
  auto shape = node.shape(0);
  const bool inverse = node.integer("inverse", 0) != 0;
  const bool onesided = node.integer("onesided", 0) != 0;
  const auto given = node.opset() >= 20 ? (node.has(2) ? node.value(2) : -2) : node.integer("axis", 1);
  const auto axis = node.place(given, shape.size());
  if (axis + 1 >= shape.size()) node.refuse("its axis is that of the complex numbers");
  if (node.has(1)) shape[axis] = node.value(1);
  if (onesided && !inverse) shape[axis] = shape[axis] / 2 + 1;
  shape.back() = onesided && inverse ? 1 : 2;
  node.set_shape(0, shape);
}

// Signal (batch, samples, 1 or 2), step, window, length of a frame.
void stft(Typing& node) {
  const auto& signal = node.shape(0, 3);
  const auto step = node.value(1);
  const auto length = node.has(3) ? node.value(3) : node.shape(2, 1)[0];
  if (step < 1 || length < 1 || length > signal[1]) node.refuse("its frames do not fit its signal");
  const bool onesided = node.integer("onesided", 1) != 0;
  node.set_shape(0, {signal[0], (signal[1] - length) / step + 1, onesided ? length / 2 + 1 : length, 2});
}

}  // namespace edgecut::onnx_import::rules
