#include "problems/plan_problem.hpp"

#include <fmt/format.h>

#include <functional>
#include <utility>
#include <vector>

#include "config/mends.hpp"
#include "partition/explain/explain.hpp"
#include "partition/methods/fleet.hpp"
#include "partition/methods/pipeline.hpp"
#include "problems/fleet_file.hpp"
#include "problems/pipeline_file.hpp"
#include "problems/problem_file.hpp"
#include "report/describe_fleet.hpp"
#include "report/describe_pipeline.hpp"
#include "report/describe_plan.hpp"
#include "scenario/encodings.hpp"

namespace edgecut::problems {
namespace {

using config::Value;
using partition::FleetObjective;

void explain_answer(const AskedPartitioner& asked, const ExplicitProblem& given, report::Answer& answer) {
  const auto& problem = given.problem;
  const auto& plan = *answer.decision.plan;
  answer.explanation = explain(*asked.partitioner, problem, plan);
  if (problem.encodings.empty() || !answer.explanation->cost.leaves_device()) return;
  answer.encoding = scenario::describe(problem.encodings[plan.encoding], given.accuracy_sources[plan.encoding]);
  answer.accuracy_source = given.accuracy_sources[plan.encoding];
}

std::vector<AskedPartitioner> asked_about(const ExplicitProblem& given, const std::vector<std::string>& partitioners) {
  if (partitioners.empty()) return all_partitioners(given);
  std::vector<AskedPartitioner> asked;
  std::vector<std::function<void()>> readers;
  for (const auto& text : partitioners) {
    readers.emplace_back([&] {
      AskedPartitioner one;
      config::read_to_the_end([&](const config::Mends& mends) { one = read_partitioner(text, given, mends); });
      asked.push_back(std::move(one));
    });
  }
  config::read_all(readers);
  return asked;
}

std::string plan_tiers(const Value& value, const std::vector<std::string>& partitioners, bool as_json) {
  const auto given = read_problem(value);
  std::vector<report::Answer> answers;
  for (const auto& one : asked_about(given, partitioners)) {
    report::Answer answer{one.name, one.partitioner->partition(given.problem), std::nullopt};
    // What is proven, is of sums over layers (R4, too).
    if ((one.kind->adds_layers || answer.decision.gap) && !given.problem.groups.empty()) {
      answer.decision.gap.reset();
      answer.decision.reason += "; searched without groups";
    }
    if (answer.decision.plan) explain_answer(one, given, answer);
    answers.push_back(std::move(answer));
  }
  return as_json ? report::plans_json(given.problem, given.tiers, answers)
                 : report::plans_text(given.problem, given.tiers, answers);
}

// The planners of a problem's form that were asked for; all of them where none was named. They take no options.
std::vector<std::string> asked_planners(const std::vector<std::string>& partitioners, partition::Planner::Form form,
                                        std::string_view form_name) {
  std::vector<std::string> known;
  for (const auto& planner : partition::planners()) {
    if (planner.form == form) known.push_back(planner.name);
  }
  if (partitioners.empty()) return known;
  std::vector<std::string> asked;
  std::vector<std::function<void()>> readers;
  for (const auto& text : partitioners) {
    readers.emplace_back([&] {
      auto value = config::parse_text(text, "--partitioner");
      if (value.is_scalar()) value = config::parse_text("{kind: " + text + "}", "--partitioner");
      config::read(value, [&](config::Map& map) {
        const auto& kind = map.child("kind");
        asked.push_back(config::as<std::string>(kind));
        if (std::ranges::find(known, asked.back()) != known.end()) return;
        kind.fail(
            fmt::format("{}; the problem is {}", config::unknown_name("partitioner", asked.back(), known), form_name));
      });
    });
  }
  config::read_all(readers);
  return asked;
}

std::string plan_pipeline(const Value& value, const std::vector<std::string>& partitioners, bool as_json) {
  const auto given = read_pipeline(value);
  asked_planners(partitioners, partition::Planner::Form::pipeline, "a pipeline (`hosts:`)");
  report::PipelineAnswer answer{partition::pipeline(given.problem), std::nullopt};
  if (answer.pipeline) answer.explanation = partition::explain(given.problem, *answer.pipeline);
  return as_json ? report::pipeline_json(given.problem, answer) : report::pipeline_text(given.problem, answer);
}

report::FleetAnswer ask_fleet(const std::string& name, const plan::FleetProblem& problem) {
  report::FleetAnswer answer;
  answer.partitioner = name;
  partition::FleetPlanner planner;
  if (name == "joint_longest") {
    auto joint = partition::joint_longest(problem);
    answer.allocation = std::move(joint.allocation);
    answer.bound = joint.bound;
    planner = [](const plan::FleetProblem& other) { return partition::joint_longest(other).allocation; };
  } else {
    if (name == "joint_mean") answer.objective = FleetObjective::mean;
    planner = name == "iao" ? partition::iao : partition::joint_mean;
    answer.allocation = planner(problem);
  }
  if (answer.allocation) answer.explanation = explain(planner, answer.objective, problem, *answer.allocation);
  return answer;
}

std::string plan_fleet(const Value& value, const std::vector<std::string>& partitioners, bool as_json) {
  const auto given = read_fleet(value);
  std::vector<report::FleetAnswer> answers;
  for (const auto& name : asked_planners(partitioners, partition::Planner::Form::fleet, "a fleet (`users:`)")) {
    answers.push_back(ask_fleet(name, given.problem));
  }
  return as_json ? report::fleets_json(given.problem, given.users, answers)
                 : report::fleets_text(given.problem, given.users, answers);
}

}  // namespace

std::string plan_problem(const Value& file, const std::vector<std::string>& partitioners, bool as_json) {
  return config::read(file, [&](config::Map& map) {
    const auto& problem = map.child("problem");
    if (!problem.is_map()) problem.fail("must be a map with `tiers:`, `hosts:` or `users:`");
    if (problem.find("hosts") != nullptr) return plan_pipeline(problem, partitioners, as_json);
    if (problem.find("users") != nullptr) return plan_fleet(problem, partitioners, as_json);
    return plan_tiers(problem, partitioners, as_json);
  });
}

ChosenCuts choose_cuts(const Value& file, const std::vector<std::string>& partitioners) {
  return config::read(file, [&](config::Map& map) {
    const auto& problem = map.child("problem");
    for (const auto* other : {"hosts", "users"}) {
      if (problem.is_map() && problem.find(other) != nullptr) {
        problem.fail(fmt::format("has `{}:`; every cut is listed of a problem with `tiers:`", other));
      }
    }
    ChosenCuts cuts{read_problem(problem), {}};
    for (const auto& one : asked_about(cuts.given, partitioners)) {
      const auto decision = one.partitioner->partition(cuts.given.problem);
      cuts.choices.push_back({one.name, decision.plan, decision.explained()});
    }
    return cuts;
  });
}

}  // namespace edgecut::problems
