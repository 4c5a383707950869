#include "scenario/study.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "units/ensure.hpp"

namespace edgecut::scenario {
namespace {

using config::Map;
using config::Value;

}  // namespace

Study::Study(const std::filesystem::path& file, Library& library, const std::vector<Override>& overrides,
             bool with_sweep)
    : Study(config::parse_file(file), file, library, overrides, with_sweep) {}

Study::Study(Value scenario, const std::filesystem::path& file, Library& library,
             const std::vector<Override>& overrides, bool with_sweep)
    : name_(file.stem().string()) {
  apply(overrides, library.catalogue().mends(), scenario);
  parameters_ = scenario::parameters(scenario);
  axes_ = read_axes(with_sweep ? scenario.find("sweep") : nullptr);
  refuse_swept(overrides, library.catalogue().mends(), axes_.axes);
  question_ = Map(scenario).get_or<std::string>("question", "");
  read_replications(scenario);

  // `run` and `plan` take the scenario without its sweep.
  if (!axes().empty()) limit_runs(scenario, Experiment(scenario, library).methods().size());
  for (const auto& where : axes_.points) {
    Value at_point = scenario;
    for (std::size_t a = 0; a < where.size(); ++a) {
      if (!where[a]) continue;
      config::set(at_point, axes()[a].path, axes()[a].settings[*where[a]], axes()[a].key);
    }
    points_.push_back(std::make_unique<const Experiment>(at_point, library));
  }
  limit_runs(scenario, points_.front()->methods().size());
  read_comparison(scenario);
}

// Those of best_fixed count once here, whatever the number of its cuts.
void Study::limit_runs(const Value& scenario, std::size_t methods) const {
  const auto replications = until_ ? until_->max : replications_;
  const double runs =
      static_cast<double>(axes_.points.size()) * static_cast<double>(methods) * static_cast<double>(replications);
  if (runs <= static_cast<double>(most_runs)) return;
  const auto* value = scenario.find("replications");
  (value != nullptr ? *value : scenario)
      .fail(fmt::format(
          "amounts to {} points x {} partitioners x {} replications = {:.0f} runs; at most {} can be played",
          axes_.points.size(), methods, replications, runs, most_runs));
}

namespace {

// With or without its unit: latency_mean or latency_mean_s.
std::string column_named(const Value& value) {
  const auto name = config::as<std::string>(value);
  std::vector<std::string> known;
  for (const auto& column : Study::columns()) {
    if (name == column.name || name + "_" + column.unit == column.name) return column.name;
    known.push_back(column.name);
  }
  config::fail_unknown(value, "metric", known);
}

}  // namespace

void Study::read_replications(const Value& scenario) {
  Map map(scenario);
  const auto* value = map.find_child("replications");
  if (value == nullptr || !value->is_map()) {
    replications_ = map.get_or<std::int64_t>("replications", 1, {1.0, 1e6});
    return;
  }
  config::read(*value, [&](Map& outer) {
    config::read(outer.child("until"), [&](Map& until) {
      Until read;
      read.column = column_named(until.child("metric"));
      read.half_width = until.get<config::Ratio>("half_width", config::positive).value;
      read.max = until.get<std::int64_t>("max", {2.0, 1e6});
      replications_ = std::min<std::int64_t>(until.get_or<std::int64_t>("min", 10, {2.0, 1e6}), read.max);
      until_ = read;
    });
  });
}

std::vector<const Method*> Study::methods() const {
  std::vector<const Method*> methods;
  std::set<std::string_view> seen;
  for (const auto& point : points_) {
    for (const auto& method : point->methods()) {
      if (seen.insert(method.name).second) methods.push_back(&method);
    }
  }
  return methods;
}

void Study::read_comparison(const Value& scenario) {
  const auto* compare = scenario.find("compare");
  if (compare == nullptr) return;
  std::vector<std::string> names;
  for (const auto* method : methods()) names.push_back(method->name);
  const auto add = [&](const Value& value) {
    const auto name = config::as<std::string>(value);
    if (std::ranges::find(names, name) == names.end()) config::fail_unknown(value, "partitioner", names);
    comparison_.baselines.push_back(name);
  };
  config::read(*compare, [&](Map& map) {
    add(map.child("baseline"));
    const auto* also = map.find_child("also");
    if (also == nullptr) return;
    if (!also->is_list()) return add(*also);
    for (const auto& item : also->items) add(item);
  });
}

namespace {

void refuse_too_many(std::size_t runs) {
  if (runs <= most_runs) return;
  throw config::Error(fmt::format(
      "replications: with one for each cut of best_fixed these are more than {} runs, which is the most that "
      "can be played",
      most_runs));
}

}  // namespace

std::vector<Run> Study::runs() const {
  std::vector<Run> runs;
  for (std::size_t point = 0; point < points_.size(); ++point) {
    const auto more = this->runs(point, 0, replications_);
    runs.insert(runs.end(), more.begin(), more.end());
    refuse_too_many(runs.size());
  }
  return runs;
}

std::vector<Run> Study::runs(std::size_t point, std::int64_t first, std::int64_t end) const {
  std::vector<Run> runs;
  const auto& experiment = *points_[point];
  for (std::size_t method = 0; method < experiment.methods().size(); ++method) {
    const bool every_cut = experiment.methods()[method].kind->simulates_every_cut;
    for (std::int64_t r = first; r < end; ++r) {
      const auto cuts = every_cut ? experiment.feasible_cuts(r).size() : 0;
      if (cuts == 0) runs.push_back({point, method, r, std::nullopt});
      for (std::size_t cut = 0; cut < cuts; ++cut) runs.push_back({point, method, r, cut});
      refuse_too_many(runs.size());
    }
  }
  return runs;
}

metrics::Row Study::play(const Run& run, events::Observer* also) const {
  const auto& experiment = *points_[run.point];
  const auto& method = experiment.methods()[run.method];
  metrics::Row row;
  row.add("point", static_cast<std::int64_t>(run.point));
  const auto& where = coordinates(run.point);
  for (std::size_t a = 0; a < where.size(); ++a) row.add(axes()[a].column, axes()[a].cell(where[a]));
  row.add("partitioner", method.name);
  row.add("replication", run.replication);
  std::optional<plan::Plan> fixed;
  if (run.cut) fixed = experiment.feasible_cuts(run.replication).at(*run.cut);
  experiment.run(method, run.replication, fixed ? &*fixed : nullptr, row, also);
  return row;
}

std::string Study::objective_column(std::size_t point) const {
  switch (points_[point]->objective()) {
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
  const auto value = [&](const metrics::Row& row, const Run& run) { return row.number(objective_column(run.point)); };
  std::vector<metrics::Row> kept;
  double best = 0.0;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const bool rival = runs[i].cut.value_or(0) > 0;  // of the row kept last
    if (!rival) {
      best = value(rows[i], runs[i]);
      kept.push_back(std::move(rows[i]));
    } else if (const double v = value(rows[i], runs[i]); v < best || std::isnan(best)) {
      best = v;
      kept.back() = std::move(rows[i]);
    }
  }
  return kept;
}

std::vector<metrics::Column> Study::columns() {
  std::vector<metrics::Column> table{
      {"point", "", "number of the point of the sweep, from 0; the swept keys' columns follow it"},
      {"partitioner", "", "name of the method"},
      {"replication", "", "from 0; seeds of arrivals and of the true layer times grow with it"},
  };
  const auto rest = Experiment::columns();
  table.insert(table.end(), rest.begin(), rest.end());
  return table;
}

// Steps of a clock that nobody chose are read, and that is all.
bool Study::uses(const Experiment& point, const config::Source& figure) const {
  const auto chooses = [](const std::string& path) { return path.ends_with("frequency"); };
  const bool is_step = figure.path.find(".frequency_steps[") != std::string::npos;
  if (is_step && !std::ranges::any_of(parameters_, chooses, &Parameter::key) &&
      !std::ranges::any_of(axes(), chooses, &Axis::path)) {
    return false;
  }
  return std::ranges::any_of(point.parts(), [&](const Experiment* part) { return part->uses(figure.path); });
}

std::vector<config::Source> Study::assumptions() const {
  std::vector<config::Source> found;
  std::set<std::string> seen;
  for (const auto& experiment : points_) {
    for (const auto& source : experiment->ledger().sources()) {
      if (!source.source.starts_with("assumption") || !uses(*experiment, source)) continue;
      if (seen.insert(source.path + source.value).second) found.push_back(source);
    }
  }
  return found;
}

std::vector<std::string> Study::foreign_figures() const {
  std::vector<std::string> lines;
  for (const auto& point : points_) {
    for (const auto* part : point->parts()) {
      for (auto& line : part->world().foreign_figures()) {
        if (std::ranges::find(lines, line) == lines.end()) lines.push_back(std::move(line));
      }
    }
  }
  return lines;
}

std::vector<std::string> Study::file_notes() const {
  std::vector<std::string> notes;
  const auto add = [&](const std::string& note) {
    if (std::ranges::find(notes, note) == notes.end()) notes.push_back(note);
  };
  for (const auto& point : points_) {
    for (const auto* part : point->parts()) {
      std::ranges::for_each(part->world().file_notes, add);
      if (part->workload().traces) std::ranges::for_each(part->workload().traces->notes, add);
    }
  }
  return notes;
}

}  // namespace edgecut::scenario
