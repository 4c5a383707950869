#include "commands/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "config/catalogue.hpp"
#include "config/value.hpp"
#include "report/bars.hpp"
#include "report/table.hpp"
#include "sweep/class_rows.hpp"
#include "sweep/statistics.hpp"
#include "sweep/sweep.hpp"

namespace edgecut::commands {

namespace {

std::string with_interval(const sweep::Estimate& estimate, std::string (*format)(double)) {
  if (std::isnan(estimate.mean)) return "-";
  if (std::isnan(estimate.half_width)) return format(estimate.mean);
  return fmt::format("{} ±{:.1f} %", format(estimate.mean),
                     estimate.mean == 0.0 ? 0.0 : 100.0 * estimate.half_width / estimate.mean);
}

std::string percent(const sweep::Estimate& estimate) {
  return std::isnan(estimate.mean) ? "-" : fmt::format("{:.1f} %", 100.0 * estimate.mean);
}

// Of all classes of the first devices.
std::string requests_text(const scenario::Experiment& experiment) {
  std::string text;
  for (const auto* part : experiment.parts()) {
    if (part != &experiment && !part->joins()) break;
    text += fmt::format("{}{}", text.empty() ? "" : " + ", part->workload().requests);
  }
  return text;
}

// In how many replications there was a plan.
std::string plans_of(const sweep::Summary& summary) {
  const auto found =
      std::ranges::count_if(summary.rows, [](const auto* row) { return row->number("feasible") == 1.0; });
  return fmt::format("{}/{}", found, summary.rows.size());
}

std::string summary_table(const std::vector<sweep::Summary>& summaries) {
  report::Table table({"partitioner", "cut", "plans", "latency", "p95", "energy/inference", "energy/device", "sent",
                       "misses", "violations", "saturated"});
  for (const auto& summary : summaries) {
    const auto sent = summary.mean("up_mean_B").mean;
    table.add({summary.partitioner, summary.common("cut"), plans_of(summary),
               with_interval(summary.mean("latency_mean_s"), report::seconds),
               with_interval(summary.mean("latency_p95_s"), report::seconds),
               with_interval(summary.mean("energy_inference_J"), report::joules),
               with_interval(summary.mean("energy_device_J"), report::joules),
               std::isnan(sent) ? "-" : report::bytes(sent), percent(summary.mean("deadline_miss_rate")),
               percent(summary.mean("violation_rate")), summary.mean("saturated").mean > 0.0 ? "yes" : "no"});
  }
  return table.str() +
         "\n± is half the 95 % interval over replications; plans: replications with a feasible plan, the only ones in "
         "the "
         "means\n";
}

// What became of each class of requests: means over replications.
std::string class_table(const std::vector<metrics::Row>& rows) {
  const auto all = sweep::class_rows(rows);
  if (all.empty()) return "";
  std::map<std::pair<std::string, std::string>, std::vector<metrics::Row>> by_class;
  std::vector<std::pair<std::string, std::string>> order;
  for (const auto& row : all) {
    const auto group = row.text("group");
    const std::pair key{row.text("partitioner"), (group.empty() ? "" : group + ".") + row.text("class")};
    if (!by_class.contains(key)) order.push_back(key);
    by_class[key].push_back(row);
  }
  report::Table table(
      {"partitioner", "class", "cut", "latency", "p95", "energy/inference", "completed", "late", "dropped", "failed"});
  for (const auto& key : order) {
    const auto& of_class = by_class[key];
    sweep::Summary summary{0, key.first, {}};
    for (const auto& row : of_class) summary.rows.push_back(&row);
    const auto count = [&](const char* column) { return fmt::format("{:.4g}", summary.mean(column).mean); };
    table.add({key.first, key.second, summary.common("cut"),
               with_interval(summary.mean("latency_mean_s"), report::seconds),
               with_interval(summary.mean("latency_p95_s"), report::seconds),
               with_interval(summary.mean("energy_inference_J"), report::joules), count("completed"), count("late"),
               count("dropped"), count("failed")});
  }
  return "\nBy class\n" + table.str();
}

std::string saving_cell(const metrics::Row& row) {
  const double saving = row.number("saving");
  const double half = row.number("saving_half_width");
  if (std::isnan(saving)) return "-";
  return std::isnan(half) ? fmt::format("{:.1f} %", 100.0 * saving)
                          : fmt::format("{:.1f} ±{:.1f} %", 100.0 * saving, 100.0 * half);
}

// Why pairs took no part, in words.
std::string left_out(const metrics::Row& row) {
  std::string text;
  for (const auto* why : {"infeasible", "saturated", "dropping", "violating", "zero"}) {
    const double count = row.number(std::string("left_out_") + why);
    if (count > 0.0) text += fmt::format("{}{:.0f} {}", text.empty() ? "" : ", ", count, why);
  }
  return text.empty() ? "none" : text;
}

// One table a baseline: partitioners down, what is saved across.
std::string savings_tables(const scenario::Study& study, const std::vector<metrics::Row>& savings) {
  std::string text;
  for (const auto& baseline : study.comparison().baselines) {
    report::Table table(
        {"partitioner", "latency", "energy/inference", "energy/device", "bytes sent", "pairs left out"});
    std::vector<std::string> cells;
    for (const auto& row : savings) {
      if (row.text("baseline") != baseline) continue;
      if (cells.empty()) cells.push_back(row.text("partitioner"));
      cells.push_back(saving_cell(row));
      if (cells.size() < 5) continue;
      cells.push_back(left_out(row));
      table.add(cells);
      cells.clear();
    }
    text += fmt::format("\nSaved against {}, paired by replication, 95 % interval:\n{}", baseline, table.str());
  }
  return text;
}

std::uint64_t parse_limit(const std::string& text) {
  const auto limit = config::as<Bytes>(config::parse_text(text, "--trace-limit"), config::positive);
  return static_cast<std::uint64_t>(limit.value());
}

// What was written, where there is anything to say of it.
void report_files(const sweep::Recording& recording, const sweep::RecordingFiles& files, const std::string& limit) {
  for (const auto& file : {files.trace, files.events, files.requests}) {
    if (!file.empty()) fmt::print(stderr, "wrote {}\n", file.string());
  }
  if (recording.cut_traces() > 0) {
    fmt::print(stderr, "warning: the trace is cut at --trace-limit {}: {} of its runs are not whole\n", limit,
               recording.cut_traces());
  }
}

// Latency, which every scenario has, as bars.
std::string chart(const std::vector<sweep::Summary>& summaries) {
  std::vector<report::Bar> bars;
  for (const auto& summary : summaries) {
    const auto mean = summary.mean("latency_mean_s").mean;
    bars.push_back({summary.partitioner, mean, report::seconds(mean), summary.mean("saturated").mean > 0.0});
  }
  return "\nMean latency\n" + report::bar_chart(bars, report::colours_wanted());
}

}  // namespace

void run(const RunOptions& options) {
  scenario::Library library(config::Catalogue::default_home());
  const scenario::Study study(options.scenario.file, library, overrides_of(options.scenario), false);
  auto files = options.files;
  files.trace_limit = parse_limit(options.trace_limit);
  sweep::Recording recording(study, files);
  const auto rows = sweep::run_study(
      study, options.jobs, [](std::size_t, std::size_t) {}, files.wanted() ? &recording : nullptr);
  report_files(recording, files, options.trace_limit);
  if (options.format != Format::table) return print_rows(rows, options.format);
  if (!study.question().empty()) print(study.question() + "\n");
  print(setting_line(*study.points().front()));
  print(fmt::format("{} requests a device, {} replications\n\n", requests_text(*study.points().front()),
                    replications_text(study)));
  const auto summaries = sweep::summarise(rows);
  print(summary_table(summaries));
  print(fmt::format("kernel: {}\n", rows.front().text("kernel_used")));
  print(class_table(rows));
  print(savings_tables(study, sweep::savings(study.comparison().baselines, rows)));
  print(assumptions_text(study));
  print(chart(summaries));
}

}  // namespace edgecut::commands
