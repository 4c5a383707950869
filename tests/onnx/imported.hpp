// The models under fixtures/, what the importer makes of them, and what it says of those that it refuses.
#pragma once

#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "onnx/import_model.hpp"

namespace edgecut::test {

/// `path` below fixtures/, without ".onnx".
inline std::filesystem::path fixture(const std::string& path) {
  return std::filesystem::path(EDGECUT_SOURCE_DIR) / "tests" / "onnx" / "fixtures" / (path + ".onnx");
}

/// Why a model is refused; empty where it is taken.
inline std::string refusal(const std::filesystem::path& file, const onnx_import::ImportOptions& options = {}) {
  try {
    onnx_import::import_model(file, options);
  } catch (const onnx_import::ImportError& error) {
    return error.what();
  }
  return "";
}

inline dnn::LayerIndex index_of(const dnn::Network& network, const std::string& name) {
  const auto found = std::ranges::find(network.layers(), name, &dnn::Layer::name);
  INFO(name);
  REQUIRE(found != network.layers().end());
  return static_cast<dnn::LayerIndex>(found - network.layers().begin());
}

inline const dnn::Layer& layer(const dnn::Network& network, const std::string& name) {
  return network.layer(index_of(network, name));
}

inline std::vector<std::string> layer_names(const dnn::Network& network) {
  std::vector<std::string> names;
  for (const auto& each : network.layers()) names.push_back(each.name);
  return names;
}

inline const dnn::Layer& layer(const onnx_import::Imported& imported, const std::string& name) {
  return layer(imported.network, name);
}

inline std::vector<std::string> layer_names(const onnx_import::Imported& imported) {
  return layer_names(imported.network);
}

}  // namespace edgecut::test
