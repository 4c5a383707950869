#include "commands/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "commands/interrupts.hpp"
#include "commands/savings_table.hpp"
#include "commands/summary_table.hpp"
#include "commands/verdict_lines.hpp"
#include "config/value.hpp"
#include "report/bars.hpp"
#include "report/blocks.hpp"
#include "report/table.hpp"
#include "sweep/result_tables.hpp"
#include "sweep/statistics.hpp"
#include "sweep/sweep.hpp"

namespace edgecut::commands {

namespace {

// Of all classes of the first devices.
std::string requests_text(const experiment::Experiment& experiment) {
  std::string text;
  for (const auto& part : experiment.parts()) {
    if (&part != &experiment.front() && !part.joins) break;
    text += fmt::format("{}{}", text.empty() ? "" : " + ", part.workload.requests);
  }
  return text + (text == "1" ? " request" : " requests");
}

// What became of each part of the requests: means over replications. `columns` say what part a row is of.
std::string part_table(const char* title, const std::vector<metrics::Row>& all,
                       const std::vector<const char*>& columns) {
  if (all.empty()) return "";
  std::map<std::vector<std::string>, std::vector<metrics::Row>> by_part;
  std::vector<std::vector<std::string>> order;
  for (const auto& row : all) {
    std::vector<std::string> key{row.text("partitioner")};
    for (const auto* column : columns) key.push_back(row.text(column));
    if (!by_part.contains(key)) order.push_back(key);
    by_part[key].push_back(row);
  }
  std::vector<std::string> headers{"partitioner"};
  headers.insert(headers.end(), columns.begin(), columns.end());
  headers.insert(headers.end(),
                 {"cut", "latency", "p95", "energy/inference", "completed", "late", "dropped", "failed"});
  report::Table table(headers);
  for (const auto& key : order) {
    sweep::Summary summary{0, key.front(), {}};
    for (const auto& row : by_part[key]) summary.rows.push_back(&row);
    const auto count = [&](const char* column) { return fmt::format("{:.4g}", summary.mean(column).mean); };
    auto cells = key;
    cells.insert(cells.end(), {summary.common("cut"), with_interval(summary.mean("latency_mean_s"), report::seconds),
                               with_interval(summary.mean("latency_p95_s"), report::seconds),
                               with_interval(summary.mean("energy_inference_J"), report::joules), count("completed"),
                               count("late"), count("dropped"), count("failed")});
    table.add(std::move(cells));
  }
  return title + table.str_within(report::table_width, 1 + columns.size());
}

std::string group_table(const std::vector<metrics::Row>& rows) {
  return part_table("\nBy group of devices\n", sweep::table_of(rows, "groups"), {"group", "devices"});
}

std::string class_table(const std::vector<metrics::Row>& rows) {
  const auto all = sweep::table_of(rows, "classes");
  const bool has_groups = !all.empty() && !all.front().text("group").empty();
  const std::vector<const char*> alike{"class"};
  return part_table("\nBy class\n", all, has_groups ? std::vector<const char*>{"group", "class"} : alike);
}

std::uint64_t parse_limit(const std::string& text) {
  const auto limit = config::as<Bytes>(config::parse_text(text, "--trace-limit"), config::positive);
  return static_cast<std::uint64_t>(limit.value());
}

// What was written, where there is anything to say of it.
void report_files(const sweep::Recording& recording, const sweep::RecordingFiles& files, const std::string& limit) {
  for (const auto& file : {files.trace, files.events, files.requests}) {
    if (!file.empty()) say(fmt::format("wrote {}\n", file.string()));
  }
  if (recording.cut_traces() > 0) {
    say(fmt::format("warning: the trace is cut at --trace-limit {}: {} of its runs are not whole\n", limit,
                    recording.cut_traces()));
  }
}

// The first verdict under which its means are not to be believed; empty where there is none.
std::string doubt_of(const sweep::Summary& summary) {
  for (const auto* row : summary.rows) {
    if (row->text("verdict") != "stable") return row->text("verdict");
  }
  return "";
}

// Latency, which every scenario has, as bars.
std::string chart(const std::vector<sweep::Summary>& summaries) {
  std::vector<report::Bar> bars;
  for (const auto& summary : summaries) {
    const auto some = with_plan(summary);
    const auto mean = some.mean("latency_mean_s").mean;
    bars.push_back({summary.partitioner, mean, report::seconds(mean), doubt_of(some)});
  }
  return "\nMean latency\n" + report::bar_chart(bars, report::colours_wanted());
}

}  // namespace

void run(const RunOptions& options) {
  std::unique_ptr<Opened> opened;
  auto files = options.files;
  sweep::Execution limits;
  config::read_all({[&] { opened = open_study(options.scenario, false); },
                    [&] { files.trace_limit = parse_limit(options.trace_limit); },
                    [&] { limits = execution_of(options.limits, options.jobs); }});
  const auto& study = opened->study;
  sweep::Recording recording(study, files);
  const auto execution = interruptible(limits);
  const auto rows = sweep::run_study(
      study, execution, [](std::size_t, std::size_t) {}, files.wanted() ? &recording : nullptr);
  report_files(recording, files, options.trace_limit);
  if (options.format != Format::table) return print_rows(rows, options.format);
  if (!study.question().empty()) print(study.question() + "\n");
  print(setting_line(study.points().front()));
  print(fmt::format("{} a device, {}\n\n", requests_text(study.points().front()), replications_text(study)));
  const auto summaries = sweep::summarise(rows);
  print(summary_table(summaries));
  for (const auto& line : verdict_lines(rows)) print(report::wrapped("warning: " + line, 2, report::table_width));
  print(figures_and_files_text(study));
  print(fmt::format("kernel: {}\n", rows.front().text("kernel_used")));
  print(group_table(rows));
  print(class_table(rows));
  const auto& baselines = study.comparison().baselines;
  print(savings_tables(baselines, sweep::savings(baselines, rows)));
  print(assumptions_line(study, options.scenario));
  print(chart(summaries));
}

}  // namespace edgecut::commands
