// What `edgecut plan` says to people.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/row.hpp"
#include "plan/plan.hpp"

namespace edgecut::commands {

/// A plan that a partitioner chose, or the next best of it.
struct PlanLine {
  enum class Role : unsigned char { chosen, next };
  Role role = Role::chosen;
  metrics::Row row;
  std::optional<plan::Cost> cost;                   // in truth; none without a plan
  std::optional<std::vector<std::string>> binding;  // where it was looked for
};

/// The role as the row has it: "chosen", "next".
std::string_view name(PlanLine::Role role);

/// A block a partitioner: why it chose, what it chose, what it would choose next. No line is wider than a screen.
std::string plan_blocks(const std::vector<PlanLine>& lines);

}  // namespace edgecut::commands
