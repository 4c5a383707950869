#include "sweep/statistics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <utility>

#include "metrics/confidence.hpp"

namespace edgecut::sweep {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// What is saved: the column of the results, and the name of the saving.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> saved_metrics{{
    {"latency_mean_s", "latency"},
    {"energy_inference_J", "energy_inference"},
    {"energy_device_J", "energy_device"},
    {"up_mean_B", "bytes_up"},
    {"effort_s", "effort_time"},
    {"effort_J", "effort_energy"},
}};

bool is_feasible(const metrics::Row& row) {
  return row.number("feasible") == 1.0 && !std::isnan(row.number("latency_mean_s"));
}

bool is_saturated(const metrics::Row& row) {
  return row.number("saturated") == 1.0;
}

struct Pairs {
  std::vector<double> savings;
  std::int64_t infeasible = 0;
  std::int64_t saturated = 0;
  std::int64_t dropping = 0;   // the mean would be of those that got through
  std::int64_t violating = 0;  // a limit is truly broken: no saving to speak of
  std::int64_t zero = 0;       // nothing to save: the baseline's figure is 0
  std::int64_t unknown = 0;    // what either spends before it plans is not accounted
};

Pairs pair_up(const Summary& baseline, const Summary& other, std::string_view column) {
  Pairs pairs;
  for (const auto* mine : other.rows) {
    const auto partner = std::ranges::find_if(baseline.rows, [&](const metrics::Row* row) {
      return row->number("replication") == mine->number("replication");
    });
    if (partner == baseline.rows.end()) continue;  // its run failed
    const auto& a = **partner;
    const auto& b = *mine;
    if (!is_feasible(a) || !is_feasible(b)) {
      ++pairs.infeasible;
    } else if (is_saturated(a) || is_saturated(b)) {
      ++pairs.saturated;
    } else if (a.number("dropped") > 0.0 || b.number("dropped") > 0.0) {
      ++pairs.dropping;
    } else if (a.number("violation_rate") > 0.0 || b.number("violation_rate") > 0.0) {
      ++pairs.violating;
    } else if (std::isnan(a.number(column)) || std::isnan(b.number(column))) {
      ++pairs.unknown;
    } else if (a.number(column) == 0.0) {
      ++pairs.zero;
    } else {
      pairs.savings.push_back((a.number(column) - b.number(column)) / a.number(column));
    }
  }
  return pairs;
}

metrics::Cell known(double value) {
  return std::isnan(value) ? metrics::Cell() : metrics::Cell(value);
}

// The columns of the axes stand between the point and the partitioner.
metrics::Row saving_row(const Summary& baseline, const Summary& other, std::string_view column, std::string_view name) {
  const auto pairs = pair_up(baseline, other, column);
  const auto saving = estimate(pairs.savings);
  metrics::Row row;
  row.add("point", static_cast<std::int64_t>(other.point));
  for (const auto& [axis, cell] : other.rows.front()->cells()) {
    if (axis == "partitioner") break;
    if (axis != "point") row.add(axis, cell);
  }
  row.add("partitioner", other.partitioner);
  row.add("baseline", baseline.partitioner);
  row.add("metric", std::string(name));
  row.add("saving", known(saving.mean));
  row.add("saving_half_width", known(saving.half_width));
  row.add("pairs", static_cast<std::int64_t>(saving.count));
  row.add("left_out_infeasible", pairs.infeasible);
  row.add("left_out_saturated", pairs.saturated);
  row.add("left_out_dropping", pairs.dropping);
  row.add("left_out_violating", pairs.violating);
  row.add("left_out_zero", pairs.zero);
  row.add("left_out_unknown", pairs.unknown);
  return row;
}

const Summary* find(const std::vector<Summary>& summaries, std::size_t point, const std::string& partitioner) {
  const auto found = std::ranges::find_if(
      summaries, [&](const Summary& s) { return s.point == point && s.partitioner == partitioner; });
  return found == summaries.end() ? nullptr : &*found;
}

}  // namespace

Estimate estimate(const std::vector<double>& sample) {
  Estimate result{nan, nan, sample.size()};
  if (sample.empty()) return result;
  const auto n = static_cast<double>(sample.size());
  result.mean = std::accumulate(sample.begin(), sample.end(), 0.0) / n;
  if (sample.size() < 2) return result;
  double squares = 0.0;
  for (const double x : sample) squares += (x - result.mean) * (x - result.mean);
  result.half_width = metrics::half_width(squares, n);
  return result;
}

Estimate Summary::mean(std::string_view column) const {
  std::vector<double> sample;
  for (const auto* row : rows) {
    const double value = row->number(column);
    if (!std::isnan(value)) sample.push_back(value);
  }
  return estimate(sample);
}

std::string Summary::common(std::string_view column) const {
  std::map<std::string, std::size_t> counts;
  for (const auto* row : rows) ++counts[row->text(column)];
  const auto most = std::ranges::max_element(counts, {}, [](const auto& entry) { return entry.second; });
  return counts.size() == 1 ? most->first : fmt::format("{} ({}/{})", most->first, most->second, rows.size());
}

std::vector<Summary> summarise(const std::vector<metrics::Row>& rows) {
  std::vector<Summary> summaries;
  for (const auto& row : rows) {
    const auto point = static_cast<std::size_t>(row.number("point"));
    const auto partitioner = row.text("partitioner");
    if (summaries.empty() || summaries.back().point != point || summaries.back().partitioner != partitioner) {
      summaries.push_back({point, partitioner, {}});
    }
    summaries.back().rows.push_back(&row);
  }
  return summaries;
}

std::vector<metrics::Row> savings(const std::vector<std::string>& baselines, const std::vector<metrics::Row>& rows) {
  std::vector<metrics::Row> result;
  const auto summaries = summarise(rows);
  for (const auto& other : summaries) {
    for (const auto& name : baselines) {
      const auto* baseline = find(summaries, other.point, name);
      if (baseline == nullptr || baseline == &other) continue;
      for (const auto& [column, metric] : saved_metrics) {
        result.push_back(saving_row(*baseline, other, column, metric));
      }
    }
  }
  return result;
}

}  // namespace edgecut::sweep
