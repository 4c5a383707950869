// The DAG: closure, crossing tensors, cut vertices and topological order, against brute force on random DAGs.
#include "dnn/graph.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <random>
#include <set>
#include <vector>

#include "dnn/make_network.hpp"
#include "units/ensure.hpp"

namespace edgecut::graph_test {
using dnn::Graph;
using dnn::LayerIndex;
using dnn::Placement;

namespace {

using Predecessors = std::vector<std::vector<LayerIndex>>;

// A residual block: 0 -> 1 -> 2 -> 4, 0 -> 3 -> 4 -> 5, and 1 read twice.
const Predecessors residual{{}, {0}, {1}, {0}, {2, 3}, {4}};

Placement placement(std::size_t size, unsigned bits) {
  Placement on_device(size);
  for (std::size_t v = 0; v < size; ++v) on_device[v] = ((bits >> v) & 1U) != 0;
  return on_device;
}

// Every path from a source to a sink.
std::vector<std::vector<LayerIndex>> all_paths(const Graph& graph) {
  std::vector<std::vector<LayerIndex>> paths;
  std::vector<LayerIndex> path;
  const std::function<void(LayerIndex)> walk = [&](LayerIndex v) {
    path.push_back(v);
    if (graph.consumers(v).empty()) paths.push_back(path);
    for (const auto w : graph.consumers(v)) walk(w);
    path.pop_back();
  };
  for (LayerIndex v = 0; v < graph.size(); ++v) {
    if (graph.predecessors(v).empty()) walk(v);
  }
  return paths;
}

std::vector<LayerIndex> cut_vertices_by_paths(const Graph& graph) {
  const auto paths = all_paths(graph);
  std::vector<LayerIndex> result;
  for (LayerIndex v = 0; v < graph.size(); ++v) {
    const bool on_all = std::all_of(paths.begin(), paths.end(),
                                    [&](const auto& path) { return std::count(path.begin(), path.end(), v); });
    if (on_all) result.push_back(v);
  }
  return result;
}

}  // namespace

TEST_CASE("consumers are the arcs turned round, each consumer once") {
  const Graph graph(Predecessors{{}, {0, 0}, {0, 1, 0}});
  CHECK(graph.consumers(0) == std::vector<LayerIndex>{1, 2});
  CHECK(graph.consumers(1) == std::vector<LayerIndex>{2});
  CHECK(graph.is_source(0));
  CHECK(graph.is_sink(2));
  CHECK_FALSE(graph.is_sink(0));
}

TEST_CASE("a graph out of topological order is our mistake") {
  CHECK_THROWS_AS(Graph(Predecessors{{1}, {}}), InternalError);
  CHECK_THROWS_AS(Graph(Predecessors{{LayerIndex{0}}}), InternalError);
}

TEST_CASE("inside a residual block two tensors cross the cut, each once") {
  const Graph graph(residual);
  CHECK(graph.crossing(dnn::prefix(6, 1)) == std::vector<LayerIndex>{0, 1});  // 1 -> 2, and 0 -> 3
  CHECK(graph.crossing(dnn::prefix(6, 2)) == std::vector<LayerIndex>{0, 2});
  CHECK(graph.crossing(dnn::prefix(6, 3)) == std::vector<LayerIndex>{2, 3});
  CHECK(graph.crossing(dnn::prefix(6, 4)) == std::vector<LayerIndex>{4});
  CHECK(graph.crossing(dnn::prefix(6, 5)).empty());  // device only
}

TEST_CASE("a tensor that two layers in the cloud read crosses once") {
  const Graph graph(Predecessors{{}, {0}, {1}, {1}, {2, 3}});
  CHECK(graph.crossing(dnn::prefix(5, 1)) == std::vector<LayerIndex>{1});
}

TEST_CASE("a placement is closed when nothing on the device reads from the cloud") {
  const Graph graph(residual);
  CHECK(graph.is_downward_closed(placement(6, 0b000001)));
  CHECK(graph.is_downward_closed(placement(6, 0b001001)));        // 0 and 3: a set that is no prefix
  CHECK_FALSE(graph.is_downward_closed(placement(6, 0b000101)));  // 2 without 1
  CHECK_FALSE(graph.is_downward_closed(placement(6, 0b010111)));  // 4 without 3
  CHECK(graph.is_downward_closed(placement(6, 0b000000)));
  CHECK(graph.is_downward_closed(placement(6, 0b111111)));
}

TEST_CASE("on random DAGs closure and crossing are what the arcs say, for every one of the 2^n placements") {
  std::mt19937 random(1);
  for (int round = 0; round < 60; ++round) {
    const auto network = random_network(random, 8, 1 + random() % 2);
    const auto& graph = network.graph();
    for (unsigned bits = 0; bits < 256; ++bits) {
      const auto on_device = placement(8, bits);
      bool closed = true;
      std::set<LayerIndex> crossing;
      for (LayerIndex w = 0; w < 8; ++w) {
        for (const auto u : network.layer(w).inputs) {
          if (on_device[w] && !on_device[u]) closed = false;
          if (on_device[u] && !on_device[w]) crossing.insert(u);
        }
      }
      REQUIRE(graph.is_downward_closed(on_device) == closed);
      REQUIRE(graph.crossing(on_device) == std::vector<LayerIndex>(crossing.begin(), crossing.end()));
    }
  }
}

TEST_CASE("every prefix of the layer order is closed") {
  std::mt19937 random(2);
  for (int round = 0; round < 50; ++round) {
    const auto network = random_network(random, 12);
    for (LayerIndex last = 0; last < 12; ++last) {
      CHECK(network.graph().is_downward_closed(dnn::prefix(12, last)));
    }
  }
}

TEST_CASE("the cut vertices of a residual block are those outside of its branches") {
  CHECK(Graph(residual).cut_vertices() == std::vector<LayerIndex>{0, 4, 5});
}

TEST_CASE("every layer of a chain is a cut vertex, and so is a single layer") {
  CHECK(Graph(Predecessors{{}, {0}, {1}}).cut_vertices() == std::vector<LayerIndex>{0, 1, 2});
  CHECK(Graph(Predecessors(1)).cut_vertices() == std::vector<LayerIndex>{0});
  CHECK(Graph(Predecessors{}).cut_vertices().empty());
}

TEST_CASE("two inputs or two outputs are no cut vertices, and two separate chains have none") {
  CHECK(Graph(Predecessors{{}, {}, {0, 1}, {2}}).cut_vertices() == std::vector<LayerIndex>{2, 3});
  CHECK(Graph(Predecessors{{}, {0}, {1}, {1}}).cut_vertices() == std::vector<LayerIndex>{0, 1});
  CHECK(Graph(Predecessors{{}, {}, {0}, {1}}).cut_vertices().empty());
  CHECK(Graph(Predecessors(2)).cut_vertices().empty());
}

TEST_CASE("on random DAGs a cut vertex is one that every path from a source to a sink passes") {
  std::mt19937 random(3);
  for (int round = 0; round < 400; ++round) {
    const auto network = random_network(random, 2 + random() % 9, 1 + random() % 2);
    INFO("round " << round);
    REQUIRE(network.graph().cut_vertices() == cut_vertices_by_paths(network.graph()));
  }
}

TEST_CASE("a topological order keeps the given order where the arcs allow it") {
  const auto [order, on_cycle] = dnn::topological_order({{}, {0}, {0}, {1, 2}});
  CHECK_FALSE(on_cycle);
  CHECK(order == std::vector<LayerIndex>{0, 1, 2, 3});
  CHECK(dnn::topological_order({{2}, {0}, {}}).order == std::vector<LayerIndex>{2, 0, 1});
  CHECK(dnn::topological_order({{}, {3}, {}, {0}}).order == std::vector<LayerIndex>{0, 2, 3, 1});
}

TEST_CASE("on shuffled random DAGs every layer comes after what it reads") {
  std::mt19937 random(4);
  for (int round = 0; round < 200; ++round) {
    const auto network = random_network(random, 10, 2);
    std::vector<LayerIndex> name(10);
    for (LayerIndex v = 0; v < 10; ++v) name[v] = v;
    std::shuffle(name.begin(), name.end(), random);
    Predecessors shuffled(10);
    for (LayerIndex v = 0; v < 10; ++v) {
      for (const auto u : network.layer(v).inputs) shuffled[name[v]].push_back(name[u]);
    }
    const auto [order, on_cycle] = dnn::topological_order(shuffled);
    REQUIRE_FALSE(on_cycle);
    REQUIRE(std::set<LayerIndex>(order.begin(), order.end()).size() == 10);
    std::vector<std::size_t> place(10);
    for (std::size_t i = 0; i < 10; ++i) place[order[i]] = i;
    for (LayerIndex v = 0; v < 10; ++v) {
      for (const auto u : shuffled[v]) REQUIRE(place[u] < place[v]);
    }
  }
}

TEST_CASE("a cycle is found, and the layer that is named is on it and not merely behind it") {
  const auto loop = dnn::topological_order({{}, {0, 3}, {1}, {2}, {3}});
  REQUIRE(loop.on_cycle);
  CHECK((*loop.on_cycle >= 1 && *loop.on_cycle <= 3));
  CHECK(dnn::topological_order(Predecessors{{LayerIndex{0}}}).on_cycle == LayerIndex{0});
  CHECK(dnn::topological_order({{}, {0, 1}}).on_cycle == LayerIndex{1});
}

TEST_CASE("a layer that reads one tensor twice is no cycle and is ordered once") {
  const auto order = dnn::topological_order({{1, 1}, {}});
  CHECK_FALSE(order.on_cycle);
  CHECK(order.order == std::vector<LayerIndex>{1, 0});
}

}  // namespace edgecut::graph_test
