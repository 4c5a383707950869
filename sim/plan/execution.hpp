// Layers one after the other, of which some are executed together.
#pragma once

#include <limits>
#include <vector>

#include "plan/problem.hpp"

namespace edgecut::plan {

struct Work {
  Seconds time;
  Joules energy;
};

/// The cheapest way to execute layers of the layer order, one by one or in groups, as they are added: fewest joules
/// where those are to be small, else seconds, and of equal ones the least of the other.
class Execution {
 public:
  /// `processor` of the device. `problem` outlives the execution.
  Execution(const Problem& problem, std::size_t processor, dnn::LayerIndex first)
      : problem_(problem), processor_(processor), first_(first), run_(first), best_(1) {}

  /// The next layer, on that tier; one that does not run takes nothing.
  void add(Tier tier, bool runs);
  [[nodiscard]] Work total() const { return best_.back().sum; }
  /// The work by layer since the first. That of a group is its first layer's; its others take nothing.
  [[nodiscard]] std::vector<Work> work() const;
  /// The groups that are executed together, in the order of the layers.
  [[nodiscard]] std::vector<std::size_t> groups() const;

 private:
  static constexpr std::size_t alone = std::numeric_limits<std::size_t>::max();
  struct Prefix {
    Work sum;                   // up to here
    Work last;                  // of the layer or group that ends here
    std::size_t group = alone;  // that ends here
  };

  [[nodiscard]] Work work_of(dnn::LayerIndex v, Tier tier) const;
  [[nodiscard]] bool is_less(const Work& a, const Work& b) const;
  [[nodiscard]] std::size_t step_before(std::size_t step) const;

  const Problem& problem_;
  std::size_t processor_;
  dnn::LayerIndex first_;
  dnn::LayerIndex run_;  // the first layer of the run on `tier_`
  Tier tier_ = Tier::device;
  std::vector<Prefix> best_;  // after so many layers
};

}  // namespace edgecut::plan
