// Plans and why they were chosen, for people and for programs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "partition/explain.hpp"

namespace edgecut::report {

/// What one partitioner answered.
struct Answer {
  std::string partitioner;
  partition::Decision decision;
  std::optional<partition::Explanation> explanation;  // of the decision's plan, where there is one
};

/// A JSON array with one object per answer: partitioner, objective and its unit, gap (null where nothing is proven),
/// placement (layer -> tier), the cost by part, runner-up, margin, binding limits, uplinks at which the plan would change; objective and placement are null
/// where there is no plan.
std::string plans_json(const plan::Problem& problem, const std::vector<std::string>& tiers,
                       const std::vector<Answer>& answers);

/// The same as text.
std::string plans_text(const plan::Problem& problem, const std::vector<std::string>& tiers,
                       const std::vector<Answer>& answers);

/// "deadline binds; another cut below 3.2 Mbit/s; next best after v1, 12 % worse". Empty where there is nothing to say.
std::string explanation_line(const plan::Problem& problem, const partition::Explanation& why);

}  // namespace edgecut::report
