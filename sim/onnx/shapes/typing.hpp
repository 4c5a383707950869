// What a shape rule sees of a node, and where it puts what it finds.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "onnx/node.hpp"

namespace edgecut::onnx_import {

/// A rule needs a shape or a number that nobody can know before the network runs. what() says which.
struct NotKnown {
  std::string what;
};

class Typing {
 public:
  /// Borrows `node`. Output 0 begins with the element type of input 0; every shape begins unknown.
  Typing(const Node& node, int opset);

  [[nodiscard]] const std::string& op() const { return node_.op(); }
  [[nodiscard]] int opset() const { return opset_; }
  [[nodiscard]] std::size_t inputs() const { return node_.inputs.size(); }
  [[nodiscard]] std::size_t outputs() const { return types_.size(); }

  /// Whether the node has this input: an optional one may be left out.
  [[nodiscard]] bool has(std::size_t input) const { return node_.input(input) != nullptr; }
  /// Throws NotKnown; ImportError where the node lacks the input.
  [[nodiscard]] const Shape& shape(std::size_t input) const;
  /// The same, refused unless it has as many dimensions.
  [[nodiscard]] const Shape& shape(std::size_t input, std::size_t rank) const;
  /// Element type (onnx::TensorProto::DataType); 0 where it is not known.
  [[nodiscard]] int type(std::size_t input) const;
  /// The whole numbers of a constant input. Throws NotKnown.
  [[nodiscard]] Shape values(std::size_t input) const;
  /// The only number of a constant input. Throws NotKnown.
  [[nodiscard]] std::int64_t value(std::size_t input) const;
  /// The numbers of a constant input. Throws NotKnown.
  [[nodiscard]] std::vector<double> numbers(std::size_t input) const;

  /// Refused unless those of the inputs that are there and whose element types are known have the same one.
  void must_be_of_one_type(const std::vector<std::size_t>& inputs) const;

  [[nodiscard]] bool states(std::string_view attribute) const;
  [[nodiscard]] std::int64_t integer(std::string_view attribute, std::int64_t fallback) const;
  [[nodiscard]] Shape integers(std::string_view attribute) const;
  /// `count` of them; each `fallback` where the attribute is left out. Refused where there are more or fewer.
  [[nodiscard]] Shape integers(std::string_view attribute, std::size_t count, std::int64_t fallback) const;
  [[nodiscard]] std::vector<double> floats(std::string_view attribute) const;
  [[nodiscard]] double real(std::string_view attribute, double fallback) const;
  [[nodiscard]] std::string text(std::string_view attribute, std::string_view fallback) const;
  /// The element type of a tensor that is an attribute.
  [[nodiscard]] int attribute_type(std::string_view attribute, int fallback) const;
  /// A list that is input `input`, or in older operator sets an attribute; empty where neither is there.
  [[nodiscard]] Shape list(std::size_t input, std::string_view attribute) const;
  /// The attribute `axis`, counted from the front.
  [[nodiscard]] std::size_t axis(std::int64_t fallback, std::size_t rank) const;
  /// `given` counted from the front. Refused unless it lies from -rank to rank - 1.
  [[nodiscard]] std::size_t place(std::int64_t given, std::size_t rank) const;
  [[nodiscard]] std::vector<std::size_t> places(const Shape& given, std::size_t rank) const;

  void set_type(std::size_t output, int type);
  void set_shape(std::size_t output, Shape shape);
  [[noreturn]] void refuse(std::string_view message) const;
  /// Refuses "shapes 1x2 and 3 do not fit".
  [[noreturn]] void refuse_shapes(const Shape& a, const Shape& b) const;

  [[nodiscard]] std::vector<onnx::TypeProto> take() { return std::move(types_); }

 private:
  const Tensor& input(std::size_t i) const;
  [[nodiscard]] std::string name(std::size_t input) const;
  [[nodiscard]] NotKnown not_known(std::size_t input) const;

  const Node& node_;
  int opset_;
  std::vector<Shape> shapes_;           // of the inputs
  std::vector<bool> shape_known_;       // of the inputs
  std::vector<onnx::TypeProto> types_;  // of the outputs
};

/// The shape that both are stretched to, numpy's way. Refused where they do not fit.
Shape broadcast(const Typing& node, const Shape& a, const Shape& b);

}  // namespace edgecut::onnx_import
