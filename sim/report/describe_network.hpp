// A network for people and programs: what each layer costs, what each cut sends, and its picture.
#pragma once

#include <string>
#include <vector>

#include "dnn/network.hpp"
#include "metrics/row.hpp"
#include "plan/plan.hpp"

namespace edgecut::report {

/// power_time energy of each layer on one processor, where one was named.
struct LayerEnergy {
  std::string processor;
  std::vector<Joules> joules;
  std::vector<Seconds> seconds;
  std::string warning = {};  // where the processor's figures are not of the precision that layers compute in
};

/// Totals, cut vertices and number of plans, and a table with cumulative shares and the bytes that cross each cut.
/// Layers of long networks are grouped by block, unless `all`. `measured` may be null.
std::string describe(const dnn::Network& network, bool all, const LayerEnergy* measured);

/// One row a layer, every complexity in columns.
std::vector<metrics::Row> layer_rows(const dnn::Network& network, const LayerEnergy* measured);

/// Graphviz: a node a layer, an edge a tensor with its bytes. Cut vertices have a double border; with a plan, the
/// layers on the device are filled and the tensors that cross the cut are red.
std::string dot(const dnn::Network& network, const plan::Plan* plan);

}  // namespace edgecut::report
