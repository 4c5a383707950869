#include "commands/plan.hpp"

#include <fmt/format.h>

#include <cmath>
#include <optional>

#include "config/catalogue.hpp"
#include "partition/registry.hpp"
#include "report/describe_plan.hpp"
#include "report/table.hpp"
#include "scenario/plan_problem.hpp"

namespace edgecut::commands {

namespace {

// What one method chose, or the next best of it.
metrics::Row plan_row(const scenario::Method& method, const char* role, const plan::Plan& plan,
                      const plan::Problem& believed, const plan::Problem& truth, const std::string& why) {
  const auto thought = plan::evaluate(believed, plan);
  const auto is = plan::evaluate(truth, plan);
  const bool believes = method.kind->knowledge != partition::Knowledge::nothing;
  const auto if_believed = [&](double value) { return believes ? metrics::Cell(value) : metrics::Cell(); };
  metrics::Row row;
  row.add("partitioner", method.name);
  row.add("role", std::string(role));
  row.add("cut", plan::describe(*believed.network, plan));
  row.add("processor",
          is.layers_on_device > 0 ? metrics::Cell(believed.processors[plan.processor].name) : metrics::Cell());
  row.add("believed_latency_s", if_believed(thought.latency.value()));
  row.add("true_latency_s", is.latency.value());
  row.add("believed_energy_J", if_believed(thought.energy_inference.value()));
  row.add("true_energy_J", is.energy_inference.value());
  row.add("sent_B", is.up.value());
  row.add("head_memory_B", is.head_memory.value());
  row.add("reason", why);
  return row;
}

// Why, with what explain() found out.
std::string full_reason(const scenario::Method& method, const plan::Problem& believed,
                        const partition::Decision& decision) {
  if (method.kind->knowledge == partition::Knowledge::nothing) return decision.reason;
  const auto line =
      report::explanation_line(believed, partition::explain(*method.partitioner, believed, *decision.plan));
  return decision.reason + (line.empty() ? "" : "; " + line);
}

metrics::Row no_plan_row(const scenario::Method& method, const std::string& why) {
  metrics::Row row;
  row.add("partitioner", method.name);
  row.add("role", std::string("chosen"));
  row.add("cut", std::string("infeasible"));
  for (const auto* name : {"processor", "believed_latency_s", "true_latency_s", "believed_energy_J", "true_energy_J",
                           "sent_B", "head_memory_B"}) {
    row.add(name, {});
  }
  row.add("reason", why);
  return row;
}

// The best other cut by the method's own belief and the objective.
std::optional<plan::Candidate> next_best(const plan::Problem& problem, const plan::Plan& chosen) {
  std::optional<plan::Candidate> best;
  for (auto& candidate : plan::prefix_candidates(problem)) {
    if (candidate.plan == chosen || !plan::is_feasible(problem, candidate.cost)) continue;
    if (!best || plan::is_better(candidate, *best, problem.objective)) best = std::move(candidate);
  }
  return best;
}

std::vector<metrics::Row> plan_rows(const scenario::Experiment& experiment) {
  const auto truth = experiment.true_problem(0);
  std::vector<metrics::Row> rows;
  for (const auto& method : experiment.methods()) {
    const auto believed = experiment.problem(method, 0);
    const auto decision = method.partitioner->partition(believed);
    if (!decision.plan) {
      rows.push_back(no_plan_row(method, decision.reason));
      continue;
    }
    rows.push_back(
        plan_row(method, "chosen", *decision.plan, believed, truth, full_reason(method, believed, decision)));
    if (method.kind->knowledge == partition::Knowledge::nothing) continue;
    if (const auto other = next_best(believed, *decision.plan)) {
      rows.push_back(plan_row(method, "next", other->plan, believed, truth, ""));
    }
  }
  return rows;
}

// A cell for people: "-" where there is no figure.
std::string shown(const metrics::Row& row, const char* column, std::string (*format)(double)) {
  const double value = row.number(column);
  return std::isnan(value) ? "-" : format(value);
}

}  // namespace

void plan(const PlanOptions& options) {
  if (options.problem.empty() == options.scenario.file.empty()) {
    throw config::Error("plan: name a scenario or --problem FILE, one of them");
  }
  if (options.problem.empty() && !options.partitioners.empty()) {
    throw config::Error("--partitioner goes with --problem; a scenario names its own");
  }
  if (!options.problem.empty() && options.format == Format::csv) {
    throw config::Error("--format: csv does not hold a placement (table, json)");
  }
  if (!options.problem.empty()) {
    return print(scenario::plan_problem(config::parse_file(options.problem), options.partitioners,
                                        options.format == Format::json));
  }
  scenario::Library library(config::Catalogue::default_home());
  const scenario::Study study(options.scenario.file, library, overrides_of(options.scenario), false);
  const auto& experiment = *study.points().front();
  const auto rows = plan_rows(experiment);
  if (options.format != Format::table) return print_rows(rows, options.format);
  print(setting_line(experiment));
  print(
      "One inference on an idle system, replication 0; what the method believes beside what is true.\n"
      "'next' is the best other cut by the scenario's objective and the same belief.\n\n");
  report::Table table({"partitioner", "role", "cut", "processor", "latency believed", "latency true", "energy believed",
                       "energy true", "sent", "head memory", "why"});
  for (const auto& row : rows) {
    const bool is_chosen = row.text("role") == "chosen";
    table.add({is_chosen ? row.text("partitioner") : "", row.text("role"), row.text("cut"), row.text("processor"),
               shown(row, "believed_latency_s", report::seconds), shown(row, "true_latency_s", report::seconds),
               shown(row, "believed_energy_J", report::joules), shown(row, "true_energy_J", report::joules),
               shown(row, "sent_B", report::bytes), shown(row, "head_memory_B", report::bytes), row.text("reason")});
  }
  print(table.str());
}

}  // namespace edgecut::commands
