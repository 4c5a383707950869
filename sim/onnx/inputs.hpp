// The network's inputs: their shapes, from the file and from the user, and the values that the user fixes.
#pragma once

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "onnx/import_model.hpp"
#include "onnx/tensor.hpp"

namespace edgecut::onnx_import {

struct Inputs {
  std::map<std::string, Shape> shapes;              // by input, of those that stay inputs
  std::map<std::string, onnx::TensorProto> values;  // by input, of those that the user makes constants
  std::map<std::string, std::int64_t> sizes;        // by symbol: "sequence" is 128 wherever it stands
  bool replaced = false;                            // a size that the file fixes was given another value
  std::vector<std::string> warnings;
};

/// `inputs` are those of the graph that are no weights. One symbol is one size wherever it stands. A first dimension
/// that is open is a batch of 1, unless its symbol also stands in another place and is not called a batch. Throws ImportError that names every input
/// whose shape the user must give.
Inputs resolve_inputs(const std::vector<const onnx::ValueInfoProto*>& inputs, const ImportOptions& options);

/// "1x3xheightx?", with the symbols of the file.
std::string stated_shape(const onnx::TypeProto& type);

}  // namespace edgecut::onnx_import
