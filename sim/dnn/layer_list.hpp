// Layers as a file lists them: in any order, naming what they read.
#pragma once

#include <vector>

#include "config/value.hpp"
#include "dnn/network.hpp"

namespace edgecut::dnn {

struct NamedLayer {
  Layer layer;                               // without its inputs
  std::vector<const config::Value*> inputs;  // names, with their places
  const config::Value* value = nullptr;
};

struct SortedLayers {
  std::vector<Layer> layers;      // in a topological order that keeps the file's wherever it can
  std::vector<LayerIndex> order;  // the place of each in the file
};

/// Resolves names and sorts. Throws config::Error on an unknown name, a second layer of one name, or a cycle.
SortedLayers sort_layers(std::vector<NamedLayer> layers);

}  // namespace edgecut::dnn
