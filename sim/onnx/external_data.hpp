// Tensors that lie in a file beside the model.
#pragma once

#include <onnx/onnx_pb.h>

#include <filesystem>
#include <string>
#include <vector>

namespace edgecut::onnx_import {

/// Reads into the model the small tensors of numbers that it keeps in other files, for a shape may depend on them; those
/// of weights stay where they are. `folder` is the model's; files outside it are not read [ONNX, docs/ExternalData.md].
/// Returns one line for each tensor that could not be read: it matters only where a shape depends on it.
std::vector<std::string> read_external_data(onnx::ModelProto& model, const std::filesystem::path& folder);

}  // namespace edgecut::onnx_import
