// Learns where to cut while it runs, from the delays that it sees: LinUCB with forced sampling.
#pragma once

#include <array>

#include "partition/partitioner.hpp"

namespace edgecut::partition {

struct BanditOptions {
  /// Factor on the published width of the confidence bound; 0: greedy but for forced sampling.
  double exploration = 1.0;
  /// What is left of an observation's weight after the next one; 1: nothing is forgotten, as published.
  double memory = 1.0;
};

/// What is sent away at a cut: {MACs, layers} of convolutions, of fully connected layers and of activations (whose work
/// is counted in elements), and bytes up. Zero for device-only.
using CutFeatures = std::array<double, 7>;
CutFeatures cut_features(const plan::Problem& problem, const plan::Candidate& candidate);

/// Knows the device's layer times and learns the delay of everything beyond it, as linear in the cut's features, from
/// the latencies that it is told. It looks at neither cloud times nor the link. Least latency, whatever the objective.
/// [ANS, Zhang, Chen, Xu, WWW'21, arXiv:2102.02638, algorithm muLinUCB, with the parameters of the authors' code, and
/// without its key frames]
class OnlineBandit final : public Partitioner {
 public:
  explicit OnlineBandit(BanditOptions options = {}) : options_(options) {}
  /// What it chooses before it has seen anything.
  [[nodiscard]] Decision partition(const plan::Problem& problem) const override;
  [[nodiscard]] const Explainer& explainer() const override { return plain_explainer(SearchSpace::nowhere); }
  /// Nothing is drawn: sessions with different seeds are alike.
  [[nodiscard]] std::unique_ptr<Session> start(std::uint64_t seed) const override;
  [[nodiscard]] bool is_stateful() const override { return true; }

 private:
  BanditOptions options_;
};

}  // namespace edgecut::partition
