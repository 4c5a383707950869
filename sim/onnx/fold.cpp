#include "onnx/fold.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <numeric>
#include <string>

#include "onnx/values.hpp"

namespace edgecut::onnx_import {
namespace {

using onnx::TensorProto;

// The remainder with the sign of the first, as C's fmod(); remainder() below has that of the second.
double truncated_remainder(double a, double b) {
  return b == 0.0 ? 0.0 : std::fmod(a, b);
}

using Binary = std::function<double(double, double)>;
using Unary = std::function<double(double)>;

double remainder(double a, double b) {
  return b == 0.0 ? 0.0 : a - std::floor(a / b) * b;
}

const std::map<std::string, Binary>& binary_operators() {
  static const std::map<std::string, Binary> table{
      {"Add", std::plus<>()},
      {"Sub", std::minus<>()},
      {"Mul", std::multiplies<>()},
      {"Mod", remainder},
      {"Max", [](double a, double b) { return std::max(a, b); }},
      {"Min", [](double a, double b) { return std::min(a, b); }},
      {"Pow", [](double a, double b) { return std::pow(a, b); }},
      {"And", std::logical_and<>()},
      {"Or", std::logical_or<>()},
      {"Equal", std::equal_to<>()},
      {"Greater", std::greater<>()},
      {"GreaterOrEqual", std::greater_equal<>()},
      {"Less", std::less<>()},
      {"LessOrEqual", std::less_equal<>()},
  };
  return table;
}

const std::map<std::string, Unary>& unary_operators() {
  static const std::map<std::string, Unary> table{
      {"Neg", std::negate<>()},
      {"Abs", [](double a) { return std::abs(a); }},
      {"Ceil", [](double a) { return std::ceil(a); }},
      {"Floor", [](double a) { return std::floor(a); }},
      {"Round", [](double a) { return std::nearbyint(a); }},
      {"Relu", [](double a) { return std::max(0.0, a); }},
      {"Sign", [](double a) { return static_cast<double>((a > 0.0) - (a < 0.0)); }},
      {"Sqrt", [](double a) { return std::sqrt(a); }},
      {"Not", std::logical_not<>()},
  };
  return table;
}

double divide(double a, double b, bool whole) {
  if (b == 0.0) return 0.0;
  return whole ? std::trunc(a / b) : a / b;
}

// Index in a tensor of shape `from`, broadcast to `to`, of the element at flat index `flat` of `to`.
std::size_t broadcast_index(std::size_t flat, const Shape& to, const Shape& from) {
  std::size_t index = 0;
  std::size_t stride = 1;
  for (std::size_t i = 0; i < from.size(); ++i) {
    const auto extent = static_cast<std::size_t>(to[to.size() - 1 - i]);
    const auto own = static_cast<std::size_t>(from[from.size() - 1 - i]);
    if (own != 1) index += (flat % extent) * stride;
    stride *= own;
    flat /= extent;
  }
  return index;
}

bool broadcasts(const Shape& from, const Shape& to) {
  if (from.size() > to.size()) return false;
  return std::equal(from.rbegin(), from.rend(), to.rbegin(), [](auto a, auto b) { return a == 1 || a == b; });
}

class Folding {
 public:
  Folding(const Node& node, std::vector<Values> inputs, Values output)
      : node_(node), inputs_(std::move(inputs)), output_(std::move(output)) {}

  // Null when the operator is not one of shape arithmetic or its inputs do not fit.
  std::optional<Values> result() {
    if (!fill()) return std::nullopt;
    for (auto& number : output_.numbers) number = rounded(number);
    if (output_.numbers.size() != count()) return std::nullopt;
    return std::move(output_);
  }

 private:
  [[nodiscard]] std::size_t count() const { return static_cast<std::size_t>(product(output_.shape)); }

  [[nodiscard]] double rounded(double number) const {
    if (output_.type == TensorProto::FLOAT) return static_cast<float>(number);
    return is_integer(output_.type) ? std::trunc(number) : number;
  }

  bool fill() {
    static const std::map<std::string, bool (Folding::*)()> operators{
        {"Reshape", &Folding::copy},
        {"Squeeze", &Folding::copy},
        {"Unsqueeze", &Folding::copy},
        {"Flatten", &Folding::copy},
        {"Cast", &Folding::cast},
        {"CastLike", &Folding::cast},
        {"Concat", &Folding::concat},
        {"Gather", &Folding::gather},
        {"Slice", &Folding::slice},
        {"Range", &Folding::range},
        {"ConstantOfShape", &Folding::constant_of_shape},
        {"Expand", &Folding::expand},
        {"Where", &Folding::where},
        {"ReduceProd", &Folding::reduce_all},
        {"ReduceSum", &Folding::reduce_all},
        {"ReduceMax", &Folding::reduce_all},
        {"ReduceMin", &Folding::reduce_all},
        {"Transpose", &Folding::transpose},
    };
    if (const auto unary = unary_operators().find(node_.op()); unary != unary_operators().end()) {
      return inputs_.size() == 1 && each([&](std::size_t i) { return unary->second(at(0, i)); });
    }
    if (node_.op() == "Mod" && integer(node_.proto, "fmod", 0) != 0) {
      return inputs_.size() == 2 && each([&](std::size_t i) { return truncated_remainder(at(0, i), at(1, i)); });
    }
    if (const auto binary = binary_operators().find(node_.op()); binary != binary_operators().end()) {
      return inputs_.size() == 2 && each([&](std::size_t i) { return binary->second(at(0, i), at(1, i)); });
    }
    if (node_.op() == "Div") {
      const bool whole = is_integer(output_.type);
      return inputs_.size() == 2 && each([&](std::size_t i) { return divide(at(0, i), at(1, i), whole); });
    }
    const auto found = operators.find(node_.op());
    return found != operators.end() && (this->*found->second)();
  }

  // Element `i` of the output's shape in input `k`, broadcast.
  [[nodiscard]] double at(std::size_t k, std::size_t i) const {
    return inputs_[k].numbers[broadcast_index(i, output_.shape, inputs_[k].shape)];
  }

  bool each(const std::function<double(std::size_t)>& element) {
    for (const auto& input : inputs_) {
      if (!broadcasts(input.shape, output_.shape)) return false;
    }
    for (std::size_t i = 0; i < count(); ++i) output_.numbers.push_back(element(i));
    return true;
  }

  bool copy() {
    output_.numbers = inputs_[0].numbers;
    return true;
  }

  bool where() {
    return inputs_.size() == 3 && each([&](std::size_t i) { return at(0, i) != 0.0 ? at(1, i) : at(2, i); });
  }

  bool expand() {
    inputs_.resize(1);
    return each([&](std::size_t i) { return at(0, i); });
  }

  // A truth value is 0 or 1, whatever it was made from.
  bool cast() {
    output_.numbers = inputs_[0].numbers;
    if (output_.type != TensorProto::BOOL) return true;
    for (auto& number : output_.numbers) number = number != 0.0 ? 1.0 : 0.0;
    return true;
  }

  // The elements of input 0 as `outer` blocks of `size` pieces of `inner` elements, along an axis.
  struct Blocks {
    std::size_t outer = 1, size = 1, inner = 1;
  };

  [[nodiscard]] std::optional<Blocks> blocks(const Values& values) const {
    const auto rank = static_cast<std::int64_t>(values.shape.size());
    auto axis = integer(node_.proto, "axis", 0);
    if (axis < 0) axis += rank;
    if (axis < 0 || axis >= rank) return std::nullopt;
    Blocks blocks;
    for (std::int64_t i = 0; i < rank; ++i) {
      auto& part = i < axis ? blocks.outer : (i == axis ? blocks.size : blocks.inner);
      part *= static_cast<std::size_t>(values.shape[static_cast<std::size_t>(i)]);
    }
    return blocks;
  }

  bool concat() {
    for (std::size_t outer = 0; outer < 1 || outer < blocks(inputs_[0]).value_or(Blocks{0, 0, 0}).outer; ++outer) {
      for (const auto& input : inputs_) {
        const auto own = blocks(input);
        if (!own) return false;
        const auto length = own->size * own->inner;
        if ((outer + 1) * length > input.numbers.size()) return false;
        const auto begin = input.numbers.begin() + static_cast<std::ptrdiff_t>(outer * length);
        output_.numbers.insert(output_.numbers.end(), begin, begin + static_cast<std::ptrdiff_t>(length));
      }
    }
    return true;
  }

  bool gather() {
    const auto own = inputs_.size() == 2 ? blocks(inputs_[0]) : std::nullopt;
    if (!own) return false;
    const auto size = static_cast<double>(own->size);
    for (std::size_t outer = 0; outer < own->outer; ++outer) {
      for (auto index : inputs_[1].numbers) {
        if (index < 0) index += size;
        if (index < 0 || index >= size) return false;
        const auto first = (outer * own->size + static_cast<std::size_t>(index)) * own->inner;
        for (std::size_t i = 0; i < own->inner; ++i) output_.numbers.push_back(inputs_[0].numbers[first + i]);
      }
    }
    return true;
  }

  // Row-major strides of input 0.
  [[nodiscard]] Shape strides() const {
    Shape result(inputs_[0].shape.size(), 1);
    for (std::size_t d = result.size(); d-- > 1;) result[d - 1] = result[d] * inputs_[0].shape[d];
    return result;
  }

  // The output's elements stand in input 0 at `offset` and, along each dimension, `stride` apart.
  bool view(std::int64_t offset, const Shape& stride) {
    if (stride.size() != output_.shape.size()) return false;
    for (std::size_t i = 0; i < count(); ++i) {
      auto rest = static_cast<std::int64_t>(i);
      auto index = offset;
      for (std::size_t d = stride.size(); d-- > 0; rest /= output_.shape[d])
        index += rest % output_.shape[d] * stride[d];
      if (index < 0 || index >= static_cast<std::int64_t>(inputs_[0].numbers.size())) return false;
      output_.numbers.push_back(inputs_[0].numbers[static_cast<std::size_t>(index)]);
    }
    return true;
  }

  bool transpose() {
    const auto own = strides();
    auto order = integers(node_.proto, "perm");
    for (auto d = own.size(); order.size() < own.size();) order.push_back(static_cast<std::int64_t>(--d));
    Shape permuted;
    for (const auto d : order) {
      if (d < 0 || d >= static_cast<std::int64_t>(own.size())) return false;
      permuted.push_back(own[static_cast<std::size_t>(d)]);
    }
    return view(0, permuted);
  }

  // A list that is input `k`, or before opset 10 an attribute.
  [[nodiscard]] Shape list(std::size_t k, std::string_view attribute) const {
    if (k >= inputs_.size()) return integers(node_.proto, attribute);
    Shape result;
    for (const auto number : inputs_[k].numbers) result.push_back(saturated(number));
    return result;
  }

  bool slice() {
    const auto starts = list(1, "starts");
    auto axes = list(3, "axes");
    auto steps = list(4, "steps");
    for (std::size_t i = axes.size(); axes.size() < starts.size(); ++i) axes.push_back(static_cast<std::int64_t>(i));
    steps.resize(starts.size(), 1);
    auto stride = strides();
    std::int64_t offset = 0;
    for (std::size_t i = 0; i < starts.size(); ++i) {
      const auto rank = static_cast<std::int64_t>(stride.size());
      const auto axis = static_cast<std::size_t>(axes[i] < 0 ? axes[i] + rank : axes[i]);
      if (axis >= stride.size() || std::abs(static_cast<double>(steps[i])) > most_elements) return false;
      const auto extent = inputs_[0].shape[axis];
      if (extent < 1) return false;
      const auto start = starts[i] < 0 ? starts[i] + extent : starts[i];
      offset += std::clamp<std::int64_t>(start, 0, steps[i] < 0 ? extent - 1 : extent) * stride[axis];
      stride[axis] *= steps[i];
    }
    return view(offset, stride);
  }

  bool range() {
    if (inputs_.size() != 3 || inputs_[0].numbers.empty() || inputs_[2].numbers.empty()) return false;
    for (std::size_t i = 0; i < count(); ++i) {
      output_.numbers.push_back(inputs_[0].numbers[0] + static_cast<double>(i) * inputs_[2].numbers[0]);
    }
    return true;
  }

  bool constant_of_shape() {
    const auto* attribute = find_attribute(node_.proto, "value");
    const auto value = attribute == nullptr ? std::nullopt : values_of(attribute->t());
    output_.numbers.assign(count(), value && !value->numbers.empty() ? value->numbers[0] : 0.0);
    return true;
  }

  // Of all numbers, to one.
  bool reduce_all() {
    const auto& numbers = inputs_[0].numbers;
    if (count() != 1 || numbers.empty()) return false;
    const auto& op = node_.op();
    const auto all = [&](double first, const Binary& pair) {
      return std::accumulate(numbers.begin(), numbers.end(), first, pair);
    };
    if (op == "ReduceProd") output_.numbers = {all(1.0, std::multiplies<>())};
    if (op == "ReduceSum") output_.numbers = {all(0.0, std::plus<>())};
    if (op == "ReduceMax") output_.numbers = {std::ranges::max(numbers)};
    if (op == "ReduceMin") output_.numbers = {std::ranges::min(numbers)};
    return true;
  }

  const Node& node_;
  std::vector<Values> inputs_;
  Values output_;
};

// Shape and Size need their input's shape only, not its values.
std::optional<Values> fold_shape(const Node& node) {
  const auto shape = node.input(0) == nullptr ? std::nullopt : known_shape(node.input(0)->type);
  if (!shape) return std::nullopt;
  if (node.op() == "Size") return Values{TensorProto::INT64, {}, {static_cast<double>(product(*shape))}};
  const auto rank = static_cast<std::int64_t>(shape->size());
  const auto bound = [&](std::string_view name, std::int64_t fallback) {
    const auto value = integer(node.proto, name, fallback);
    return std::clamp<std::int64_t>(value < 0 ? value + rank : value, 0, rank);
  };
  const auto start = bound("start", 0);
  const auto end = std::max(start, bound("end", rank));
  Values values{TensorProto::INT64, {end - start}, {}};
  for (auto i = start; i < end; ++i)
    values.numbers.push_back(static_cast<double>((*shape)[static_cast<std::size_t>(i)]));
  return values;
}

std::optional<std::vector<Values>> input_values(const Node& node) {
  std::vector<Values> inputs;
  for (const auto* input : node.inputs) {
    if (input == nullptr || input->data == nullptr) return std::nullopt;
    auto values = values_of(*input->data);
    if (!values) return std::nullopt;
    inputs.push_back(std::move(*values));
  }
  return inputs;
}

}  // namespace

std::optional<onnx::TensorProto> fold(const Node& node, const onnx::TypeProto& output) {
  if (node.op() == "Shape" || node.op() == "Size") {
    const auto values = fold_shape(node);
    return values ? tensor_of(*values) : std::nullopt;
  }
  const auto shape = known_shape(output);
  if (!shape || product(*shape) > most_elements || node.inputs.empty()) return std::nullopt;
  auto inputs = input_values(node);
  if (!inputs) return std::nullopt;
  const auto result = Folding(node, std::move(*inputs), {element_type(output), *shape, {}}).result();
  return result ? tensor_of(*result) : std::nullopt;
}

}  // namespace edgecut::onnx_import
