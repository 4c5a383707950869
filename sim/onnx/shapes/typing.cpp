#include "onnx/shapes/typing.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "onnx/values.hpp"

namespace edgecut::onnx_import {
namespace {

std::string told(const Shape& shape) {
  return shape.empty() ? "scalar" : fmt::format("{}", fmt::join(shape, "x"));
}

}  // namespace

Typing::Typing(const Node& node, int opset)
    : node_(node),
      opset_(opset),
      shapes_(node.inputs.size()),
      shape_known_(node.inputs.size(), false),
      types_(static_cast<std::size_t>(node.proto.output_size())) {
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    const auto shape = node.inputs[i] == nullptr ? std::nullopt : known_shape(node.inputs[i]->type);
    shape_known_[i] = shape.has_value();
    if (shape) shapes_[i] = *shape;
  }
  if (has(0)) set_type(0, type(0));
}

const Tensor& Typing::input(std::size_t i) const {
  const auto* tensor = node_.input(i);
  if (tensor == nullptr) refuse(fmt::format("input {} is missing", i));
  return *tensor;
}

std::string Typing::name(std::size_t input) const {
  return printable(node_.proto.input(static_cast<int>(input)));
}

const Shape& Typing::shape(std::size_t input) const {
  this->input(input);
  if (!shape_known_[input]) throw NotKnown{fmt::format("the shape of '{}' is not known", name(input))};
  return shapes_[input];
}

const Shape& Typing::shape(std::size_t input, std::size_t rank) const {
  const auto& result = shape(input);
  if (result.size() != rank) {
    refuse(fmt::format("'{}' must have {} dimensions, not {}", name(input), rank, result.size()));
  }
  return result;
}

int Typing::type(std::size_t input) const {
  const auto* tensor = node_.input(input);
  return tensor == nullptr ? 0 : element_type(tensor->type);
}

NotKnown Typing::not_known(std::size_t input) const {
  if (!this->input(input).constant) {
    return {fmt::format("it hangs on '{}', which is computed from the network's input", name(input))};
  }
  return {fmt::format("it hangs on the numbers of '{}', which the file does not hold or no rule here computes",
                      name(input))};
}

Shape Typing::values(std::size_t input) const {
  const auto result = known_integers(this->input(input));
  if (!result) throw not_known(input);
  return *result;
}

std::int64_t Typing::value(std::size_t input) const {
  const auto result = values(input);
  if (result.size() != 1) refuse(fmt::format("'{}' must be one number, not {}", name(input), result.size()));
  return result[0];
}

std::vector<double> Typing::numbers(std::size_t input) const {
  const auto result = known_numbers(this->input(input));
  if (!result) throw not_known(input);
  return *result;
}

void Typing::must_be_of_one_type(const std::vector<std::size_t>& inputs) const {
  int known = 0;
  for (const auto i : inputs) {
    const auto own = type(i);
    if (own == 0 || own == known) continue;
    if (known != 0)
      refuse(fmt::format("its inputs are {} and {}: they must be of one type", type_word(known), type_word(own)));
    known = own;
  }
}

bool Typing::states(std::string_view attribute) const {
  return find_attribute(node_.proto, attribute) != nullptr;
}

std::int64_t Typing::integer(std::string_view attribute, std::int64_t fallback) const {
  return onnx_import::integer(node_.proto, attribute, fallback);
}

Shape Typing::integers(std::string_view attribute) const {
  return onnx_import::integers(node_.proto, attribute);
}

Shape Typing::integers(std::string_view attribute, std::size_t count, std::int64_t fallback) const {
  auto result = integers(attribute);
  if (result.empty()) result.assign(count, fallback);
  if (result.size() != count) {
    refuse(fmt::format("attribute '{}' must have {} numbers, not {}", attribute, count, result.size()));
  }
  return result;
}

std::vector<double> Typing::floats(std::string_view attribute) const {
  const auto* found = find_attribute(node_.proto, attribute, onnx::AttributeProto::FLOATS);
  if (found == nullptr) return {};
  return {found->floats().begin(), found->floats().end()};
}

double Typing::real(std::string_view attribute, double fallback) const {
  const auto* found = find_attribute(node_.proto, attribute, onnx::AttributeProto::FLOAT);
  return found == nullptr ? fallback : static_cast<double>(found->f());
}

std::string Typing::text(std::string_view attribute, std::string_view fallback) const {
  const auto* found = find_attribute(node_.proto, attribute, onnx::AttributeProto::STRING);
  return found == nullptr ? std::string(fallback) : found->s();
}

int Typing::attribute_type(std::string_view attribute, int fallback) const {
  const auto* found = find_attribute(node_.proto, attribute, onnx::AttributeProto::TENSOR);
  return found == nullptr ? fallback : found->t().data_type();
}

Shape Typing::list(std::size_t input, std::string_view attribute) const {
  return has(input) ? values(input) : integers(attribute);
}

std::size_t Typing::place(std::int64_t given, std::size_t rank) const {
  const auto dimensions = static_cast<std::int64_t>(rank);
  if (given < -dimensions || given >= dimensions) {
    refuse(fmt::format("axis {} is beyond its input's {} dimensions", given, rank));
  }
  return static_cast<std::size_t>(given < 0 ? given + dimensions : given);
}

std::vector<std::size_t> Typing::places(const Shape& given, std::size_t rank) const {
  std::vector<std::size_t> result;
  for (const auto axis : given) {
    result.push_back(place(axis, rank));
    if (std::ranges::count(result, result.back()) > 1) refuse(fmt::format("axis {} is given twice", axis));
  }
  return result;
}

std::size_t Typing::axis(std::int64_t fallback, std::size_t rank) const {
  return place(integer("axis", fallback), rank);
}

void Typing::set_type(std::size_t output, int type) {
  if (output < types_.size()) types_[output].mutable_tensor_type()->set_elem_type(type);
}

void Typing::set_shape(std::size_t output, Shape shape) {
  if (output >= types_.size()) return;
  if (std::ranges::any_of(shape, [](auto dimension) { return dimension < 0; })) {
    refuse(fmt::format("its output would be {}", told(shape)));
  }
  types_[output] = make_type(element_type(types_[output]), shape);
}

void Typing::refuse(std::string_view message) const {
  onnx_import::refuse(node_.proto, message);
}

void Typing::refuse_shapes(const Shape& a, const Shape& b) const {
  refuse(fmt::format("shapes {} and {} do not fit", told(a), told(b)));
}

Shape broadcast(const Typing& node, const Shape& a, const Shape& b) {
  auto result = a.size() < b.size() ? b : a;
  const auto& other = a.size() < b.size() ? a : b;
  for (std::size_t i = 0; i < other.size(); ++i) {
    auto& mine = result[result.size() - 1 - i];
    const auto theirs = other[other.size() - 1 - i];
    if (mine != theirs && mine != 1 && theirs != 1) node.refuse_shapes(a, b);
    if (mine == 1) mine = theirs;
  }
  return result;
}

}  // namespace edgecut::onnx_import
