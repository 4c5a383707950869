// The numbers of small constants: shapes, and the indices and scales made from them.
#pragma once

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "onnx/tensor.hpp"

namespace edgecut::onnx_import {

/// More elements than this are no shape arithmetic.
inline constexpr std::int64_t most_elements = 4096;

/// All held as double: exact for whole numbers to 2^53, and INT64_MAX, which stands for "to the end", survives as 2^63.
struct Values {
  int type = 0;  // onnx::TensorProto::DataType
  Shape shape;
  std::vector<double> numbers;
};

/// Whether the type is one of whole numbers; truth values are not.
bool is_integer(int type);
/// The number as 64 bits hold it: what lies beyond becomes the largest or smallest of them.
std::int64_t saturated(double number);

/// Null where the tensor is too large, lies in another file or holds fewer numbers than its shape says.
std::optional<Values> values_of(const onnx::TensorProto& tensor);
/// Null for a type that shape arithmetic does not use.
std::optional<onnx::TensorProto> tensor_of(const Values& values);

/// Whether the tensor is small enough for shape arithmetic and holds as many numbers as its shape says.
/// Throws TensorError where the file holds numbers of the tensor, and not as many as its shape says. A tensor without
/// any is one whose numbers were left out.
void must_be_whole(const onnx::TensorProto& tensor);

bool is_complete(const onnx::TensorProto& tensor);

/// The numbers of a small constant of integers or truth values, such as a list of axes; null where they are not known.
std::optional<Shape> known_integers(const Tensor& tensor);
/// The numbers of a small constant of any type, such as a list of scales; null where they are not known.
std::optional<std::vector<double>> known_numbers(const Tensor& tensor);

}  // namespace edgecut::onnx_import
