// `edgecut import onnx`.
#pragma once

#include <string>
#include <vector>

namespace edgecut::commands {

struct ImportOptions {
  std::string model;
  std::vector<std::string> inputs;
  std::vector<std::string> branches;
  std::string name;
  std::string title;
  std::string source;
  std::string output;
};

/// Turns an ONNX model into a network file.
void import_onnx(const ImportOptions& options);

}  // namespace edgecut::commands
