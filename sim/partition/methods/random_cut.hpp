// A cut drawn at random: what any method should beat.
#pragma once

#include <cstdint>

#include "partition/partitioner.hpp"

namespace edgecut::partition {

/// One of the feasible cuts of the layer order, processors and encodings, each as likely as the others. The same
/// problem and seed give the same cut.
class RandomCut final : public Partitioner {
 public:
  explicit RandomCut(std::uint64_t seed) : seed_(seed) {}
  [[nodiscard]] Decision partition(const plan::Problem& problem) const override;
  [[nodiscard]] const Explainer& explainer() const override { return plain_explainer(SearchSpace::nowhere); }

 private:
  std::uint64_t seed_;
};

}  // namespace edgecut::partition
