#include "experiment/study.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "config/map.hpp"
#include "metrics/losses.hpp"
#include "units/ensure.hpp"

namespace edgecut::experiment {
namespace {

void refuse_too_many(std::size_t runs) {
  if (runs <= scenario::most_runs) return;
  throw config::Error(fmt::format(
      "replications: with one for each cut of best_fixed these are more than {} runs, which is the most that "
      "can be played",
      scenario::most_runs));
}

}  // namespace

std::string mean_named(const config::Value& value, const std::string& name) {
  const auto columns = Study::columns();
  const auto* column = metrics::find(columns, name);
  if (column != nullptr && column->fold == metrics::Fold::mean) return name;
  std::vector<std::string> known;
  for (const auto& one : columns) {
    if (one.fold != metrics::Fold::mean) continue;
    if (column == nullptr && fmt::format("{}_{}", name, one.unit) == one.name) return std::string(one.name);
    known.emplace_back(one.name);
  }
  config::fail_unknown(value, "metric", known);
}

Study::Study(scenario::Study read) : given_(std::move(read)) {
  for (const auto& point : given_.points) points_.emplace_back(point);
  if (const auto& until = given_.until)
    until_ = Until{mean_named(until->metric, config::as<std::string>(until->metric)), until->half_width, until->max};
}

metrics::Cell cell_of(const scenario::Axis& axis, std::optional<std::size_t> value) {
  if (!value) return {};
  return axis.numbers.empty() ? metrics::Cell(axis.word(*value)) : metrics::Cell(axis.numbers[*value]);
}

void Study::append_coordinates(std::size_t point, metrics::Row& row) const {
  const auto& where = coordinates(point);
  for (std::size_t a = 0; a < where.size(); ++a) row.add(axes()[a].column, cell_of(axes()[a], where[a]));
}

std::vector<Run> Study::runs() const {
  std::vector<Run> runs;
  for (std::size_t point = 0; point < points_.size(); ++point) {
    const auto more = this->runs(point, 0, replications());
    runs.insert(runs.end(), more.begin(), more.end());
    refuse_too_many(runs.size());
  }
  return runs;
}

std::vector<Run> Study::runs(std::size_t point, std::int64_t first, std::int64_t end) const {
  std::vector<Run> runs;
  const auto& experiment = points_[point];
  for (std::size_t method = 0; method < experiment.methods().size(); ++method) {
    const bool every_plan = experiment.methods()[method].kind->simulates_every_cut;
    for (std::int64_t r = first; r < end; ++r) {
      const auto plans = every_plan ? experiment.fixed_plans(r).size() : 0;
      if (plans == 0) runs.push_back({point, method, r});
      for (std::size_t i = 0; i < plans; ++i) runs.push_back({point, method, r, i});
      refuse_too_many(runs.size());
    }
  }
  return runs;
}

namespace {

using metrics::Fold;

// Of which run a row is. What was swept stands behind the first.
constexpr std::array<metrics::Column, 3> of_run{{
    {"point", "-", "", "number of the point of the sweep, from 0; the swept keys' columns follow it", "counted",
     "two sweeps are compared: numbers differ", Fold::none},
    {"partitioner", "-", "", "name of the method", "as in the scenario",
     "two entries of a kind are compared: `name:` tells them apart", Fold::none},
    {"replication", "r", "",
     "number of the repetition, from 0; seeds of arrivals and of the true layer times grow with it", "counted",
     "it is taken for a seed: seeds are the scenario's plus it", Fold::none},
}};

}  // namespace

std::vector<metrics::Column> run_columns() {
  return {of_run.begin(), of_run.end()};
}

metrics::Row Study::play(const Run& run, events::Observer* also) const {
  const auto& [point, partitioner, replication] = of_run;
  const auto& experiment = points_[run.point];
  metrics::Row row;
  row.add(std::string(point.name), static_cast<std::int64_t>(run.point));
  append_coordinates(run.point, row);
  row.add(std::string(partitioner.name), experiment.methods()[run.method].name);
  row.add(std::string(replication.name), run.replication);
  std::optional<Plans> fixed;
  if (run.plans) fixed = experiment.fixed_plans(run.replication, *run.plans);
  experiment.run(run.method, run.replication, fixed ? &*fixed : nullptr, row, also);
  return row;
}

std::string Study::objective_column(std::size_t point) const {
  switch (points_[point].front().objective) {
    case plan::Objective::latency:
      return "latency_mean_s";
    case plan::Objective::energy:
      return "energy_inference_J";
    case plan::Objective::bytes:
      return "up_mean_B";
    case plan::Objective::throughput:
      return "makespan_s";
  }
  throw InternalError("unknown objective");
}

std::vector<metrics::Row> Study::reduce(const std::vector<Run>& runs, std::vector<metrics::Row> rows) const {
  ensure(runs.size() == rows.size(), "a row for each run");
  std::vector<metrics::Row> kept;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const bool rival = runs[i].plans.value_or(0) > 0;  // of the row kept last
    if (!rival) {
      kept.push_back(std::move(rows[i]));
    } else if (metrics::is_better_run(rows[i], kept.back(), objective_column(runs[i].point))) {
      kept.back() = std::move(rows[i]);
    }
  }
  return kept;
}

std::vector<metrics::Column> Study::columns() {
  return metrics::together({run_columns(), Experiment::columns()});
}

}  // namespace edgecut::experiment
