#include "commands/plan.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "belief/beliefs.hpp"
#include "commands/every_cut.hpp"
#include "commands/plan_blocks.hpp"
#include "config/catalogue.hpp"
#include "config/mends.hpp"
#include "partition/registry.hpp"
#include "problems/plan_problem.hpp"
#include "report/cost_figures.hpp"
#include "report/describe_plan.hpp"
#include "report/table.hpp"
#include "scenario/encodings.hpp"

namespace edgecut::commands {

namespace {

using Explanation = std::optional<partition::Explanation>;

const metrics::Cell no_figure;

// Where the time and the energy of an inference go, in truth; without a plan nowhere.
void add_parts(metrics::Row& row, const std::optional<plan::Cost>& is) {
  const auto cost = is.value_or(plan::Cost());
  for (const auto& figures : {report::time_figures(cost), report::energy_figures(cost)}) {
    for (const auto& [column, value] : figures) row.add(column, is ? metrics::Cell(value) : no_figure);
  }
}

// What explain() found out, in columns: limits without which the plan would be another one, how much worse the next plan
// is, by what, and the uplinks beyond which the method would change its mind.
void add_explanation(metrics::Row& row, const Explanation& why) {
  const auto rate = [](const std::optional<Bandwidth>& bandwidth) {
    return bandwidth ? metrics::Cell(bandwidth->value() * 8.0) : metrics::Cell();
  };
  row.add("binding", why ? metrics::Cell(fmt::format("{}", fmt::join(why->binding, "; "))) : metrics::Cell());
  row.add("margin", why && why->runner_up ? metrics::Cell(why->margin) : metrics::Cell());
  row.add("measure", why && why->runner_up ? metrics::Cell(why->measure) : metrics::Cell());
  row.add("changes_below_bit_per_s", why ? rate(why->changes_below) : metrics::Cell());
  row.add("changes_above_bit_per_s", why ? rate(why->changes_above) : metrics::Cell());
}

// The plan beside its cut.
void add_choices(metrics::Row& row, const plan::Plan& plan, const plan::Problem& truth, const plan::Cost& is) {
  row.add("processor", is.layers_on_device > 0 ? metrics::Cell(truth.processors[plan.processor].name) : no_figure);
  row.add("encoding", metrics::or_empty(report::encoding_name(truth, plan)));
  row.add("exits", metrics::or_empty(report::exits_name(truth, plan)));
  row.add("accuracy", is.accuracy ? metrics::Cell(*is.accuracy) : metrics::Cell(std::string("unknown")));
  row.add("accuracy_source", report::accuracy_source(truth, plan));
  const std::vector<std::string> tiers{"device", "edge", "cloud"};
  row.add("placement", report::placement_json(truth, tiers, plan));
}

// What one method chose, or the next best of it.
PlanLine plan_line(const belief::Method& method, PlanLine::Role role, const plan::Plan& plan,
                   const plan::Problem& believed, const plan::Problem& truth, const Explanation& explanation) {
  const auto thought = plan::evaluate(believed, plan);
  const auto is = plan::evaluate(truth, plan);
  const bool believes = method.believes();
  const auto if_believed = [&](double value) { return believes ? metrics::Cell(value) : metrics::Cell(); };
  metrics::Row row;
  row.add("partitioner", method.name);
  row.add("role", std::string(name(role)));
  row.add("cut", report::cut_text(believed, plan));
  add_choices(row, plan, truth, is);
  row.add("believed_latency_s", if_believed(thought.latency.value()));
  row.add("true_latency_s", is.latency.value());
  row.add("believed_energy_J", if_believed(thought.energy_inference.value()));
  row.add("true_energy_J", is.energy_inference.value());
  row.add("sent_B", is.up.value());
  row.add("head_memory_B", is.head_memory.value());
  add_parts(row, is);
  add_explanation(row, explanation);
  return {role, std::move(row), is, explanation ? std::optional(explanation->binding) : std::nullopt};
}

// Why, with what explain() found out.
std::string full_reason(const plan::Problem& believed, const partition::Decision& decision,
                        const Explanation& explanation, const experiment::Experiment& experiment) {
  const auto& plan = *decision.plan;
  std::string reason = decision.reason;
  if (!believed.encodings.empty() && plan::crossing_bytes(believed, plan) > Bytes()) {
    reason += "; as " +
              scenario::describe(believed.encodings[plan.encoding], experiment.front().accuracy_sources[plan.encoding]);
  }
  const auto line = explanation ? report::explanation_line(believed, *explanation) : "";
  return reason + (line.empty() ? "" : "; " + line);
}

PlanLine no_plan_line(const belief::Method& method, const std::string& why) {
  metrics::Row row;
  row.add("partitioner", method.name);
  row.add("role", std::string(name(PlanLine::Role::chosen)));
  row.add("cut", std::string("infeasible"));
  for (const auto* name :
       {"processor", "encoding", "exits", "accuracy", "accuracy_source", "placement", "believed_latency_s",
        "true_latency_s", "believed_energy_J", "true_energy_J", "sent_B", "head_memory_B"}) {
    row.add(name, {});
  }
  add_parts(row, std::nullopt);
  add_explanation(row, {});
  row.add("gap", no_figure);
  row.add("reason", why);
  return {PlanLine::Role::chosen, std::move(row), std::nullopt, std::nullopt};
}

// What a method chose, and what it would choose next.
void add_lines(const experiment::Experiment& experiment, const belief::Method& method, const plan::Problem& truth,
               std::vector<PlanLine>& lines) {
  const auto believed = belief::problem(experiment.front(), method, 0);
  const auto decision = method.partitioner->partition(believed);
  if (!decision.plan) return lines.push_back(no_plan_line(method, decision.explained()));
  const bool believes = method.believes();
  const auto why =
      believes ? Explanation(partition::explain(*method.partitioner, believed, *decision.plan)) : Explanation();
  lines.push_back(plan_line(method, PlanLine::Role::chosen, *decision.plan, believed, truth, why));
  lines.back().row.add("gap", decision.gap ? metrics::Cell(*decision.gap) : no_figure);
  lines.back().row.add("reason", full_reason(believed, decision, why, experiment));
  if (!why || !why->runner_up) return;
  lines.push_back(plan_line(method, PlanLine::Role::next, why->runner_up->plan, believed, truth, {}));
  lines.back().row.add("gap", no_figure);
  lines.back().row.add("reason", std::string());
}

std::vector<PlanLine> plan_lines(const experiment::Experiment& experiment) {
  const auto truth = belief::true_problem(experiment.front(), 0);
  std::vector<PlanLine> lines;
  for (const auto& method : experiment.methods()) add_lines(experiment, method, truth, lines);
  return lines;
}

// For programs; in JSON limits are a list and a placement is an object.
void print_lines(const std::vector<PlanLine>& lines, Format format) {
  std::vector<metrics::Row> rows;
  for (const auto& line : lines) rows.push_back(line.row);
  if (format == Format::csv) return print(report::csv(rows));
  auto list = nlohmann::ordered_json::parse(report::json(rows));
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].binding) list[i]["binding"] = *lines[i].binding;
    auto& placement = list[i]["placement"];
    if (placement.is_string()) placement = nlohmann::ordered_json::parse(placement.get<std::string>());
  }
  print(list.dump(1) + "\n");
}

void plan_problem(const PlanOptions& options) {
  const auto document = read_document(options.problem);
  std::string text;
  config::read_to_the_end([&](const config::Mends& mends) {
    const auto root = config::parse_text(document.text, document.file.string(), mends);
    text = problems::plan_problem(root, options.partitioners, options.format == Format::json);
  });
  print(text);
}

}  // namespace

void plan(const PlanOptions& options) {
  if (options.problem.empty() == options.scenario.file.empty()) {
    throw config::Error("plan: name a scenario or --problem FILE, one of them");
  }
  if (options.problem.empty() && !options.partitioners.empty()) {
    throw config::Error("--partitioner goes with --problem; a scenario names its own");
  }
  if (options.point >= 0 && !options.problem.empty()) {
    throw config::Error("--point is of a scenario's sweep; a problem has none");
  }
  if (options.every_cut) return every_cut(options);
  if (!options.problem.empty() && options.format == Format::csv) {
    throw config::Error("--format: csv does not hold a placement (table, json)");
  }
  if (!options.problem.empty()) {
    return plan_problem(options);
  }
  const auto opened = open_study(options.scenario, false);
  const auto& study = opened->study;
  const auto& experiment = study.points().front();
  const auto lines = plan_lines(experiment);
  if (options.format != Format::table) return print_lines(lines, options.format);
  print(setting_line(experiment));
  print(
      "One inference on an idle system, replication 0; what is true, beside what the method believes of it.\n"
      "'next' is what the method would choose, were its plan not there, by the same belief.\n\n");
  print(plan_blocks(lines));
  print(figures_and_files_text(study));
}

}  // namespace edgecut::commands
