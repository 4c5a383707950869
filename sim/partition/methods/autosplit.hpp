// Auto-Split: cut and bit width together, under a limit on what quantising distorts.
#pragma once

#include "partition/partitioner.hpp"

namespace edgecut::partition {

/// The largest distortion of the layers whose outputs leave the device in the plan's encoding; 0 where none does
/// (network inputs cross as they are), infinite where one is unknown.
double distortion(const plan::Problem& problem, const plan::Plan& plan);

/// argmin of latency over every cut of the layer order, processor and encoding whose distortion is within the limit and
/// that keeps the problem's limits, the device's memory for a head in that encoding among them.
/// [Banitalebi-Dehkordi et al., Auto-Split, KDD 2021, arXiv:2108.13041]
class AutoSplit final : public Partitioner, public Explainer {
 public:
  explicit AutoSplit(double limit) : limit_(limit) {}
  [[nodiscard]] Decision partition(const plan::Problem& problem) const override;
  [[nodiscard]] const Explainer& explainer() const override { return *this; }
  [[nodiscard]] Measure measure(const plan::Problem& problem) const override;
  [[nodiscard]] bool admits(const plan::Problem& problem, const plan::Plan& plan) const override;
  [[nodiscard]] std::vector<std::string> own_limits(const plan::Problem& problem) const override;
  [[nodiscard]] PartitionerPtr without(const std::set<std::string>& limits) const override;

 private:
  double limit_;
};

}  // namespace edgecut::partition
