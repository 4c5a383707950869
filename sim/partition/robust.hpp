// Choices that allow for errors of the believed figures.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "partition/partitioner.hpp"

namespace edgecut::partition {

struct RobustOptions {
  enum class Kind : std::uint8_t {
    chance,      ///< limits hold at `confidence`; the objective is the mean
    worst_case,  ///< limits hold and the objective is small in every corner of the box
    regret,      ///< smallest largest loss to the best cut of a corner of the box; limits as believed
  };
  Kind kind = Kind::chance;
  double error = 0.2;  // chance: sigma of the logarithm of a layer's time; else half the box, as a factor 1 + error
  double confidence = 0.95;         // chance only
  bool limits_as_believed = false;  // asked what if limits allowed for no errors
};

/// The corners of the box: device times, cloud times and bandwidths (together, both ways) each by 1 / (1 + error) or
/// 1 + error. Cost rises in times and falls in bandwidths, so that the largest over the box is at a corner.
std::vector<plan::Problem> box_corners(const plan::Problem& problem, double error);

/// Standard deviation of a plan's latency: layer times independent and log-normal about the believed means, so that
/// each has the variance mean^2 (exp(sigma^2) - 1). Transfers and codecs are certain.
Seconds latency_deviation(const plan::Problem& problem, const plan::Plan& plan, double sigma);

/// Whether the plan keeps the problem's limits in the sense of `kind`. By chance: the mean and the normal quantile of
/// the confidence times the deviation, of latency and of the processor's energy, each limit by itself.
bool is_robustly_feasible(const plan::Problem& problem, const plan::Candidate& candidate, const RobustOptions& options);

/// By candidate: what `kind` makes small, the largest objective or the largest loss in a corner of the box; the objective
/// by chance.
std::vector<double> robust_scores(const plan::Problem& problem, const std::vector<plan::Candidate>& candidates,
                                  const RobustOptions& options);

/// The best of at least one candidate in the sense of `kind`; ties by the objective as believed.
const plan::Candidate& robust_choice(const plan::Problem& problem, const std::vector<plan::Candidate>& candidates,
                                     const RobustOptions& options);

}  // namespace edgecut::partition
