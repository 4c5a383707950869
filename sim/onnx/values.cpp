#include "onnx/values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>

namespace edgecut::onnx_import {
namespace {

using onnx::TensorProto;

template <class T>
void append_raw(const std::string& raw, std::vector<double>& numbers) {
  for (std::size_t i = 0; i + sizeof(T) <= raw.size(); i += sizeof(T)) {
    T number;
    std::memcpy(&number, raw.data() + i, sizeof(T));
    numbers.push_back(static_cast<double>(number));
  }
}

std::vector<double> raw_numbers(const TensorProto& tensor) {
  std::vector<double> numbers;
  switch (tensor.data_type()) {
    case TensorProto::FLOAT:
      append_raw<float>(tensor.raw_data(), numbers);
      break;
    case TensorProto::DOUBLE:
      append_raw<double>(tensor.raw_data(), numbers);
      break;
    case TensorProto::INT32:
      append_raw<std::int32_t>(tensor.raw_data(), numbers);
      break;
    case TensorProto::INT64:
      append_raw<std::int64_t>(tensor.raw_data(), numbers);
      break;
    case TensorProto::BOOL:
    case TensorProto::UINT8:
      append_raw<std::uint8_t>(tensor.raw_data(), numbers);
      break;
    case TensorProto::INT8:
      append_raw<std::int8_t>(tensor.raw_data(), numbers);
      break;
    case TensorProto::INT16:
      append_raw<std::int16_t>(tensor.raw_data(), numbers);
      break;
    case TensorProto::UINT16:
      append_raw<std::uint16_t>(tensor.raw_data(), numbers);
      break;
    case TensorProto::UINT32:
      append_raw<std::uint32_t>(tensor.raw_data(), numbers);
      break;
    case TensorProto::UINT64:
      append_raw<std::uint64_t>(tensor.raw_data(), numbers);
      break;
    default:
      break;
  }
  return numbers;
}

template <class Field>
std::vector<double> as_doubles(const Field& field) {
  std::vector<double> numbers;
  for (const auto number : field) numbers.push_back(static_cast<double>(number));
  return numbers;
}

std::vector<double> typed_numbers(const TensorProto& tensor) {
  switch (tensor.data_type()) {
    case TensorProto::FLOAT:
      return as_doubles(tensor.float_data());
    case TensorProto::DOUBLE:
      return as_doubles(tensor.double_data());
    case TensorProto::INT64:
      return as_doubles(tensor.int64_data());
    case TensorProto::INT32:
    case TensorProto::BOOL:
    case TensorProto::INT8:
    case TensorProto::UINT8:
    case TensorProto::INT16:
    case TensorProto::UINT16:
      return as_doubles(tensor.int32_data());
    case TensorProto::UINT32:
    case TensorProto::UINT64:
      return as_doubles(tensor.uint64_data());
    default:
      return {};
  }
}

std::int32_t saturated_32(double number) {
  using Limits = std::numeric_limits<std::int32_t>;
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(saturated(number), Limits::min(), Limits::max()));
}

}  // namespace

std::int64_t saturated(double number) {
  constexpr double limit = 9223372036854775808.0;  // 2^63
  if (std::isnan(number)) return 0;
  if (number >= limit) return std::numeric_limits<std::int64_t>::max();
  return number < -limit ? std::numeric_limits<std::int64_t>::min() : static_cast<std::int64_t>(number);
}

bool is_integer(int type) {
  switch (type) {
    case TensorProto::INT64:
    case TensorProto::INT32:
    case TensorProto::INT16:
    case TensorProto::INT8:
    case TensorProto::UINT64:
    case TensorProto::UINT32:
    case TensorProto::UINT16:
    case TensorProto::UINT8:
      return true;
    default:
      return false;
  }
}

std::optional<Values> values_of(const TensorProto& tensor) {
  Values values{tensor.data_type(), {tensor.dims().begin(), tensor.dims().end()}, {}};
  const auto count = product(values.shape);
  if (count > most_elements) return std::nullopt;
  values.numbers = tensor.has_raw_data() ? raw_numbers(tensor) : typed_numbers(tensor);
  if (values.numbers.size() != static_cast<std::size_t>(count)) return std::nullopt;
  return values;
}

std::optional<TensorProto> tensor_of(const Values& values) {
  TensorProto tensor;
  tensor.set_data_type(values.type);
  for (const auto dimension : values.shape) tensor.add_dims(dimension);
  for (const auto number : values.numbers) {
    switch (values.type) {
      case TensorProto::FLOAT:
        tensor.add_float_data(static_cast<float>(number));
        break;
      case TensorProto::DOUBLE:
        tensor.add_double_data(number);
        break;
      case TensorProto::INT64:
        tensor.add_int64_data(saturated(number));
        break;
      case TensorProto::INT32:
      case TensorProto::INT8:
      case TensorProto::UINT8:
      case TensorProto::INT16:
      case TensorProto::UINT16:
        tensor.add_int32_data(saturated_32(number));
        break;
      case TensorProto::UINT32:
      case TensorProto::UINT64:
        tensor.add_uint64_data(static_cast<std::uint64_t>(std::max<std::int64_t>(0, saturated(number))));
        break;
      case TensorProto::BOOL:
        tensor.add_int32_data(number != 0.0 ? 1 : 0);
        break;
      default:
        return std::nullopt;
    }
  }
  return tensor;
}

void must_be_whole(const TensorProto& tensor) {
  const auto* element = find_element_type(tensor.data_type());
  if (element == nullptr || tensor.data_location() == TensorProto::EXTERNAL) return;
  const auto count = product(Shape{tensor.dims().begin(), tensor.dims().end()});
  const auto bytes = static_cast<std::int64_t>(tensor.raw_data().size());
  if (bytes != 0 && bytes != product(count, element->bytes)) {
    throw TensorError(fmt::format("holds {} bytes, its shape {}", bytes, product(count, element->bytes)));
  }
  const bool is_complex = tensor.data_type() == TensorProto::COMPLEX64 || tensor.data_type() == TensorProto::COMPLEX128;
  const std::int64_t numbers = std::int64_t{tensor.float_data_size()} + tensor.double_data_size() +
                               tensor.int32_data_size() + tensor.int64_data_size() + tensor.uint64_data_size();
  const auto expected = is_complex ? product(count, 2) : count;
  if (numbers != 0 && numbers != expected) {
    throw TensorError(fmt::format("holds {} numbers, its shape {}", numbers, expected));
  }
}

bool is_complete(const TensorProto& tensor) {
  if (tensor.data_location() == TensorProto::EXTERNAL) return false;
  return values_of(tensor).has_value();
}

std::optional<Shape> known_integers(const Tensor& tensor) {
  const auto values = tensor.data == nullptr ? std::nullopt : values_of(*tensor.data);
  if (!values || (!is_integer(values->type) && values->type != TensorProto::BOOL)) return std::nullopt;
  Shape integers;
  for (const auto number : values->numbers) integers.push_back(saturated(number));
  return integers;
}

std::optional<std::vector<double>> known_numbers(const Tensor& tensor) {
  auto values = tensor.data == nullptr ? std::nullopt : values_of(*tensor.data);
  if (!values) return std::nullopt;
  return std::move(values->numbers);
}

}  // namespace edgecut::onnx_import
