// What is known of one tensor of the graph while it is walked.
#pragma once

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "dnn/graph.hpp"

namespace edgecut::onnx_import {

using Shape = std::vector<std::int64_t>;

/// Numbers that the file holds: parameters once a layer uses them.
struct Weight {
  std::string name;
  std::int64_t elements = 0;
  int element_type = 0;
};

struct Tensor {
  onnx::TypeProto type;
  bool constant = false;                         // the same in every inference
  const onnx::TensorProto* data = nullptr;       // of a constant whose values are known
  std::vector<Weight*> weights = {};             // stored numbers that a constant is made from
  std::optional<dnn::LayerIndex> layer = {};     // that makes it, where it is not constant
  std::size_t output = 0;                        // which of that layer's outputs it is
  std::optional<int> stored = {};                // its element type in memory, where integers stand for its numbers
  const onnx::NodeProto* dequantiser = nullptr;  // of integers, that is no layer as long as nobody reads numbers
};

/// The dimensions, when each is known.
std::optional<Shape> known_shape(const onnx::TypeProto& type);
int element_type(const onnx::TypeProto& type);
onnx::TypeProto make_type(int element_type, const Shape& shape);

/// What is wrong with a tensor, to be told with the node or the name of the tensor.
class TensorError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Beyond any network: what is larger comes from a broken file. Keeps sums of layers within 64 bits.
inline constexpr std::int64_t largest_count = 1'000'000'000'000'000;

/// Throws TensorError when a factor is negative or the product exceeds `largest_count`.
std::int64_t product(std::int64_t a, std::int64_t b);
std::int64_t product(const Shape& dimensions);

/// Bytes of one element and the word for the type in network files ("fp16"); null for strings and unknown types.
struct ElementType {
  int type;
  int bytes;
  std::string_view name;
  bool floating;
};
const ElementType* find_element_type(int type);
/// The word for a type in messages, for those without a size here too ("float8e4m3fn").
std::string type_word(int type);
bool is_8_bit_integer(int type);

/// Bytes that a constant takes as it lies in memory; 0 where its shape is not known or it holds no numbers.
std::int64_t bytes_in_memory(const Tensor& tensor);

}  // namespace edgecut::onnx_import
