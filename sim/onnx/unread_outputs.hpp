// Outputs of layers that nothing reads in the end: an If took another branch, or their reader led nowhere.
#pragma once

#include <set>
#include <utility>
#include <vector>

#include "dnn/network.hpp"

namespace edgecut::onnx_import {

/// A layer and one of its outputs.
using OutputPlace = std::pair<dnn::LayerIndex, std::size_t>;

/// Leaves out the outputs of layers with several that no layer reads and that are not `kept`. A layer keeps one.
void drop_unread_outputs(std::vector<dnn::Layer>& layers, std::set<OutputPlace> kept);

}  // namespace edgecut::onnx_import
