// A flow network and its minimum s-t cut, on Boost.Graph. For the partitioners' own use.
#pragma once

#include <boost/graph/boykov_kolmogorov_max_flow.hpp>
#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/property_map/property_map.hpp>
#include <cstdint>
#include <utility>
#include <vector>

namespace edgecut::partition {

/// Arcs are gathered and then laid out once, by the vertex they leave, in the order they were given.
class FlowNetwork {
 public:
  explicit FlowNetwork(std::size_t vertices) : vertices_(vertices) {}

  void reserve(std::size_t arcs) { halves_.reserve(2 * arcs); }

  /// An arc u -> v and its reverse, whose capacity is 0 unless given.
  void arc(std::size_t u, std::size_t v, double capacity, double back = 0.0) {
    const auto from = static_cast<Index>(u);
    const auto to = static_cast<Index>(v);
    halves_.push_back({from, to, capacity});
    halves_.push_back({to, from, back});
  }

  /// Runs the maximum flow; afterwards is_source_side() tells the sides of a minimum cut. [Boykov and Kolmogorov, TPAMI
  /// 26(9), 2004]
  void solve(std::size_t source, std::size_t sink) {
    const auto place = places();
    std::vector<std::pair<Index, Index>> ends(halves_.size());
    std::vector<double> capacity(halves_.size());
    std::vector<Edge> reverse(halves_.size());
    for (std::size_t i = 0; i < halves_.size(); ++i) {
      ends[place[i]] = {halves_[i].from, halves_[i].to};
      capacity[place[i]] = halves_[i].capacity;
      reverse[place[i]] =
          Edge(halves_[i].to, static_cast<Index>(place[i ^ 1U]));  // the two halves of an arc are neighbours
    }
    run(Graph(boost::edges_are_sorted, ends.begin(), ends.end(), static_cast<Index>(vertices_)), capacity, reverse,
        source, sink);
  }
  [[nodiscard]] bool is_source_side(std::size_t v) const { return color_[v] == boost::black_color; }

 private:
  using Index = std::uint32_t;  // half the memory of std::size_t, and so more in the cache
  using Graph = boost::compressed_sparse_row_graph<boost::directedS, boost::no_property, boost::no_property,
                                                   boost::no_property, Index, Index>;
  using Edge = boost::graph_traits<Graph>::edge_descriptor;

  struct Half {
    Index from = 0;
    Index to = 0;
    double capacity = 0.0;
  };

  // Where each half goes when they are sorted by the vertex they leave.
  [[nodiscard]] std::vector<std::size_t> places() const {
    std::vector<std::size_t> next(vertices_ + 1, 0);
    for (const auto& half : halves_) ++next[half.from + 1];
    for (std::size_t v = 0; v < vertices_; ++v) next[v + 1] += next[v];
    std::vector<std::size_t> place(halves_.size());
    for (std::size_t i = 0; i < halves_.size(); ++i) place[i] = next[halves_[i].from]++;
    return place;
  }

  void run(Graph graph, std::vector<double>& capacity, std::vector<Edge>& reverse, std::size_t source,
           std::size_t sink) {
    const auto of_edge = boost::get(boost::edge_index, graph);
    const auto of_vertex = boost::get(boost::vertex_index, graph);
    std::vector<double> residual(capacity.size());
    std::vector<Index> distance(vertices_);
    std::vector<Edge> predecessor(vertices_);
    color_.resize(vertices_);
    boost::boykov_kolmogorov_max_flow(graph, boost::make_iterator_property_map(capacity.begin(), of_edge),
                                      boost::make_iterator_property_map(residual.begin(), of_edge),
                                      boost::make_iterator_property_map(reverse.begin(), of_edge),
                                      boost::make_iterator_property_map(predecessor.begin(), of_vertex),
                                      boost::make_iterator_property_map(color_.begin(), of_vertex),
                                      boost::make_iterator_property_map(distance.begin(), of_vertex), of_vertex,
                                      static_cast<Index>(source), static_cast<Index>(sink));
  }

  std::size_t vertices_;
  std::vector<Half> halves_;
  std::vector<boost::default_color_type> color_;
};

}  // namespace edgecut::partition
