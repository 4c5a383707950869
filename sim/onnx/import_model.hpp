// An .onnx file becomes a network. The only module that sees ONNX; none of it shows in this header.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dnn/network.hpp"

namespace edgecut::onnx_import {

/// The file cannot be read, or not without guessing. what() is one line: "file: node 'name' (Op): what is wrong".
class ImportError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct ImportOptions {
  std::string name;                                               // of the network; the file's stem when empty
  std::string title;                                              // the name when empty
  std::string source;                                             // the file's name and producer when empty
  std::map<std::string, std::vector<std::int64_t>> input_shapes;  // over the file's own, by input
};

struct Imported {
  dnn::Network network;
  std::vector<std::string> warnings;
};

/// Reads a model: shapes by libonnx's inference and by folding shape arithmetic, work and parameters by the operators'
/// definitions (docs/methods.md). Weights may be missing from the file, only their shapes are used. Throws ImportError.
Imported import_model(const std::filesystem::path& file, const ImportOptions& options);

/// "images=1x3x640x640" as an input's name and shape. Throws ImportError.
std::pair<std::string, std::vector<std::int64_t>> parse_input_shape(std::string_view text);

}  // namespace edgecut::onnx_import
