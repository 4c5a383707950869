// The bytes of an .onnx file as ONNX's own message.
#pragma once

#include <onnx/onnx_pb.h>

#include <filesystem>

namespace edgecut::onnx_import {

/// Throws ImportError when the file is missing, empty, cut short or something else. Prints nothing.
onnx::ModelProto read_model(const std::filesystem::path& file);

/// The version of the default operator set. Throws ImportError when the model names none.
int default_opset(const onnx::ModelProto& model);

}  // namespace edgecut::onnx_import
