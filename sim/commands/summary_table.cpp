#include "commands/summary_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "report/table.hpp"

namespace edgecut::commands {
namespace {

using sweep::Summary;

std::string percent(const sweep::Estimate& estimate) {
  return std::isnan(estimate.mean) ? "-" : fmt::format("{:.1f} %", 100.0 * estimate.mean);
}

std::string count_text(const sweep::Estimate& estimate) {
  return std::isnan(estimate.mean) ? "-" : fmt::format("{:.6g}", estimate.mean);
}

std::string verdict_cell(const Summary& summary) {
  auto text = summary.common("verdict");
  if (text.starts_with("overloaded")) text += ": " + summary.common("bottleneck");
  return text;
}

// Why most requests were lost, in those replications in which some were.
std::string reason_cell(const Summary& summary) {
  auto some = summary;
  std::erase_if(some.rows, [](const auto* row) { return row->text("lost_because").empty(); });
  return some.rows.empty() ? "-" : some.common("lost_because");
}

struct Column {
  std::string heading;
  std::function<std::string(const Summary& all, const Summary& with_plan)> cell;
};

Column mean_of(const char* heading, const char* column, std::string (*format)(double)) {
  return {heading, [=](const Summary&, const Summary& some) { return with_interval(some.mean(column), format); }};
}

// Of all replications: who has no plan loses its requests.
Column count_of(const char* heading, const char* column) {
  return {heading, [=](const Summary& all, const Summary&) { return count_text(all.mean(column)); }};
}

Column share_of(const char* heading, const char* column) {
  return {heading, [=](const Summary&, const Summary& some) { return percent(some.mean(column)); }};
}

bool is_any(const std::vector<Summary>& summaries, const char* column) {
  return std::ranges::any_of(summaries, [&](const Summary& one) { return one.mean(column).mean > 0.0; });
}

std::vector<Column> columns_for(const std::vector<Summary>& summaries) {
  std::vector<Column> columns{
      {"partitioner", [](const Summary& all, const Summary&) { return all.partitioner; }},
      {"verdict", [](const Summary& all, const Summary&) { return verdict_cell(all); }},
      {"cut", [](const Summary& all, const Summary&) { return all.common("cut"); }},
      {"plans",
       [](const Summary& all, const Summary& some) { return fmt::format("{}/{}", some.rows.size(), all.rows.size()); }},
      {"attained", [](const Summary& all, const Summary&) { return percent(all.mean("attainment")); }},
      mean_of("latency", "latency_mean_s", report::seconds),
      mean_of("p95", "latency_p95_s", report::seconds),
      mean_of("energy/inference", "energy_inference_J", report::joules),
      mean_of("energy/device", "energy_device_J", report::joules),
      {"sent", [](const Summary&, const Summary& some) {
         const auto sent = some.mean("up_mean_B").mean;
         return std::isnan(sent) ? "-" : report::bytes(sent);
       }}};
  if (is_any(summaries, "deadline_miss_rate")) columns.push_back(share_of("misses", "deadline_miss_rate"));
  if (is_any(summaries, "violation_rate")) columns.push_back(share_of("violations", "violation_rate"));
  const bool drops = is_any(summaries, "dropped");
  const bool fails = is_any(summaries, "failed");
  if (drops || fails) columns.push_back(count_of("completed", "completed"));
  if (drops) columns.push_back(count_of("dropped", "dropped"));
  if (fails) columns.push_back(count_of("failed", "failed"));
  if (drops || fails) {
    columns.push_back({"because", [](const Summary& all, const Summary&) { return reason_cell(all); }});
  }
  if (is_any(summaries, "devices_empty")) {
    columns.push_back(count_of("batteries empty", "devices_empty"));
    columns.push_back(mean_of("first empty", "lifetime_s", report::seconds));
  }
  return columns;
}

}  // namespace

Summary with_plan(const Summary& summary) {
  auto some = summary;
  std::erase_if(some.rows, [](const auto* row) { return row->number("feasible") != 1.0; });
  return some;
}

std::string with_interval(const sweep::Estimate& estimate, std::string (*format)(double)) {
  if (std::isnan(estimate.mean)) return "-";
  if (std::isnan(estimate.half_width)) return format(estimate.mean);
  return fmt::format("{} ±{:.1f} %", format(estimate.mean),
                     estimate.mean == 0.0 ? 0.0 : 100.0 * estimate.half_width / estimate.mean);
}

std::string summary_table(const std::vector<Summary>& summaries) {
  const auto columns = columns_for(summaries);
  std::vector<std::string> headings;
  for (const auto& column : columns) headings.push_back(column.heading);
  report::Table table(std::move(headings));
  for (const auto& summary : summaries) {
    const auto some = with_plan(summary);
    std::vector<std::string> cells;
    for (const auto& column : columns) cells.push_back(column.cell(summary, some));
    table.add(std::move(cells));
  }
  return table.str_within(report::table_width, 1) +
         "\n± is half the 95 % interval over replications. plans: replications with a feasible plan, the only ones in "
         "the means.\nattained: requests that ended in time and truly within every limit; a method without a plan "
         "plays\n  the scenario's `fallback`.\n";
}

}  // namespace edgecut::commands
