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

/// The numbers of an input that is to be a constant: of a scalar one, of a list as many as it has.
struct GivenValues {
  std::vector<double> numbers;
  bool is_list = false;
};

struct ImportOptions {
  std::string name;                                               // of the network; the file's stem when empty
  std::string title;                                              // the name when empty
  std::string source;                                             // the file's name and producer when empty
  std::map<std::string, std::vector<std::int64_t>> input_shapes;  // over the file's own, by input
  std::map<std::string, GivenValues> input_values = {};           // of inputs that are to be constants, by input
  std::map<std::string, bool> branches = {};                      // true is `then`; by the If's name
};

struct Imported {
  dnn::Network network;
  std::vector<std::string> warnings;
};

/// Reads a model: shapes by rules of our own and by folding shape arithmetic, work and parameters by the operators'
/// definitions (docs/methods.md). Weights may be missing from the file, only their shapes are used. Throws ImportError.
Imported import_model(const std::filesystem::path& file, const ImportOptions& options);

/// "images=1x3x640x640" as an input's name and shape. Throws ImportError.
std::pair<std::string, std::vector<std::int64_t>> parse_input_shape(std::string_view text);

/// Adds what --input says: a shape ("images=1x3x640x640"), a number ("sr=16000", "threshold=0.5", "flag=true") or a
/// list of numbers ("sizes=[32,64]"). One whole number is a shape until the input turns out to have no dimensions.
/// Throws ImportError.
void add_input(ImportOptions& options, std::string_view text);

/// Adds what --branch says: "If_0=then". Throws ImportError.
void add_branch(ImportOptions& options, std::string_view text);

}  // namespace edgecut::onnx_import
