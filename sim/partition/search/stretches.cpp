#include "partition/search/stretches.hpp"

#include <algorithm>
#include <limits>

#include "partition/search/minimum_cut.hpp"
#include "partition/search/optimum.hpp"

namespace edgecut::partition {
namespace {

using dnn::LayerIndex;
using dnn::Placement;
using plan::Problem;
using plan::Variant;

// The layers first .. last - 1 are free; those before are on the device, those from `last` on in the cloud.
struct Stretch {
  LayerIndex first = 0;
  LayerIndex last = 0;
};

// The stretches between cut vertices, in order. The inputs are before the first or in it.
std::vector<Stretch> stretches_of(const dnn::Network& network) {
  LayerIndex last_input = 0;
  for (LayerIndex v = 0; v < network.size(); ++v) last_input = network.is_input(v) ? v : last_input;
  std::vector<Stretch> stretches;
  LayerIndex first = 0;
  for (const auto vertex : network.cut_vertices()) {
    if (vertex <= last_input) continue;
    stretches.push_back({first, vertex});
    first = vertex + 1;
  }
  stretches.push_back({first, network.size()});
  return stretches;
}

template <class Iterator>
std::vector<double> running_sums(Iterator begin, Iterator end) {
  std::vector<double> sums{0.0};
  for (auto i = begin; i != end; ++i) sums.push_back(sums.back() + *i);
  return sums;
}

// The cuts of one processor and encoding, with the sums that they share.
class StretchCuts {
 public:
  StretchCuts(const Problem& problem, const Variant& variant, std::vector<Place> places)
      : network_(*problem.network),
        costs_(objective_costs(problem, problem.objective, variant)),
        places_(std::move(places)),
        before_(running_sums(costs_.device.begin(), costs_.device.end())),
        after_(running_sums(costs_.cloud.rbegin(), costs_.cloud.rend())) {
    for (LayerIndex v = 0; v < network_.size(); ++v) {
      if (places_[v] == Place::cloud) first_in_cloud_ = std::min(first_in_cloud_, v);
      if (places_[v] == Place::device) last_on_device_ = v;
    }
  }

  [[nodiscard]] bool allows(const Stretch& stretch) const {
    return first_in_cloud_ >= stretch.first && last_on_device_ < stretch.last;
  }

  // No cut of the stretch costs less than what is outside of it and each layer of it where that is cheaper. Exact where
  // no layer is free.
  [[nodiscard]] double bound(const Stretch& stretch) const {
    double sum = outside(stretch);
    if (!has_choice(stretch)) return sum + (stretch.last < network_.size() ? costs_.send[stretch.last - 1] : 0.0);
    for (LayerIndex v = stretch.first; v < stretch.last; ++v) sum += std::min(costs_.device[v], costs_.cloud[v]);
    return sum;
  }

  struct Found {
    Placement on_device;
    double value = 0.0;  // without what is spent once
  };

  [[nodiscard]] Found best_in(const Stretch& stretch) const {
    if (!has_choice(stretch)) return {dnn::prefix(network_.size(), stretch.last - 1), bound(stretch)};
    // The layer before, on the device, and the one after, in the cloud, are in the graph for what passes between; their
    // own costs are outside.
    const LayerIndex low = stretch.first == 0 ? 0 : stretch.first - 1;
    const LayerIndex high = std::min(stretch.last + 1, network_.size());
    auto costs = part(low, high);
    auto places = std::vector<Place>(at(places_, low), at(places_, high));
    if (stretch.first > 0) fix(costs, places, 0, Place::device);
    if (stretch.last < network_.size()) fix(costs, places, high - 1 - low, Place::cloud);
    const auto inner = minimum_cut(graph_of(low, high), costs, places);
    Found cut{Placement(network_.size(), false), outside(stretch) + inner.value};
    std::fill_n(cut.on_device.begin(), low, true);
    std::copy(inner.on_device.begin(), inner.on_device.end(), cut.on_device.begin() + static_cast<std::ptrdiff_t>(low));
    return cut;
  }

 private:
  [[nodiscard]] static bool has_choice(const Stretch& stretch) { return stretch.first < stretch.last; }

  template <class Vector>
  static typename Vector::const_iterator at(const Vector& values, LayerIndex v) {
    return values.begin() + static_cast<std::ptrdiff_t>(v);
  }

  [[nodiscard]] double outside(const Stretch& stretch) const {
    return before_[stretch.first] + after_[network_.size() - stretch.last];
  }

  [[nodiscard]] CutCosts part(LayerIndex low, LayerIndex high) const {
    const auto of = [&](const std::vector<double>& all) { return std::vector<double>(at(all, low), at(all, high)); };
    return {of(costs_.device), of(costs_.cloud), of(costs_.send), 0.0};
  }

  static void fix(CutCosts& costs, std::vector<Place>& places, LayerIndex v, Place place) {
    places[v] = place;
    costs.device[v] = costs.cloud[v] = 0.0;
  }

  [[nodiscard]] dnn::Graph graph_of(LayerIndex low, LayerIndex high) const {
    std::vector<std::vector<LayerIndex>> predecessors(high - low);
    for (LayerIndex v = low; v < high; ++v) {
      for (const auto u : network_.graph().predecessors(v)) {
        if (u >= low) predecessors[v - low].push_back(u - low);
      }
    }
    return dnn::Graph(std::move(predecessors));
  }

  const dnn::Network& network_;
  CutCosts costs_;
  std::vector<Place> places_;
  std::vector<double> before_;  // [v]: of the layers before v on the device
  std::vector<double> after_;   // [n]: of the last n layers in the cloud
  LayerIndex first_in_cloud_ = std::numeric_limits<LayerIndex>::max();
  LayerIndex last_on_device_ = 0;
};

// The best cut that leaves the device; more than one where they are as good as equal, for the tie to be broken.
std::vector<Placement> best_cuts(const Problem& problem, const Variant& variant, std::vector<Place> places) {
  constexpr double nearly = 1.0 + 1e-9;
  const StretchCuts cuts(problem, variant, std::move(places));
  std::vector<std::pair<double, Stretch>> order;
  for (const auto& stretch : stretches_of(*problem.network)) {
    if (cuts.allows(stretch)) order.emplace_back(cuts.bound(stretch), stretch);
  }
  std::ranges::stable_sort(order, {}, [](const auto& item) { return item.first; });
  std::vector<StretchCuts::Found> found;
  double least = std::numeric_limits<double>::infinity();
  for (const auto& [bound, stretch] : order) {
    if (bound > least * nearly) break;
    found.push_back(cuts.best_in(stretch));
    least = std::min(least, found.back().value);
  }
  std::vector<Placement> best;
  for (auto& cut : found) {
    if (cut.value <= least * nearly) best.push_back(std::move(cut.on_device));
  }
  return best;
}

}  // namespace

std::optional<plan::Candidate> optimum_by_stretches(const Problem& problem) {
  std::optional<plan::Candidate> best;
  for (const auto& variant : plan::variants(problem)) {
    if (auto places = places_of(problem, variant.processor)) {
      for (auto& placement : best_cuts(problem, variant, std::move(*places))) {
        keep_better(problem, best, candidate_of(problem, variant, std::move(placement)));
      }
    }
    keep_better(problem, best, candidate_of(problem, variant, Placement(problem.network->size(), true)));
  }
  return best;
}

}  // namespace edgecut::partition
