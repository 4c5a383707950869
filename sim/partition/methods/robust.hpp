// Choices that allow for errors of the believed figures.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
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
  double shared = 0.0;              // chance only: sigma of the logarithm of a factor that all layers have in common
  bool limits_as_believed = false;  // asked what if limits allowed for no errors
};

/// The corners of the box: device times, servers' times and bandwidths (all together, both ways) each by 1 / (1 +
/// error) or 1 + error. Cost rises in times and falls in bandwidths, so that the largest over the box is at a corner.
std::vector<plan::Problem> box_corners(const plan::Problem& problem, double error);

/// What layer times, and joules of layers, are together at most with the confidence asked for. A layer's figure is the
/// believed mean times a log-normal of its own (`error`) and one that all layers have in common, on all hosts
/// (`shared`). Their sum is taken to be log-normal with its mean and variance, which is exact for one layer and for
/// errors that are shared alone [Fenton, IRE Trans. Communications Systems 8, 1960].
Seconds likely_time(const plan::Problem& problem, const plan::Plan& plan, const RobustOptions& options);
Joules likely_energy(const plan::Problem& problem, const plan::Plan& plan, const RobustOptions& options);

/// Whether the plan keeps the problem's limits in the sense of `kind`. By chance: with the likely time and the likely
/// joules of its layers, each limit by itself; transfers and codecs are certain.
bool is_robustly_feasible(const plan::Problem& problem, const plan::Candidate& candidate, const RobustOptions& options);

/// The problem's limits that it breaks in that sense, beyond what it breaks as believed: in the corner in which it is
/// beyond one by most, or by its likely time and joules. Texts say so.
std::vector<plan::Excess> robust_excesses(const plan::Problem& problem, const plan::Candidate& candidate,
                                          const RobustOptions& options);

/// The errors that are allowed for: "20 %", "20 % together and 10 % each".
std::string errors_of(const RobustOptions& options);

/// What `kind` makes small, by candidate: the largest objective or the largest loss in a corner of the box; the
/// objective by chance.
std::vector<double> robust_scores(const plan::Problem& problem, const std::vector<plan::Candidate>& candidates,
                                  const RobustOptions& options);

/// The best of at least one candidate in the sense of `kind`; ties by the objective as believed.
const plan::Candidate& robust_choice(const plan::Problem& problem, const std::vector<plan::Candidate>& candidates,
                                     const RobustOptions& options);

}  // namespace edgecut::partition
