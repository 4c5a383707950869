#include "partition/search/constrained_cut.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <queue>

#include "units/limit.hpp"

namespace edgecut::partition {
namespace {

using dnn::LayerIndex;
using dnn::Placement;
using plan::Problem;
using plan::Variant;

constexpr double infinity = std::numeric_limits<double>::infinity();

// A part of the search space: some layers are placed, and nothing in it costs less than the bound.
struct Node {
  std::vector<Place> places;
  double bound = -infinity;
  std::vector<double> multipliers;  // where the search for the best bound begins
  std::size_t depth = 0;
};

struct WorseBound {
  bool operator()(const Node& a, const Node& b) const { return a.bound > b.bound; }
};

// What the relaxation of a node found out.
struct Relaxation {
  double bound = -infinity;
  Placement placement;  // of the best bound
  std::vector<double> multipliers;
};

// Searches the plans of one processor that use the cloud; device-only is one plan and tried beside it.
class Search {
 public:
  Search(const Problem& problem, const Variant& variant, std::vector<Place> places,
         const std::vector<SumLimit>& budgets, Optimum& optimum, const SearchLimits& limits)
      : problem_(problem),
        graph_(problem.network->graph()),
        variant_(variant),
        places_(std::move(places)),
        costs_(objective_costs(problem, problem.objective, variant)),
        budgets_(budgets),
        optimum_(optimum),
        limits_(limits) {
    order_branching();
  }

  // Returns the smallest bound of what was left unexplored; infinity when nothing was.
  double run() {
    try_plan(Placement(graph_.size(), true));
    std::priority_queue<Node, std::vector<Node>, WorseBound> open;
    add(open, {places_, -infinity, std::vector<double>(budgets_.size(), 0.0), 0});
    while (!open.empty()) {
      if (is_pruned(open.top().bound)) return infinity;  // so are all others
      if (optimum_.nodes >= limits_.nodes) return open.top().bound;
      const Node node = open.top();
      open.pop();
      branch(open, node);
    }
    return infinity;
  }

 private:
  void order_branching() {
    // Heavy layers first: what they cost depends most on where they are.
    for (LayerIndex v = 0; v < graph_.size(); ++v) {
      if (!problem_.network->is_input(v)) branching_.push_back(v);
    }
    std::ranges::stable_sort(branching_, std::greater<>(), [&](LayerIndex v) {
      double weight = costs_.device[v] + costs_.cloud[v];
      for (const auto& budget : budgets_) {
        if (budget.limit > 0.0) weight += std::abs(budget.use.device[v] - budget.use.cloud[v]) / budget.limit * scale();
      }
      return weight;
    });
  }

  [[nodiscard]] double scale() const { return optimum_.best ? optimum_.best->cost.objective(problem_.objective) : 1.0; }

  [[nodiscard]] bool is_pruned(double bound) const {
    constexpr double tolerance = 1e-12;
    return optimum_.best && bound >= optimum_.best->cost.objective(problem_.objective) * (1.0 - tolerance);
  }

  void try_plan(const Placement& placement) {
    auto candidate = plan::make_candidate(problem_, {variant_.processor, placement, {}, variant_.encoding});
    if (!plan::is_feasible(problem_, candidate.cost)) return;
    for (const auto& budget : budgets_) {
      if (budget.use.of(graph_, placement) > budget.limit * (1.0 + 1e-12)) return;
    }
    if (!optimum_.best || plan::is_better(candidate, *optimum_.best, problem_.objective)) optimum_.best = candidate;
  }

  // Cheapest use of a budget in the node: when even that is too much, nothing in it is feasible.
  [[nodiscard]] bool is_hopeless(const std::vector<Place>& places) const {
    return std::ranges::any_of(budgets_, [&](const SumLimit& budget) {
      const auto least = minimum_cut(graph_, budget.use, places);
      const bool all_device = std::ranges::find(least.on_device, false) == least.on_device.end();
      const double once = all_device ? 0.0 : budget.use.once;
      return least.value + once > budget.limit * (1.0 + 1e-12);
    });
  }

  // The costs with each budget priced in.
  [[nodiscard]] CutCosts priced(const std::vector<double>& multipliers) const {
    CutCosts sum = costs_;
    for (std::size_t k = 0; k < budgets_.size(); ++k) {
      const auto& use = budgets_[k].use;
      for (LayerIndex v = 0; v < graph_.size(); ++v) {
        sum.device[v] += multipliers[k] * use.device[v];
        sum.cloud[v] += multipliers[k] * use.cloud[v];
        sum.send[v] += multipliers[k] * use.send[v];
      }
      sum.once += multipliers[k] * use.once;
    }
    return sum;
  }

  Relaxation relax(const Node& node) {
    Relaxation best{-infinity, {}, node.multipliers};
    auto multipliers = node.multipliers;
    const int rounds = budgets_.empty() ? 1 : (node.depth == 0 ? 60 : 12);
    double step = 1.0;
    for (int round = 0; round < rounds; ++round) {
      const auto sum = priced(multipliers);
      const auto cut = minimum_cut(graph_, sum, node.places);
      double bound = cut.value + sum.once;
      for (std::size_t k = 0; k < budgets_.size(); ++k) bound -= multipliers[k] * budgets_[k].limit;
      try_plan(cut.on_device);
      if (bound > best.bound) {
        best = {bound, cut.on_device, multipliers};
      } else {
        step *= 0.7;
      }
      if (is_pruned(best.bound) || !follow_subgradient(multipliers, cut.on_device, bound, step)) break;
    }
    return best;
  }

  // Polyak's step towards the incumbent; false at a point that is optimal for the relaxation.
  bool follow_subgradient(std::vector<double>& multipliers, const Placement& placement, double bound,
                          double step) const {
    double squares = 0.0;
    std::vector<double> slope;
    for (std::size_t k = 0; k < budgets_.size(); ++k) {
      slope.push_back(budgets_[k].use.of(graph_, placement) - budgets_[k].limit);
      if (slope[k] < 0.0 && multipliers[k] == 0.0) slope[k] = 0.0;  // it does not bind
      squares += slope[k] * slope[k];
    }
    if (squares == 0.0) return false;
    const double target =
        optimum_.best ? optimum_.best->cost.objective(problem_.objective) : std::abs(bound) * 1.5 + 1e-9;
    const double length = step * std::max(target - bound, 1e-12) / squares;
    for (std::size_t k = 0; k < budgets_.size(); ++k)
      multipliers[k] = std::max(0.0, multipliers[k] + length * slope[k]);
    return true;
  }

  template <class Queue>
  void add(Queue& open, Node node) {
    ++optimum_.nodes;
    if (is_hopeless(node.places)) return;
    auto relaxed = relax(node);
    node.bound = std::max(node.bound, relaxed.bound);
    node.multipliers = std::move(relaxed.multipliers);
    if (!is_pruned(node.bound)) open.push(std::move(node));
  }

  template <class Queue>
  void branch(Queue& open, const Node& node) {
    const auto next = std::ranges::find_if(branching_, [&](LayerIndex v) { return node.places[v] == Place::free; });
    if (next == branching_.end()) {
      Placement placement(graph_.size());
      for (LayerIndex v = 0; v < graph_.size(); ++v) placement[v] = node.places[v] == Place::device;
      return try_plan(placement);
    }
    for (const auto place : {Place::device, Place::cloud}) {
      Node child{node.places, node.bound, node.multipliers, node.depth + 1};
      fix(child.places, *next, place);
      add(open, std::move(child));
    }
  }

  // Places a layer, and all that follows from it.
  void fix(std::vector<Place>& places, LayerIndex v, Place place) const {
    if (places[v] == place) return;
    places[v] = place;
    const auto& following = place == Place::device ? graph_.predecessors(v) : graph_.consumers(v);
    for (const auto u : following) fix(places, u, place);
  }

  const Problem& problem_;
  const dnn::Graph& graph_;
  Variant variant_;
  std::vector<Place> places_;
  CutCosts costs_;
  const std::vector<SumLimit>& budgets_;
  Optimum& optimum_;
  const SearchLimits& limits_;
  std::vector<LayerIndex> branching_;
};

}  // namespace

SumLimit empty_limit(std::string name, std::size_t size, double limit) {
  const std::vector<double> zeros(size, 0.0);
  return {std::move(name), {zeros, zeros, zeros, 0.0}, limit};
}

double gap_of(double value, double bound) {
  return value > 0.0 ? std::max(0.0, (value - bound) / value) : 0.0;
}

double Optimum::gap(plan::Objective objective) const {
  if (is_proven || !best) return 0.0;
  return gap_of(best->cost.objective(objective), bound);
}

std::vector<SumLimit> limits_as_sums(const Problem& problem, const Variant& variant) {
  const auto& network = *problem.network;
  const auto& constraints = problem.constraints;
  std::vector<SumLimit> budgets;
  const Bytes own = std::min({problem.memory, problem.storage, constraints.memory.value_or(problem.memory)});
  auto weights = empty_limit("weights", network.size(), with_tolerance(own).value());
  auto tail = empty_limit("weights in the cloud", network.size(), with_tolerance(problem.cloud_memory).value());
  auto layers = empty_limit("layers in the cloud", network.size(), 0.0);
  const double head_ratio = problem.encodings.empty() ? 1.0 : problem.encodings[variant.encoding].head_ratio;
  for (LayerIndex v = 0; v < network.size(); ++v) {
    if (!network.active()[v]) continue;
    weights.use.device[v] = network.layer(v).weights.value() * head_ratio;
    tail.use.cloud[v] = network.layer(v).weights.value();
    layers.use.cloud[v] = network.is_input(v) ? 0.0 : 1.0;
    layers.limit += layers.use.cloud[v];
  }
  // Budgets that cannot bind only slow the search down.
  if (network.total_weights().value() > weights.limit) budgets.push_back(std::move(weights));
  if (network.total_weights().value() > tail.limit) budgets.push_back(std::move(tail));
  if (constraints.min_layers_on_device > 0) {
    layers.limit -= static_cast<double>(constraints.min_layers_on_device);
    budgets.push_back(std::move(layers));
  }
  if (constraints.energy) {
    budgets.push_back({"energy", objective_costs(problem, plan::Objective::energy, variant),
                       with_tolerance(*constraints.energy).value()});
  }
  if (constraints.deadline) {
    budgets.push_back({"latency", objective_costs(problem, plan::Objective::latency, variant),
                       with_tolerance(*constraints.deadline).value()});
  }
  return budgets;
}

Optimum constrained_cut(const Problem& problem, const MoreLimits& more_limits, const SearchLimits& limits) {
  Optimum optimum;
  double left = infinity;
  for (const auto& variant : plan::variants(problem)) {
    auto places = places_of(problem, variant.processor);
    if (!places) continue;
    auto budgets = limits_as_sums(problem, variant);
    const auto more = more_limits(variant);
    budgets.insert(budgets.end(), more.begin(), more.end());
    left = std::min(left, Search(problem, variant, std::move(*places), budgets, optimum, limits).run());
  }
  optimum.is_proven = left == infinity;
  optimum.bound = left;
  if (optimum.best) optimum.bound = std::min(left, optimum.best->cost.objective(problem.objective));
  return optimum;
}

}  // namespace edgecut::partition
