// `edgecut plan --problem`: partitioners asked about a problem that is nothing but numbers.
#pragma once

#include <string>
#include <vector>

#include "config/value.hpp"
#include "problems/problem_file.hpp"
#include "report/every_cut.hpp"

namespace edgecut::problems {

/// Answers as text, or as JSON. A problem with `hosts:` is a pipeline, one with `users:` a fleet, any other has tiers.
/// `partitioners` as the command line names them; none: every one that needs no options and plans problems of that
/// form. Throws config::Error on anything that is wrong with either.
std::string plan_problem(const config::Value& file, const std::vector<std::string>& partitioners, bool as_json);

/// A problem with tiers, and what each partitioner chooses in it; as for plan_problem().
struct ChosenCuts {
  ExplicitProblem given;
  std::vector<report::Chosen> choices;
};
ChosenCuts choose_cuts(const config::Value& file, const std::vector<std::string>& partitioners);

}  // namespace edgecut::problems
