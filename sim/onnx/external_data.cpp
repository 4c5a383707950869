#include "onnx/external_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <map>

#include "onnx/node.hpp"
#include "onnx/tensor.hpp"
#include "onnx/values.hpp"

namespace edgecut::onnx_import {
namespace {

using onnx::TensorProto;

std::size_t parse_count(const std::string& text, std::size_t fallback) {
  if (text.empty()) return fallback;
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw TensorError(fmt::format("'{}' is no place in a file", printable(text)));
  }
  return value;
}

// Bytes of a small tensor of numbers; 0 for any other.
std::size_t small_size(const TensorProto& tensor) {
  const auto* type = find_element_type(tensor.data_type());
  if (type == nullptr) return 0;
  const auto elements = product(Shape(tensor.dims().begin(), tensor.dims().end()));
  return elements > most_elements ? 0 : static_cast<std::size_t>(elements * type->bytes);
}

bool lies_inside(const std::filesystem::path& location) {
  return !location.empty() && location.is_relative() && std::ranges::find(location, "..") == location.end();
}

class Reading {
 public:
  explicit Reading(const std::filesystem::path& folder) : folder_(folder) {}

  void read(onnx::GraphProto& graph) {
    for (auto& tensor : *graph.mutable_initializer()) read_named(tensor, tensor.name());
    for (auto& node : *graph.mutable_node()) {
      for (auto& attribute : *node.mutable_attribute()) {
        if (attribute.has_t()) read_named(*attribute.mutable_t(), node.output().empty() ? "" : node.output(0));
        if (attribute.has_g()) read(*attribute.mutable_g());
      }
    }
  }

  [[nodiscard]] std::vector<std::string> missing() const { return missing_; }

 private:
  void read_named(TensorProto& tensor, const std::string& name) {
    if (tensor.data_location() != TensorProto::EXTERNAL) return;
    try {
      read(tensor);
    } catch (const TensorError& error) {
      missing_.push_back(fmt::format("tensor '{}': {}", printable(name), error.what()));
    }
  }

  void read(TensorProto& tensor) const {
    const auto size = small_size(tensor);
    if (size == 0) return;
    std::map<std::string, std::string> entries;
    for (const auto& entry : tensor.external_data()) entries[entry.key()] = entry.value();
    const std::filesystem::path location = entries["location"];
    if (!lies_inside(location))
      throw TensorError(fmt::format("its file '{}' is not beside the model", printable(location.string())));
    if (parse_count(entries["length"], size) != size) {
      throw TensorError(
          fmt::format("has {} bytes in '{}', its shape {}", entries["length"], printable(location.string()), size));
    }
    std::ifstream file(folder_ / location, std::ios::binary);
    if (!file) throw TensorError(fmt::format("its file '{}' is not there", printable(location.string())));
    std::string bytes(size, '\0');
    file.seekg(static_cast<std::streamoff>(parse_count(entries["offset"], 0)));
    file.read(bytes.data(), static_cast<std::streamsize>(size));
    if (!file) throw TensorError(fmt::format("its file '{}' is cut short", printable(location.string())));
    tensor.set_raw_data(std::move(bytes));
    tensor.clear_external_data();
    tensor.clear_data_location();
  }

  const std::filesystem::path& folder_;
  std::vector<std::string> missing_;
};

}  // namespace

std::vector<std::string> read_external_data(onnx::ModelProto& model, const std::filesystem::path& folder) {
  Reading reading(folder);
  reading.read(*model.mutable_graph());
  return reading.missing();
}

}  // namespace edgecut::onnx_import
