#include "commands/plan.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/catalogue.hpp"
#include "partition/registry.hpp"
#include "report/describe_plan.hpp"
#include "report/table.hpp"
#include "scenario/plan_problem.hpp"

namespace edgecut::commands {

namespace {

using Explanation = std::optional<partition::Explanation>;

const metrics::Cell no_figure;

// Where the time and the energy of an inference go, in truth.
std::vector<std::pair<const char*, double>> parts_of(const plan::Cost& cost) {
  return {{"head_s", cost.head.value()},
          {"upload_s", cost.upload.value()},
          {"edge_s", cost.edge.value()},
          {"relay_s", (cost.relay + cost.relay_back).value()},
          {"tail_s", cost.tail.value()},
          {"download_s", cost.download.value()},
          {"wait_s", cost.wait.value()},
          {"compute_J", cost.compute_energy.value()},
          {"transmit_J", cost.transmit_energy.value()},
          {"receive_J", cost.receive_energy.value()},
          {"promotion_J", cost.promotion_energy.value()},
          {"radio_tail_J", cost.tail_energy.value()}};
}

constexpr std::array part_names{"head_s", "upload_s",  "edge_s",     "relay_s",   "tail_s",      "download_s",
                                "wait_s", "compute_J", "transmit_J", "receive_J", "promotion_J", "radio_tail_J"};

// What explain() found out, in columns: limits without which the plan would be another one, how much worse the next cut
// is, and the uplinks beyond which the method would change its mind.
void add_explanation(metrics::Row& row, const Explanation& why) {
  const auto rate = [](const std::optional<Bandwidth>& bandwidth) {
    return bandwidth ? metrics::Cell(bandwidth->value() * 8.0) : metrics::Cell();
  };
  row.add("binding", why ? metrics::Cell(fmt::format("{}", fmt::join(why->binding, " "))) : metrics::Cell());
  row.add("margin", why && why->runner_up ? metrics::Cell(why->margin) : metrics::Cell());
  row.add("changes_below_bit_per_s", why ? rate(why->changes_below) : metrics::Cell());
  row.add("changes_above_bit_per_s", why ? rate(why->changes_above) : metrics::Cell());
}

// What one method chose, or the next best of it.
metrics::Row plan_row(const scenario::Method& method, const char* role, const plan::Plan& plan,
                      const plan::Problem& believed, const plan::Problem& truth, const Explanation& explanation) {
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
  for (const auto& [name, value] : parts_of(is)) row.add(name, value);
  add_explanation(row, explanation);
  return row;
}

// Why, with what explain() found out.
std::string full_reason(const plan::Problem& believed, const partition::Decision& decision,
                        const Explanation& explanation) {
  const auto line = explanation ? report::explanation_line(believed, *explanation) : "";
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
  for (const auto* name : part_names) row.add(name, {});
  add_explanation(row, {});
  row.add("gap", no_figure);
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
    const bool believes = method.kind->knowledge != partition::Knowledge::nothing;
    const auto why =
        believes ? Explanation(partition::explain(*method.partitioner, believed, *decision.plan)) : Explanation();
    rows.push_back(plan_row(method, "chosen", *decision.plan, believed, truth, why));
    rows.back().add("gap", decision.gap ? metrics::Cell(*decision.gap) : no_figure);
    rows.back().add("reason", full_reason(believed, decision, why));
    if (!believes) continue;
    if (const auto other = next_best(believed, *decision.plan)) {
      rows.push_back(plan_row(method, "next", other->plan, believed, truth, {}));
      rows.back().add("gap", no_figure);
      rows.back().add("reason", std::string());
    }
  }
  return rows;
}

// The parts of the true latency that are not nothing: "head 120 ms, upload 300 ms, tail 4 ms".
std::string shown_parts(const metrics::Row& row) {
  std::vector<std::string> parts;
  for (const std::string name : part_names) {
    if (!name.ends_with("_s")) continue;
    const double value = row.number(name);
    if (value > 0.0) parts.push_back(name.substr(0, name.size() - 2) + " " + report::seconds(value));
  }
  return parts.empty() ? "-" : fmt::format("{}", fmt::join(parts, ", "));
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
                       "energy true", "sent", "head memory", "gap", "where the time goes", "why"});
  for (const auto& row : rows) {
    const bool is_chosen = row.text("role") == "chosen";
    table.add({is_chosen ? row.text("partitioner") : "", row.text("role"), row.text("cut"), row.text("processor"),
               shown(row, "believed_latency_s", report::seconds), shown(row, "true_latency_s", report::seconds),
               shown(row, "believed_energy_J", report::joules), shown(row, "true_energy_J", report::joules),
               shown(row, "sent_B", report::bytes), shown(row, "head_memory_B", report::bytes),
               shown(row, "gap", [](double gap) { return fmt::format("{:.2g} %", 100.0 * gap); }), shown_parts(row),
               row.text("reason")});
  }
  print(table.str());
}

}  // namespace edgecut::commands
