// What the methods of a study choose at its points, before anything is played.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "experiment/study.hpp"

namespace edgecut::experiment {

/// The first plans of every method at every point, asked for as they are needed and once each. Two are the same when
/// every layer that runs is in the same place, on the same processor, sent in the same form, and inferences leave by
/// the same rule. Of several parts (groups, classes) all are.
class Choices {
 public:
  explicit Choices(const Study& study);

  /// Replications that are looked at: those of the study, fewer where there are many points.
  [[nodiscard]] std::int64_t replications() const { return replications_; }
  /// All methods, of which there are several, choose one plan, though maybe another at each point: such a study says
  /// nothing about them. False where some method's plan is known only once it has been played.
  bool are_alike();
  /// No method finds a plan at any point.
  bool are_none();
  /// Keys of the axes along which, all else equal, no method's plan changes. None where some method's plan is known
  /// only once it has been played.
  std::vector<std::string> idle_axes();

 private:
  const std::string& choice(std::size_t point, std::int64_t replication, std::size_t method);
  bool is_idle(std::size_t axis);

  const Study& study_;
  std::int64_t replications_ = 0;  // 0: something is known only once it has been played
  std::size_t methods_ = 0;
  std::vector<std::optional<std::string>> known_;  // by point, replication and method
};

}  // namespace edgecut::experiment
