// What became of each method, for people.
#pragma once

#include <string>
#include <vector>

#include "sweep/statistics.hpp"

namespace edgecut::commands {

/// A mean with half its interval in percent of it: "158.7 ms ±1.2 %"; "-" where there is none.
std::string with_interval(const sweep::Estimate& estimate, std::string (*format)(double));

/// The replications with a plan: the others have no figures of their own.
sweep::Summary with_plan(const sweep::Summary& summary);

/// A line a method: its verdict, its plan, means over the replications in which it found one. What not every scenario has,
/// deadlines, lost requests, batteries, has columns where there is any.
std::string summary_table(const std::vector<sweep::Summary>& summaries);

}  // namespace edgecut::commands
