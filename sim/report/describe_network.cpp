#include "report/describe_network.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/graphviz.hpp>
#include <sstream>

#include "dnn/complexity.hpp"
#include "report/table.hpp"
#include "units/text.hpp"

namespace edgecut::report {
namespace {

using dnn::LayerIndex;
using dnn::Network;

// Layers first..last, shown as one line.
struct Block {
  std::string name;
  LayerIndex first = 0;
  LayerIndex last = 0;
};

// The first `depth` parts of a layer's path: "/layer1/layer1.0" of "/layer1/layer1.0/conv1/Conv".
std::string path_prefix(const std::string& name, std::size_t depth) {
  std::size_t at = 0;
  for (std::size_t i = 0; i < depth; ++i) {
    at = name.find('/', at + 1);
    if (at == std::string::npos) return name;
  }
  return name.substr(0, at);
}

std::vector<Block> group(const Network& network, std::size_t depth) {
  std::vector<Block> blocks;
  for (LayerIndex v = 0; v < network.size(); ++v) {
    auto name = path_prefix(network.layer(v).name, depth);
    if (!blocks.empty() && blocks.back().name == name) {
      blocks.back().last = v;
    } else {
      blocks.push_back({std::move(name), v, v});
    }
  }
  return blocks;
}

// The finest grouping that a person can take in.
std::vector<Block> blocks_of(const Network& network, bool all) {
  constexpr std::size_t most_lines = 48;
  constexpr std::size_t deepest = 8;
  if (all || network.size() <= most_lines) return group(network, deepest * deepest);
  for (std::size_t depth = deepest; depth > 1; --depth) {
    auto blocks = group(network, depth);
    if (blocks.size() <= most_lines) return blocks;
  }
  return group(network, 1);
}

std::string percent(double share) {
  return fmt::format("{:.1f}", 100.0 * share);
}

std::string kind_of(const Network& network, const Block& block) {
  const auto count = block.last - block.first + 1;
  return count == 1 ? std::string(dnn::name(network.layer(block.last).kind)) : fmt::format("{} layers", count);
}

std::string energy_note(const Network& network) {
  const bool has_int8 = std::ranges::any_of(
      network.layers(), [](const dnn::Layer& layer) { return layer.precision == dnn::Precision::int8; });
  return fmt::format("energy: 4.6 pJ per MAC{} + 640 pJ per 4 bytes of input, output and weights\n",
                     has_int8 ? " (0.3 pJ in int8)" : "");
}

std::string headline(const Network& network, const std::vector<dnn::LayerComplexity>& layers) {
  const auto cut_vertices = std::ranges::count_if(layers, &dnn::LayerComplexity::is_cut_vertex);
  const auto plans = dnn::count_plans(network);
  std::string text = fmt::format(
      "{} ({})\n{} layers, {:.4g} GMAC ({:.4g} GFLOP), {:.4g} M parameters, {} of weights, {}\n", network.title(),
      network.name(), network.size(), static_cast<double>(network.total_macs()) / 1e9,
      2.0 * static_cast<double>(network.total_macs()) / 1e9, static_cast<double>(network.total_parameters()) / 1e6,
      units::format(network.total_weights()), network.dtype());
  text +=
      fmt::format("raw input {}, {} cut vertices, {} valid cuts of the layer order, {} plans (downward-closed sets)\n",
                  units::format(network.raw_input()), cut_vertices, network.size(),
                  plans ? fmt::format("{:.0f}", *plans) : "too many to count");
  text += "source: " + network.source() + "\n\n";
  return text;
}

template <class Total>
Total sum(const std::vector<Total>& values, const Block& block) {
  Total total{};
  for (LayerIndex v = block.first; v <= block.last; ++v) total += values[v];
  return total;
}

std::vector<std::string> block_cells(const Network& network, const std::vector<dnn::LayerComplexity>& layers,
                                     const Block& block, const LayerEnergy* measured) {
  std::int64_t macs = 0;
  std::int64_t parameters = 0;
  for (LayerIndex v = block.first; v <= block.last; ++v) {
    macs += layers[v].macs;
    parameters += layers[v].parameters;
  }
  const auto& end = layers[block.last];
  std::vector<std::string> cells{
      fmt::format("{}", block.last),
      block.name,
      kind_of(network, block),
      fmt::format("{}", fmt::join(network.layer(block.last).shape, "x")),
      fmt::format("{:.3f}", static_cast<double>(macs) / 1e6),
      percent(end.macs_share),
      fmt::format("{:.1f}", static_cast<double>(parameters) / 1e3),
      percent(end.parameters_share),
      percent(end.energy_share),
      units::format(end.output),
      end.is_cut_vertex ? "*" : "",
      units::format(end.crossing),
      units::format(end.head_peak),
      units::format(end.tail_peak),
  };
  if (measured != nullptr) {
    cells.push_back(units::format(sum(measured->seconds, block)));
    cells.push_back(units::format(sum(measured->joules, block)));
  }
  return cells;
}

// Of the tensors of one layer, those that another reads.
Bytes bytes_between(const Network& network, LayerIndex from, LayerIndex to) {
  const auto& inputs = network.layer(to).inputs;
  const auto found = std::ranges::find(inputs, from);
  return network.read_bytes(to, static_cast<std::size_t>(found - inputs.begin()));
}

}  // namespace

std::string describe(const Network& network, bool all, const LayerEnergy* measured) {
  const auto layers = dnn::complexity(network);
  std::vector<std::string> headers{"#",      "layer or block", "kind",  "output", "MMAC",    "cum %",     "k param",
                                   "cum % ", "energy cum %",   "bytes", "cut",    "crosses", "head peak", "tail peak"};
  if (measured != nullptr) {
    headers.push_back("time on " + measured->processor);
    headers.emplace_back("energy there");
  }
  Table table(headers);
  const auto blocks = blocks_of(network, all);
  for (const auto& block : blocks) table.add(block_cells(network, layers, block, measured));
  const auto folded = blocks.size() == network.size()
                          ? std::string()
                          : fmt::format("\n{} layers are folded into {} lines; --all gives each its own\n",
                                        network.size(), blocks.size());
  return headline(network, layers) + table.str() + folded +
         "\ncrosses: bytes sent by a cut after the line, each tensor once; cut *: every path runs through that layer\n"
         "peak: weights and the largest set of live activations of the head (tail) that a cut there makes\n" +
         energy_note(network) +
         (measured == nullptr || measured->warning.empty() ? "" : "warning: " + measured->warning + "\n");
}

std::vector<metrics::Row> layer_rows(const Network& network, const LayerEnergy* measured) {
  const auto layers = dnn::complexity(network);
  std::vector<metrics::Row> rows;
  for (LayerIndex v = 0; v < network.size(); ++v) {
    const auto& layer = network.layer(v);
    const auto& c = layers[v];
    const auto author = dnn::author_complexity(network, v);
    metrics::Row row;
    row.add("index", static_cast<std::int64_t>(v));
    row.add("layer", layer.name);
    row.add("op", layer.op);
    row.add("kind", std::string(dnn::name(layer.kind)));
    row.add("shape", fmt::format("{}", fmt::join(layer.shape, "x")));
    row.add("macs", c.macs);
    row.add("parameters", c.parameters);
    row.add("weights_B", c.weights.value());
    row.add("output_B", c.output.value());
    row.add("memory_B", c.memory.value());
    row.add("energy_corrected_J", c.energy.value());
    row.add("author_flops", author.flops);
    row.add("author_memory_MiB", author.memory_MiB);
    row.add("author_energy_pJ", author.energy_pJ);
    row.add("power_time_s", measured != nullptr ? metrics::Cell(measured->seconds[v].value()) : metrics::Cell());
    row.add("power_time_J", measured != nullptr ? metrics::Cell(measured->joules[v].value()) : metrics::Cell());
    row.add("cut_vertex", static_cast<std::int64_t>(c.is_cut_vertex));
    row.add("crossing_B", c.crossing.value());
    row.add("head_peak_B", c.head_peak.value());
    row.add("tail_peak_B", c.tail_peak.value());
    row.add("macs_share", c.macs_share);
    row.add("parameters_share", c.parameters_share);
    row.add("energy_share", c.energy_share);
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string dot(const Network& network, const plan::Plan* plan) {
  // Bidirectional, so that Boost keeps an edge list of its own: edges come in the order they were added.
  using BoostGraph = boost::adjacency_list<boost::vecS, boost::vecS, boost::bidirectionalS>;
  BoostGraph graph(network.size());
  for (LayerIndex v = 0; v < network.size(); ++v) {
    for (const auto w : network.graph().consumers(v)) boost::add_edge(v, w, graph);
  }
  std::vector<bool> is_cut_vertex(network.size(), false);
  for (const auto v : network.cut_vertices()) is_cut_vertex[v] = true;
  const auto on_device = [&](LayerIndex v) { return plan != nullptr && plan->on_device[v]; };
  std::ostringstream out;
  boost::write_graphviz(
      out, graph,
      [&](std::ostream& node, LayerIndex v) {
        const auto& layer = network.layer(v);
        node << fmt::format(R"([label="{}\n{}", peripheries={}{}])", layer.name, dnn::name(layer.kind),
                            is_cut_vertex[v] ? 2 : 1, on_device(v) ? ", style=filled, fillcolor=\"#9ecae1\"" : "");
      },
      [&](std::ostream& edge, const auto& e) {
        const auto from = boost::source(e, graph);
        const bool crosses = plan != nullptr && on_device(from) && !on_device(boost::target(e, graph));
        edge << fmt::format(R"([label="{}"{}])", units::format(bytes_between(network, from, boost::target(e, graph))),
                            crosses ? ", color=\"#d62728\", penwidth=2" : "");
      },
      [&](std::ostream& properties) {
        properties << fmt::format("label=\"{}\";\nnode [shape=box, fontname=\"sans\"];\n", network.title());
      });
  return out.str();
}

}  // namespace edgecut::report
