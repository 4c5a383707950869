#include "sweep/statistics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <set>
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

bool breaks_a_limit(const metrics::Row& row) {
  return row.number("violation_rate") > 0.0;
}

// Why a pair says nothing of a saving; the first that holds.
enum class Flaw {
  none,
  infeasible,  // either has no plan, or nothing came back
  saturated,
  losing,     // the means are of other requests: either dropped some, or not as many failed in both
  violating,  // a limit is truly broken: no saving to speak of
};

Flaw flaw_of(const metrics::Row& a, const metrics::Row& b) {
  if (!is_feasible(a) || !is_feasible(b)) return Flaw::infeasible;
  if (is_saturated(a) || is_saturated(b)) return Flaw::saturated;
  if (a.number("dropped") > 0.0 || b.number("dropped") > 0.0 || a.number("failed") != b.number("failed")) {
    return Flaw::losing;
  }
  if (breaks_a_limit(a) || breaks_a_limit(b)) return Flaw::violating;
  return Flaw::none;
}

// The rows of a baseline and of another method in one replication.
struct Pair {
  const metrics::Row* baseline;
  const metrics::Row* mine;
  Flaw flaw;
  double replication;
};

std::vector<Pair> pair_up(const Summary& baseline, const Summary& other) {
  std::vector<Pair> pairs;
  for (const auto* mine : other.rows) {
    const double replication = mine->number("replication");
    const auto partner = std::ranges::find_if(
        baseline.rows, [&](const metrics::Row* row) { return row->number("replication") == replication; });
    if (partner == baseline.rows.end()) continue;  // its run failed
    pairs.push_back({*partner, mine, flaw_of(**partner, *mine), replication});
  }
  return pairs;
}

// Against one baseline at one point: the replications in which every method that has any sound pair has one. Methods that
// have none anywhere are not shown and take nothing from the others.
std::set<double> common_support(const Summary& baseline, const std::vector<const Summary*>& others) {
  std::optional<std::set<double>> common;
  for (const auto* other : others) {
    std::set<double> sound;
    for (const auto& pair : pair_up(baseline, *other)) {
      if (pair.flaw == Flaw::none) sound.insert(pair.replication);
    }
    if (sound.empty()) continue;
    if (!common) common = sound;
    std::erase_if(*common, [&](double replication) { return !sound.contains(replication); });
  }
  return common.value_or(std::set<double>());
}

struct Savings {
  std::vector<double> of_pairs;
  std::vector<double> log_ratios;  // of the same pairs, baseline / x; one that is not finite where x is 0
  std::int64_t infeasible = 0;
  std::int64_t saturated = 0;
  std::int64_t losing = 0;
  std::int64_t violating = 0;
  std::int64_t others = 0;   // sound, but no pair of some other method is
  std::int64_t zero = 0;     // nothing to save: the baseline's figure is 0
  std::int64_t unknown = 0;  // what either spends before it plans is not accounted

  void leave_out(Flaw flaw) {
    ++(flaw == Flaw::infeasible  ? infeasible
       : flaw == Flaw::saturated ? saturated
       : flaw == Flaw::losing    ? losing
                                 : violating);
  }
};

Savings saved(const std::vector<Pair>& pairs, const std::set<double>& support, std::string_view column) {
  Savings savings;
  for (const auto& pair : pairs) {
    const double before = pair.baseline->number(column);
    const double now = pair.mine->number(column);
    if (pair.flaw != Flaw::none) {
      savings.leave_out(pair.flaw);
    } else if (!support.contains(pair.replication)) {
      ++savings.others;
    } else if (std::isnan(before) || std::isnan(now)) {
      ++savings.unknown;
    } else if (before == 0.0) {
      ++savings.zero;
    } else {
      savings.of_pairs.push_back((before - now) / before);
      savings.log_ratios.push_back(std::log(before / now));
    }
  }
  return savings;
}

metrics::Cell known(double value) {
  return std::isnan(value) ? metrics::Cell() : metrics::Cell(value);
}

// In how many replications the method found a plan, and in how many of these it broke the true limits.
struct Plans {
  std::int64_t found = 0;
  std::int64_t broken = 0;
};

Plans plans_of(const Summary& method) {
  Plans plans;
  for (const auto* mine : method.rows) {
    if (mine->number("feasible") != 1.0) continue;
    ++plans.found;
    if (breaks_a_limit(*mine)) ++plans.broken;
  }
  return plans;
}

// One line of the table: against one baseline, in one metric.
struct Comparison {
  Comparison(const Summary& against, const Summary& other, const std::set<double>& support, std::string_view column,
             std::string_view name)
      : baseline(against),
        metric(name),
        savings(saved(pair_up(against, other), support, column)),
        saving(estimate(savings.of_pairs)),
        log(name == "latency" ? estimate(savings.log_ratios) : Estimate{nan, nan, 0}),
        plans(plans_of(other)) {}

  const Summary& baseline;
  std::string_view metric;
  Savings savings;
  Estimate saving;
  // How many times as fast, of latencies alone: the geometric mean of baseline / x, so that the two swapped have its
  // inverse, and its interval, by Student's t of the logarithms [Fleming and Wallace, CACM 29(3), 1986].
  Estimate log;
  Plans plans;
};

metrics::Cell factor(double exponent) {
  return std::isfinite(exponent) ? metrics::Cell(std::exp(exponent)) : metrics::Cell();
}

using metrics::Cell;
using metrics::Fold;
using OfSaving = const Comparison&;

constexpr auto saving_table = std::to_array<metrics::Field<Comparison>>({
    {{"baseline", "-", "", "the partitioner whom the saving is against", "`compare:` of the scenario",
      "one baseline is read alone: an old benchmark is easily beaten", Fold::none},
     [](OfSaving f) -> Cell { return f.baseline.partitioner; }},
    {{"metric", "-", "", "what is saved",
      "`latency_mean_s`, `energy_inference_J`, `energy_device_J`, `up_mean_B`, `effort_s` or `effort_J`",
      "a gain in one is taken for a gain in another", Fold::none},
     [](OfSaving f) -> Cell { return std::string(f.metric); }},
    {{"saving", "g", "", "(baseline - x) / baseline; 0.4: 40 % less, -1: twice as much", "mean over the pairs",
      "`pairs` are few beside what was left out", Fold::none},
     [](OfSaving f) -> Cell { return known(f.saving.mean); }},
    {{"saving_half_width", "h_g", "", "half the 95 % interval of `saving`; empty below two pairs",
      "Student's t over the pairs", "there are fewer than some 5 pairs", Fold::none},
     [](OfSaving f) -> Cell { return known(f.saving.half_width); }},
    {{"speed_up", "-", "", "of latency: baseline / x; 2: twice as fast, below 1: slower; empty for other metrics",
      "geometric mean over the pairs [Fleming and Wallace, CACM 29(3), 1986]",
      "it is held against 1 / (1 - `saving`), which is a harmonic mean over the same pairs", Fold::none},
     [](OfSaving f) -> Cell { return factor(f.log.mean); }},
    {{"speed_up_low", "-", "", "lower end of the 95 % interval of `speed_up`; empty below two pairs",
      "Student's t over the logarithms", "there are fewer than some 5 pairs", Fold::none},
     [](OfSaving f) -> Cell { return factor(f.log.mean - f.log.half_width); }},
    {{"speed_up_high", "-", "", "upper end of the 95 % interval of `speed_up`; empty below two pairs",
      "Student's t over the logarithms", "there are fewer than some 5 pairs", Fold::none},
     [](OfSaving f) -> Cell { return factor(f.log.mean + f.log.half_width); }},
    {{"pairs", "-", "", "replications that were compared; every method that has any has these", "counted",
      "always trust it", Fold::none},
     [](OfSaving f) -> Cell { return static_cast<std::int64_t>(f.saving.count); }},
    {{"found", "-", "", "replications in which the method found a plan", "counted", "always trust it", Fold::none},
     [](OfSaving f) -> Cell { return f.plans.found; }},
    {{"kept", "-", "", "of `found`: replications in which no result broke a limit in truth", "counted",
      "it is read as in time: see `attainment`", Fold::none},
     [](OfSaving f) -> Cell { return f.plans.found - f.plans.broken; }},
    {{"broken", "-", "", "of `found`: replications in which a result broke a limit in truth", "counted",
      "it is read as how often: one result is enough", Fold::none},
     [](OfSaving f) -> Cell { return f.plans.broken; }},
    {{"left_out_infeasible", "-", "", "pairs in which either found no plan or no request came back", "counted",
      "always trust it", Fold::none},
     [](OfSaving f) -> Cell { return f.savings.infeasible; }},
    {{"left_out_saturated", "-", "", "pairs in which either is saturated", "counted",
      "one is just below saturation: its queues are long all the same", Fold::none},
     [](OfSaving f) -> Cell { return f.savings.saturated; }},
    {{"left_out_losing", "-", "", "pairs in which either dropped requests, or not as many failed in both", "counted",
      "it is read as how many: one request leaves a pair out", Fold::none},
     [](OfSaving f) -> Cell { return f.savings.losing; }},
    {{"left_out_violating", "-", "", "pairs in which either truly broke a limit", "counted",
      "it is read as how often: one result leaves a pair out", Fold::none},
     [](OfSaving f) -> Cell { return f.savings.violating; }},
    {{"left_out_others", "-", "", "sound pairs of replications in which another method has none", "counted",
      "always trust it", Fold::none},
     [](OfSaving f) -> Cell { return f.savings.others; }},
    {{"left_out_zero", "-", "", "pairs in which the baseline's figure is 0", "counted", "always trust it", Fold::none},
     [](OfSaving f) -> Cell { return f.savings.zero; }},
    {{"left_out_unknown", "-", "", "pairs of whose effort one is unknown", "counted", "always trust it", Fold::none},
     [](OfSaving f) -> Cell { return f.savings.unknown; }},
});

// The columns of the axes stand between the point and the partitioner.
metrics::Row saving_row(const Comparison& comparison, const Summary& other) {
  metrics::Row row;
  for (const auto& [name, cell] : other.rows.front()->cells()) {
    row.add(name, cell);
    if (name == "partitioner") break;
  }
  metrics::append<Comparison>(saving_table, comparison, row);
  return row;
}

// The other methods at its point.
std::vector<const Summary*> rivals_of(const std::vector<Summary>& summaries, const Summary& baseline) {
  std::vector<const Summary*> rivals;
  for (const auto& other : summaries) {
    if (other.point == baseline.point && &other != &baseline) rivals.push_back(&other);
  }
  return rivals;
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

std::vector<metrics::Column> saving_columns() {
  return metrics::columns_of<Comparison>(saving_table);
}

std::vector<metrics::Row> savings(const std::vector<std::string>& baselines, const std::vector<metrics::Row>& rows) {
  std::vector<metrics::Row> result;
  const auto summaries = summarise(rows);
  std::map<const Summary*, std::set<double>> supports;  // by baseline
  for (const auto& other : summaries) {
    for (const auto& name : baselines) {
      const auto* baseline = find(summaries, other.point, name);
      if (baseline == nullptr || baseline == &other) continue;
      const auto [support, is_new] = supports.try_emplace(baseline);
      if (is_new) support->second = common_support(*baseline, rivals_of(summaries, *baseline));
      for (const auto& [column, metric] : saved_metrics) {
        result.push_back(saving_row({*baseline, other, support->second, column, metric}, other));
      }
    }
  }
  return result;
}

}  // namespace edgecut::sweep
