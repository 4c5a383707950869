#include "commands/savings_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

#include "report/blocks.hpp"
#include "report/table.hpp"

namespace edgecut::commands {
namespace {

using Savings = std::vector<const metrics::Row*>;

// In the order in which they first stand there.
std::vector<std::string> distinct(const Savings& savings, std::string_view column) {
  std::vector<std::string> values;
  for (const auto* row : savings) {
    auto value = row->text(column);
    if (std::ranges::find(values, value) == values.end()) values.push_back(std::move(value));
  }
  return values;
}

Savings those_with(const Savings& savings, std::string_view column, const std::string& value) {
  Savings found;
  std::ranges::copy_if(savings, std::back_inserter(found), [&](const auto* row) { return row->text(column) == value; });
  return found;
}

// Beside every mean: replications that count, and of all replications those with a plan, and with one that kept or broke
// the true limits. Of a metric that counts fewer pairs, the lines below say so.
constexpr std::array counts{"pairs", "found", "kept", "broken"};

bool is_known(const metrics::Row* row) {
  return !std::isnan(row->number("saving"));
}

// Nobody's is known, since the scenario does not say what it takes.
bool is_unstated(const Savings& of_metric) {
  return std::ranges::none_of(of_metric, is_known) &&
         std::ranges::any_of(of_metric, [](const auto* row) { return row->number("left_out_unknown") > 0.0; });
}

std::string saving_heading(const std::string& metric) {
  static const std::map<std::string, std::string> headings{{"energy_inference", "energy/inference"},
                                                           {"energy_device", "energy/device"},
                                                           {"bytes_up", "bytes sent"},
                                                           {"effort_time", "effort time"},
                                                           {"effort_energy", "effort energy"}};
  const auto found = headings.find(metric);
  return found == headings.end() ? metric : found->second;
}

std::string saving_cell(const Savings& of_method, const std::string& metric) {
  const auto rows = those_with(of_method, "metric", metric);
  if (rows.empty() || !is_known(rows.front())) return "-";
  const double saving = rows.front()->number("saving");
  const double half = rows.front()->number("saving_half_width");
  return std::isnan(half) ? fmt::format("{:.1f} %", 100.0 * saving)
                          : fmt::format("{:.1f} ±{:.1f} %", 100.0 * saving, 100.0 * half);
}

// "1.32x": the baseline takes so many times as long.
std::string speed_up_cell(const Savings& of_method) {
  const auto rows = those_with(of_method, "metric", "latency");
  const double speed_up = rows.empty() ? std::nan("") : rows.front()->number("speed_up");
  return std::isnan(speed_up) ? "-" : fmt::format("{:.{}f}x", speed_up, speed_up < 10.0 ? 2 : speed_up < 100.0 ? 1 : 0);
}

// Why pairs took no part, in words; what holds of some metrics alone names these. Empty where all did.
std::string left_out(const Savings& of_method, const std::vector<std::string>& metrics) {
  std::vector<std::string> reasons;
  for (const std::string why : {"infeasible", "saturated", "losing", "violating", "others", "zero", "unknown"}) {
    std::map<double, std::vector<std::string>> by_count;
    for (const auto& metric : metrics) {
      for (const auto* row : those_with(of_method, "metric", metric)) {
        const double count = row->number("left_out_" + why);
        if (count > 0.0) by_count[count].push_back(saving_heading(metric));
      }
    }
    for (const auto& [count, headings] : by_count) {
      auto reason = fmt::format("{}: {:.0f}", why, count);
      if (headings.size() < metrics.size()) reason += fmt::format(" ({})", fmt::join(headings, ", "));
      reasons.push_back(std::move(reason));
    }
  }
  return fmt::format("{}", fmt::join(reasons, ", "));
}

// A line for each list of reasons, with those that it is of.
std::string left_out_lines(const Savings& savings, const std::vector<std::string>& metrics) {
  std::vector<std::pair<std::string, std::vector<std::string>>> by_reasons;
  for (const auto& method : distinct(savings, "partitioner")) {
    const auto reasons = left_out(those_with(savings, "partitioner", method), metrics);
    if (reasons.empty()) continue;
    auto found = std::ranges::find(by_reasons, reasons, [](const auto& entry) { return entry.first; });
    if (found == by_reasons.end()) found = by_reasons.insert(found, {reasons, {}});
    found->second.push_back(method);
  }
  std::string text;
  for (const auto& [reasons, methods] : by_reasons) {
    text += report::wrapped(fmt::format("pairs left out of {}: {}", fmt::join(methods, ", "), reasons), 2);
  }
  return text;
}

std::string savings_table(const Savings& savings) {
  auto metrics = distinct(savings, "metric");
  std::erase_if(metrics, [&](const std::string& metric) { return is_unstated(those_with(savings, "metric", metric)); });
  std::vector<std::string> headers{"partitioner"};
  for (const auto& metric : metrics) {
    headers.push_back(saving_heading(metric));
    if (metric == "latency") headers.emplace_back("speed-up");
  }
  for (const auto* count : counts) headers.emplace_back(count);
  report::Table table(std::move(headers));
  for (const auto& method : distinct(savings, "partitioner")) {
    const auto of_method = those_with(savings, "partitioner", method);
    std::vector<std::string> cells{method};
    for (const auto& metric : metrics) {
      cells.push_back(saving_cell(of_method, metric));
      if (metric == "latency") cells.push_back(speed_up_cell(of_method));
    }
    for (const auto* count : counts) cells.push_back(of_method.front()->text(count));
    table.add(std::move(cells));
  }
  return table.str_within(report::table_width, 1) + left_out_lines(savings, metrics);
}

}  // namespace

std::string savings_tables(const std::vector<std::string>& baselines, const std::vector<metrics::Row>& savings) {
  Savings all;
  std::ranges::transform(savings, std::back_inserter(all), [](const auto& row) { return &row; });
  std::string text;
  for (const auto& baseline : baselines) {
    text += fmt::format("\nSaved against {}, paired by replication, 95 % interval:\n{}", baseline,
                        savings_table(those_with(all, "baseline", baseline)));
  }
  return text;
}

}  // namespace edgecut::commands
