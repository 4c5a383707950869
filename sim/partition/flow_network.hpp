// A flow network and its minimum s-t cut, on Boost.Graph. For the partitioners' own use.
#pragma once

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/boykov_kolmogorov_max_flow.hpp>

namespace edgecut::partition {

class FlowNetwork {
 public:
  explicit FlowNetwork(std::size_t vertices) : graph_(vertices) {}

  /// An arc u -> v and its reverse, whose capacity is 0 unless given.
  void arc(std::size_t u, std::size_t v, double capacity, double back = 0.0) {
    const auto forward = boost::add_edge(u, v, graph_).first;
    const auto backward = boost::add_edge(v, u, graph_).first;
    graph_[forward].capacity = capacity;
    graph_[backward].capacity = back;
    graph_[forward].reverse = backward;
    graph_[backward].reverse = forward;
  }

  /// Runs the maximum flow; afterwards is_source_side() tells the sides of a minimum cut. [Boykov and Kolmogorov, TPAMI
  /// 26(9), 2004]
  void solve(std::size_t source, std::size_t sink) {
    boost::boykov_kolmogorov_max_flow(graph_, boost::get(&Arc::capacity, graph_), boost::get(&Arc::residual, graph_),
                                      boost::get(&Arc::reverse, graph_), boost::get(&Vertex::predecessor, graph_),
                                      boost::get(&Vertex::color, graph_), boost::get(&Vertex::distance, graph_),
                                      boost::get(boost::vertex_index, graph_), source, sink);
  }
  [[nodiscard]] bool is_source_side(std::size_t v) const { return graph_[v].color == boost::black_color; }

 private:
  using Traits = boost::adjacency_list_traits<boost::vecS, boost::vecS, boost::directedS>;
  struct Vertex {
    boost::default_color_type color = boost::white_color;
    double distance = 0.0;
    Traits::edge_descriptor predecessor;
  };
  struct Arc {
    double capacity = 0.0;
    double residual = 0.0;
    Traits::edge_descriptor reverse;
  };
  boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS, Vertex, Arc> graph_;
};

}  // namespace edgecut::partition
