#include "onnx/import_model.hpp"

#include <fmt/format.h>

#include <charconv>

#include "onnx/graph_reader.hpp"
#include "onnx/inference.hpp"
#include "onnx/model_file.hpp"

namespace edgecut::onnx_import {
namespace {

std::string either(const std::string& text, const std::string& fallback) {
  return text.empty() ? fallback : text;
}

std::string default_source(const std::filesystem::path& file, const onnx::ModelProto& model) {
  const auto producer = printable(fmt::format("{} {}", model.producer_name(), model.producer_version()));
  return model.producer_name().empty() ? file.filename().string()
                                       : fmt::format("{}, made by {}", file.filename().string(), producer);
}

void check_totals(const std::vector<dnn::Layer>& layers) {
  double sum = 0.0;
  for (const auto& layer : layers) sum += static_cast<double>(layer.macs) + static_cast<double>(layer.parameters);
  if (sum > static_cast<double>(largest_count)) throw ImportError("its work is too large to be real");
}

Imported import_checked(const std::filesystem::path& file, const ImportOptions& options) {
  const auto model = read_model(file);
  const auto opset = default_opset(model);
  GraphReader reader(model.graph(), opset, options);
  auto layers = reader.read();
  check_totals(layers);
  auto warnings = reader.warnings();
  if (opset > newest_opset) {
    warnings.push_back(
        fmt::format("opset {} is newer than {}, which this importer knows: check the totals", opset, newest_opset));
  }
  const auto name = either(options.name, file.stem().string());
  return {dnn::Network(name, either(options.title, name), either(options.source, default_source(file, model)),
                       reader.dtype(), std::move(layers), {}, std::nullopt, reader.shared_weights()),
          std::move(warnings)};
}

std::int64_t parse_dimension(std::string_view text, std::string_view whole) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 1) {
    throw ImportError(fmt::format("--input {}: '{}' is not a dimension; expected NAME=1x3x224x224", whole, text));
  }
  return value;
}

}  // namespace

Imported import_model(const std::filesystem::path& file, const ImportOptions& options) {
  try {
    return import_checked(file, options);
  } catch (const ImportError& error) {
    throw ImportError(fmt::format("{}: {}", file.string(), error.what()));
  }
}

std::pair<std::string, std::vector<std::int64_t>> parse_input_shape(std::string_view text) {
  const auto equals = text.rfind('=');
  if (equals == std::string_view::npos || equals == 0) {
    throw ImportError(fmt::format("--input {}: expected NAME=1x3x224x224", text));
  }
  std::vector<std::int64_t> shape;
  auto rest = text.substr(equals + 1);
  for (auto x = rest.find('x'); x != std::string_view::npos; x = rest.find('x')) {
    shape.push_back(parse_dimension(rest.substr(0, x), text));
    rest.remove_prefix(x + 1);
  }
  shape.push_back(parse_dimension(rest, text));
  return {std::string(text.substr(0, equals)), std::move(shape)};
}

}  // namespace edgecut::onnx_import
