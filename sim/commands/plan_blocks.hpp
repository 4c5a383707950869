// What `edgecut plan` says to people.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "metrics/row.hpp"
#include "plan/plan.hpp"

namespace edgecut::commands {

/// A plan that a partitioner chose, or the next best of it.
struct PlanLine {
  metrics::Row row;
  std::optional<plan::Cost> cost;                   // in truth; none without a plan
  std::optional<std::vector<std::string>> binding;  // where it was looked for
};

/// A block a partitioner: why it chose, what it chose, what it would choose next. No line is wider than a screen.
std::string plan_blocks(const std::vector<PlanLine>& lines);

}  // namespace edgecut::commands
