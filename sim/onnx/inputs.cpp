#include "onnx/inputs.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "onnx/node.hpp"
#include "onnx/values.hpp"

namespace edgecut::onnx_import {
namespace {

using onnx::ValueInfoProto;
using Dimension = onnx::TensorShapeProto::Dimension;

const onnx::TensorShapeProto& shape_of(const ValueInfoProto& input) {
  return input.type().tensor_type().shape();
}

bool has_rank(const ValueInfoProto& input) {
  return input.type().has_tensor_type() && input.type().tensor_type().has_shape();
}

// Some exporters write 0 or -1 for a size that is open.
bool is_fixed(const Dimension& dimension) {
  return dimension.has_dim_value() && dimension.dim_value() > 0;
}

std::string word(const Dimension& dimension) {
  if (is_fixed(dimension)) return std::to_string(dimension.dim_value());
  return dimension.dim_param().empty() ? "?" : printable(dimension.dim_param());
}

// A list of one whole number or truth value, as some exporters write a scalar.
bool is_one_number(const ValueInfoProto& input) {
  if (!has_rank(input) || shape_of(input).dim_size() != 1 || shape_of(input).dim(0).dim_value() != 1) return false;
  return is_integer(element_type(input.type())) || element_type(input.type()) == onnx::TensorProto::BOOL;
}

bool is_called_batch(std::string symbol) {
  std::ranges::transform(symbol, symbol.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return symbol.find("batch") != std::string::npos;
}

// "batch x 3 x ?": apart, for symbols may hold an x.
std::string told_shape(const ValueInfoProto& input) {
  std::vector<std::string> words;
  for (const auto& dimension : shape_of(input).dim()) words.push_back(word(dimension));
  return fmt::format("{}", fmt::join(words, " x "));
}

class Resolving {
 public:
  Resolving(const std::vector<const ValueInfoProto*>& inputs, const ImportOptions& options)
      : inputs_(inputs), options_(options) {}

  Inputs result() {
    check_names();
    for (const auto* input : inputs_) take_given(*input);
    take_batches();
    for (const auto* input : inputs_) {
      if (!found_.values.contains(input->name())) take_declared(*input);
    }
    if (!open_.empty()) refuse_open();
    return std::move(found_);
  }

 private:
  void check_names() const {
    std::vector<std::string> known;
    for (const auto* input : inputs_) known.push_back(printable(input->name()));
    const auto check = [&](const auto& given) {
      for (const auto& [name, what] : given) {
        if (std::ranges::find(known, name) != known.end()) continue;
        throw ImportError(fmt::format("no input '{}' (known: {})", name, fmt::join(known, ", ")));
      }
    };
    check(options_.input_shapes);
    check(options_.input_values);
  }

  void take_given(const ValueInfoProto& input) {
    const auto name = printable(input.name());
    if (const auto values = options_.input_values.find(name); values != options_.input_values.end()) {
      return take_values(input, values->second);
    }
    const auto given = options_.input_shapes.find(name);
    if (given == options_.input_shapes.end()) return;
    const auto& shape = given->second;
    if (has_rank(input) && shape_of(input).dim().empty() && shape.size() == 1) {
      return take_values(input, {{static_cast<double>(shape[0])}, false});
    }
    if (is_one_number(input) && shape.size() == 1 && shape[0] != 1) {
      found_.warnings.push_back(fmt::format("input '{}' holds one number, which is taken to be {}", name, shape[0]));
      return take_values(input, {{static_cast<double>(shape[0])}, true});
    }
    take_shape(input, shape);
  }

  void take_shape(const ValueInfoProto& input, const Shape& shape) {
    found_.shapes[input.name()] = shape;
    if (!has_rank(input)) return;
    const auto& declared = shape_of(input);
    if (static_cast<std::size_t>(declared.dim_size()) != shape.size()) {
      throw ImportError(fmt::format("input '{}' has {} dimensions, not {}", printable(input.name()),
                                    declared.dim_size(), shape.size()));
    }
    for (std::size_t i = 0; i < shape.size(); ++i) {
      const auto& dimension = declared.dim(static_cast<int>(i));
      if (is_fixed(dimension)) found_.replaced |= dimension.dim_value() != shape[i];
      bind(dimension, shape[i], input);
    }
  }

  void bind(const Dimension& dimension, std::int64_t size, const ValueInfoProto& input) {
    if (dimension.dim_param().empty()) return;
    const auto [found, fresh] = found_.sizes.emplace(dimension.dim_param(), size);
    if (found->second == size) return;
    throw ImportError(fmt::format("dimension '{}' is {} in input '{}' and {} before: one name is one size",
                                  printable(dimension.dim_param()), size, printable(input.name()), found->second));
  }

  // A scalar takes one number; a list takes as many as it has places.
  void take_values(const ValueInfoProto& input, const GivenValues& given) {
    const auto name = printable(input.name());
    const auto rank = has_rank(input) ? shape_of(input).dim_size() : (given.is_list ? 1 : 0);
    if (rank != (given.is_list ? 1 : 0)) {
      throw ImportError(fmt::format("input '{}' has {} dimensions: give its shape, such as --input {}={}", name, rank,
                                    name, rank == 1 ? "128, or its numbers, [1,2]" : "1x128"));
    }
    const auto count = static_cast<std::int64_t>(given.numbers.size());
    if (rank == 1 && has_rank(input) && shape_of(input).dim(0).has_dim_value() &&
        shape_of(input).dim(0).dim_value() != count) {
      throw ImportError(
          fmt::format("input '{}' holds {} numbers, not {}", name, shape_of(input).dim(0).dim_value(), count));
    }
    if (rank == 1 && has_rank(input)) bind(shape_of(input).dim(0), count, input);
    const auto tensor = tensor_of({element_type(input.type()), given.is_list ? Shape{count} : Shape{}, given.numbers});
    if (!tensor) throw ImportError(fmt::format("input '{}' is of a type that takes no value", name));
    found_.values[input.name()] = *tensor;
  }

  void take_batches() {
    std::set<std::string> firsts;
    std::set<std::string> others;
    for (const auto* input : inputs_) {
      for (int i = 0; has_rank(*input) && i < shape_of(*input).dim_size(); ++i) {
        const auto& symbol = shape_of(*input).dim(i).dim_param();
        if (!symbol.empty()) (i == 0 ? firsts : others).insert(symbol);
      }
    }
    for (const auto& symbol : firsts) {
      if (found_.sizes.contains(symbol) || (others.contains(symbol) && !is_called_batch(symbol))) continue;
      found_.sizes[symbol] = 1;
      batches_.insert(symbol);
    }
  }

  void take_declared(const ValueInfoProto& input) {
    if (found_.shapes.contains(input.name())) return;
    const auto name = printable(input.name());
    if (!has_rank(input)) return open_.push_back(&input);
    Shape shape;
    bool batch = false;
    for (const auto& dimension : shape_of(input).dim()) {
      const auto symbol = found_.sizes.find(dimension.dim_param());
      if (is_fixed(dimension)) {
        shape.push_back(dimension.dim_value());
      } else if (!dimension.dim_param().empty() && symbol != found_.sizes.end()) {
        batch |= shape.empty() && batches_.contains(dimension.dim_param());
        shape.push_back(symbol->second);
      } else if (shape.empty() && dimension.dim_param().empty() && !dimension.has_dim_value()) {
        batch = true;
        shape.push_back(1);
      } else {
        return open_.push_back(&input);
      }
    }
    if (batch) found_.warnings.push_back(fmt::format("input '{}': its first dimension is taken as a batch of 1", name));
    found_.shapes[input.name()] = shape;
  }

  // What is known of the shape, for the user to complete: "1x3x?x?".
  [[nodiscard]] std::string template_of(const ValueInfoProto& input) const {
    if (!has_rank(input)) return "1x3x224x224";
    std::vector<std::string> words;
    for (const auto& dimension : shape_of(input).dim()) {
      const auto symbol = found_.sizes.find(dimension.dim_param());
      const bool known = !dimension.dim_param().empty() && symbol != found_.sizes.end();
      words.push_back(known ? std::to_string(symbol->second)
                            : (is_fixed(dimension) ? std::to_string(dimension.dim_value()) : "?"));
      if (words.size() == 1 && words[0] == "?" && dimension.dim_param().empty() && !dimension.has_dim_value()) {
        words[0] = "1";
      }
    }
    return fmt::format("{}", fmt::join(words, "x"));
  }

  [[noreturn]] void refuse_open() const {
    std::vector<std::string> told;
    std::vector<std::string> remedies;
    for (const auto* input : open_) {
      const auto name = printable(input->name());
      told.push_back(has_rank(*input) ? fmt::format("input '{}' ({} dimensions, {})", name, shape_of(*input).dim_size(),
                                                    told_shape(*input))
                                      : fmt::format("input '{}' (the file does not say how many dimensions)", name));
      remedies.push_back(fmt::format("--input {}={}", name, template_of(*input)));
    }
    throw ImportError(
        fmt::format("not fixed: the shape of {}; give {}", fmt::join(told, ", "), fmt::join(remedies, " ")));
  }

  const std::vector<const ValueInfoProto*>& inputs_;
  const ImportOptions& options_;
  Inputs found_;
  std::set<std::string> batches_;            // symbols that are taken as 1
  std::vector<const ValueInfoProto*> open_;  // inputs whose shape must be given
};

}  // namespace

Inputs resolve_inputs(const std::vector<const ValueInfoProto*>& inputs, const ImportOptions& options) {
  return Resolving(inputs, options).result();
}

std::string stated_shape(const onnx::TypeProto& type) {
  std::vector<std::string> words;
  for (const auto& dimension : type.tensor_type().shape().dim()) words.push_back(word(dimension));
  return words.empty() ? "scalar" : fmt::format("{}", fmt::join(words, "x"));
}

}  // namespace edgecut::onnx_import
