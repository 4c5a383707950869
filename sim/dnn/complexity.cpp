#include "dnn/complexity.hpp"

#include <algorithm>
#include <set>

namespace edgecut::dnn {
namespace {

constexpr double mebibyte = 1048576.0;

std::int64_t author_flops(const Network& network, LayerIndex v) {
  const Layer& layer = network.layer(v);
  switch (layer.kind) {
    case LayerKind::conv:
    case LayerKind::depthwise_conv: {
      const std::int64_t positions = layer.output_elements() / layer.shape.at(1);
      const bool has_bias = positions > 0 && network.resident_parameters(v) > layer.macs / positions;
      return layer.macs + (has_bias ? layer.output_elements() : 0);
    }
    case LayerKind::linear:
      return layer.macs;
    case LayerKind::normalization:
      return 2 * layer.output_elements();
    case LayerKind::activation:
      return layer.output_elements();
    case LayerKind::pool:
      return layer.op.starts_with("Global") ? 0 : network.input_elements(v);
    default:
      return 0;
  }
}

// When a tensor dies: its last active reader in the part, or the end.
LayerIndex last_reader(const Network& network, const Placement& part, const Placement& active, LayerIndex v) {
  LayerIndex last = v;
  bool is_read = false;
  for (const auto w : network.graph().consumers(v)) {
    if (!active[w]) continue;
    is_read = true;
    if (part[w]) {
      last = std::max(last, w);
    } else if (part[v]) {
      return network.size();  // somebody else needs it afterwards
    }
  }
  return part[v] && !is_read ? network.size() : last;
}

bool is_read_in(const Network& network, const Placement& part, LayerIndex v) {
  return std::ranges::any_of(network.graph().consumers(v), [&](LayerIndex w) { return part[w]; });
}

// Layers strictly between two cut vertices, or after the last one.
struct Stretch {
  LayerIndex first;
  LayerIndex end;
};

// Counts the downward-closed subsets of a stretch by growing them one layer at a time; none beyond the limit.
std::optional<double> count_closed_sets(const Graph& graph, const Stretch& stretch, std::size_t limit) {
  using Set = std::vector<bool>;
  std::set<Set> layer_of_sets{Set(stretch.end - stretch.first, false)};
  std::size_t count = 1;
  while (!layer_of_sets.empty()) {
    std::set<Set> grown;
    for (const auto& set : layer_of_sets) {
      for (LayerIndex v = stretch.first; v < stretch.end; ++v) {
        const auto is_in = [&](LayerIndex u) { return u < stretch.first || set[u - stretch.first]; };
        if (is_in(v) || !std::ranges::all_of(graph.predecessors(v), is_in)) continue;
        Set larger = set;
        larger[v - stretch.first] = true;
        grown.insert(std::move(larger));
      }
      if (count + grown.size() > limit) return std::nullopt;
    }
    count += grown.size();
    layer_of_sets = std::move(grown);
  }
  return static_cast<double>(count);
}

}  // namespace

AuthorComplexity author_complexity(const Network& network, LayerIndex v) {
  constexpr double picojoule_per_flop = 2.3;
  constexpr double picojoule_per_mebibyte = 640.0;
  constexpr double batch = 2.0;
  const Layer& layer = network.layer(v);
  AuthorComplexity result;
  result.parameters = layer.parameters;
  result.flops = author_flops(network, v);
  const double elements = batch * static_cast<double>(layer.output_elements());
  result.memory_MiB = (3.0 * static_cast<double>(layer.parameters) + 2.0 * elements) * 4.0 / mebibyte;
  result.energy_pJ =
      picojoule_per_flop * static_cast<double>(result.flops) + picojoule_per_mebibyte * result.memory_MiB;
  return result;
}

Joules corrected_energy(const Network& network, LayerIndex v) {
  constexpr Joules per_mac(4.6e-12);
  constexpr Joules per_mac_int8(0.3e-12);
  constexpr JoulesPerByte per_byte(640e-12 / 4.0);
  const Layer& layer = network.layer(v);
  const auto each = layer.precision == Precision::int8 ? per_mac_int8 : per_mac;
  return each * static_cast<double>(layer.macs) + per_byte * network.moved_bytes(v);
}

Bytes peak_memory(const Network& network, const Placement& part) {
  return peak_memory(network, part, Placement(network.size(), true));
}

Bytes peak_memory(const Network& network, const Placement& part, const Placement& active) {
  Bytes weights;
  Bytes live;
  std::vector<Bytes> dies_after(network.size() + 1);
  for (LayerIndex v = 0; v < network.size(); ++v) {
    if (part[v]) {
      weights += network.layer(v).weights;
    } else if (is_read_in(network, part, v)) {
      live += network.layer(v).output;  // arrives before the part runs
      dies_after[last_reader(network, part, active, v)] += network.layer(v).output;
    }
  }
  Bytes peak = live;
  for (LayerIndex v = 0; v < network.size(); ++v) {
    if (!part[v]) continue;
    live += network.layer(v).output;
    peak = std::max(peak, live);
    dies_after[last_reader(network, part, active, v)] += network.layer(v).output;
    live -= dies_after[v];
  }
  return weights + peak;
}

std::vector<LayerComplexity> complexity(const Network& network) {
  std::vector<LayerComplexity> result(network.size());
  const auto& graph = network.graph();
  for (const auto v : network.cut_vertices()) result[v].is_cut_vertex = true;
  double macs = 0.0;
  double parameters = 0.0;
  Joules energy;
  Placement head(network.size(), false);
  for (LayerIndex v = 0; v < network.size(); ++v) {
    const Layer& layer = network.layer(v);
    auto& c = result[v];
    head[v] = true;
    Placement tail = head;
    tail.flip();
    c.macs = layer.macs;
    c.parameters = layer.parameters;
    c.weights = layer.weights;
    c.output = layer.output;
    c.memory = network.input_bytes(v) + layer.output + network.resident_weights(v);
    c.energy = network.is_input(v) ? Joules() : corrected_energy(network, v);
    for (const auto u : graph.crossing(head)) c.crossing += network.layer(u).output;
    c.head_peak = peak_memory(network, head);
    c.tail_peak = peak_memory(network, tail);
    macs += static_cast<double>(c.macs);
    parameters += static_cast<double>(c.parameters);
    energy += c.energy;
    c.macs_share = macs;
    c.parameters_share = parameters;
    c.energy_share = energy.value();
  }
  for (auto& c : result) {
    c.macs_share = macs > 0.0 ? c.macs_share / macs : 0.0;
    c.parameters_share = parameters > 0.0 ? c.parameters_share / parameters : 0.0;
    c.energy_share = energy > Joules() ? c.energy_share / energy.value() : 0.0;
  }
  return result;
}

std::optional<double> count_plans(const Network& network, std::size_t limit) {
  // A closed set is decided by the last cut vertex in it and a closed subset of the stretch after that.
  LayerIndex first = 0;
  while (first < network.size() && network.is_input(first)) ++first;
  double plans = 0.0;
  auto vertices = network.cut_vertices();
  std::erase_if(vertices, [&](LayerIndex v) { return v < first; });
  vertices.push_back(network.size());
  for (const auto v : vertices) {
    const auto sets = count_closed_sets(network.graph(), {first, v}, limit);
    if (!sets) return std::nullopt;
    plans += *sets;
    first = v + 1;
  }
  return plans;
}

}  // namespace edgecut::dnn
