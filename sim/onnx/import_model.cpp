#include "onnx/import_model.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "onnx/external_data.hpp"
#include "onnx/graph_reader.hpp"
#include "onnx/inference.hpp"
#include "onnx/model_file.hpp"

namespace edgecut::onnx_import {
namespace {

std::string either(const std::string& text, const std::string& fallback) {
  return text.empty() ? fallback : text;
}

std::string default_source(const std::filesystem::path& file, const onnx::ModelProto& model) {
  const auto& version = model.producer_version();
  const auto producer = printable(model.producer_name() + (version.empty() ? "" : " " + version));
  return model.producer_name().empty() ? file.filename().string()
                                       : fmt::format("{}, made by {}", file.filename().string(), producer);
}

void check_totals(const std::vector<dnn::Layer>& layers) {
  double sum = 0.0;
  for (const auto& layer : layers) sum += static_cast<double>(layer.macs) + static_cast<double>(layer.parameters);
  if (sum > static_cast<double>(largest_count)) throw ImportError("its work is too large to be real");
}

Imported import_model_of(const std::filesystem::path& file, const onnx::ModelProto& model,
                         const ImportOptions& options) {
  const auto opset = default_opset(model);
  GraphReader reader(model.graph(), opset, options);
  auto layers = reader.read();
  check_totals(layers);
  auto warnings = reader.warnings();
  if (opset > newest_opset) {
    warnings.push_back(
        fmt::format("operator set {} is newer than {}, the newest that is known here: an operator may have changed",
                    opset, newest_opset));
  }
  const auto name = either(options.name, file.stem().string());
  return {dnn::Network(name, either(options.title, name), either(options.source, default_source(file, model)),
                       reader.dtype(), std::move(layers), {}, std::nullopt, reader.shared_weights()),
          std::move(warnings)};
}

// Numbers that could not be read may be why.
Imported import_checked(const std::filesystem::path& file, const ImportOptions& options) {
  auto model = read_model(file);
  const auto missing = read_external_data(model, file.parent_path());
  try {
    return import_model_of(file, model, options);
  } catch (const ImportError& error) {
    if (missing.empty()) throw;
    throw ImportError(fmt::format("{} ({})", error.what(), missing.front()));
  }
}

std::string_view name_of(std::string_view option, std::string_view text, std::string_view expected) {
  const auto equals = text.rfind('=');
  if (equals == std::string_view::npos || equals == 0) {
    throw ImportError(fmt::format("{} {}: expected {}", option, text, expected));
  }
  return text.substr(0, equals);
}

constexpr std::string_view input_forms = "NAME=1x3x224x224, NAME=16000 or NAME=[1,2]";

double parse_number(std::string_view text, std::string_view whole) {
  if (text == "true" || text == "false") return text == "true" ? 1.0 : 0.0;
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) {
    throw ImportError(fmt::format("--input {}: '{}' is not a number; expected {}", whole, text, input_forms));
  }
  return value;
}

std::vector<double> parse_numbers(std::string_view text, std::string_view whole) {
  std::vector<double> numbers;
  for (auto comma = text.find(','); comma != std::string_view::npos; comma = text.find(',')) {
    numbers.push_back(parse_number(text.substr(0, comma), whole));
    text.remove_prefix(comma + 1);
  }
  numbers.push_back(parse_number(text, whole));
  return numbers;
}

// "0", "-1", "0.5", "true": no shape, but a number.
bool is_plain_number(std::string_view text) {
  if (text == "true" || text == "false") return true;
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && !(value >= 1.0 && value == std::floor(value));
}

template <class Map, class Value>
void add_once(Map& map, std::string_view option, std::string_view name, Value value) {
  if (map.emplace(std::string(name), std::move(value)).second) return;
  throw ImportError(fmt::format("{} {}: given twice", option, name));
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
  const auto name = name_of("--input", text, input_forms);
  std::vector<std::int64_t> shape;
  auto rest = text.substr(name.size() + 1);
  for (auto x = rest.find('x'); x != std::string_view::npos; x = rest.find('x')) {
    shape.push_back(parse_dimension(rest.substr(0, x), text));
    rest.remove_prefix(x + 1);
  }
  shape.push_back(parse_dimension(rest, text));
  return {std::string(name), std::move(shape)};
}

void add_input(ImportOptions& options, std::string_view text) {
  const auto name = name_of("--input", text, input_forms);
  const auto value = text.substr(name.size() + 1);
  if (options.input_shapes.contains(std::string(name)) || options.input_values.contains(std::string(name))) {
    throw ImportError(fmt::format("--input {}: given twice", name));
  }
  if (value.starts_with('[') && value.ends_with(']') && value.size() > 2) {
    return add_once(options.input_values, "--input", name,
                    GivenValues{parse_numbers(value.substr(1, value.size() - 2), text), true});
  }
  if (is_plain_number(value)) {
    return add_once(options.input_values, "--input", name, GivenValues{{parse_number(value, text)}, false});
  }
  add_once(options.input_shapes, "--input", name, parse_input_shape(text).second);
}

void add_branch(ImportOptions& options, std::string_view text) {
  const auto name = name_of("--branch", text, "NAME=then or NAME=else");
  const auto branch = text.substr(name.size() + 1);
  if (branch != "then" && branch != "else") {
    throw ImportError(fmt::format("--branch {}: '{}' is no branch; expected then or else", text, branch));
  }
  add_once(options.branches, "--branch", name, branch == "then");
}

}  // namespace edgecut::onnx_import
