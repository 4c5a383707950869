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

struct Ends {
  double low = 0.0;
  double high = 0.0;
  std::string unit;
  std::string low_text;  // as typed
  std::string high_text;
};

Ends read_ends(const Value& value) {
  if (!value.is_list() || value.items.size() != 2)
    value.fail("must be a list of two ends, such as [1 Mbit/s, 100 Mbit/s]");
  const auto low = units::split_unit(config::as<std::string>(value.items[0]));
  const auto high = units::split_unit(config::as<std::string>(value.items[1]));
  if (!low || !high) value.fail("both ends must be numbers with a unit");
  if (low->unit != high->unit)
    value.fail(fmt::format("both ends must have one unit, not '{}' and '{}'", low->unit, high->unit));
  if (low->number >= high->number) value.fail("the first end must be below the second");
  return {low->number, high->number, low->unit, value.items[0].scalar, value.items[1].scalar};
}

std::string with_unit(double number, const std::string& unit) {
  // Twelve digits: the same text on every machine, whatever its last bit of pow().
  return unit.empty() ? fmt::format("{:.12g}", number) : fmt::format("{:.12g} {}", number, unit);
}

std::vector<std::string> spaced(Map& map) {
  const auto* lin = map.find_child("linspace");
  const auto* log = map.find_child("logspace");
  if ((lin == nullptr) == (log == nullptr)) map.value().fail("needs either `linspace:` or `logspace:`");
  const auto ends = read_ends(lin != nullptr ? *lin : *log);
  const auto points = map.get<int>("points", {2.0, 100000.0});
  if (log != nullptr && ends.low <= 0.0) log->fail("a logarithmic axis starts above zero");
  std::vector<std::string> values;
  for (int i = 0; i < points; ++i) {
    const double share = static_cast<double>(i) / (points - 1);
    const double number =
        lin != nullptr ? ends.low + share * (ends.high - ends.low) : ends.low * std::pow(ends.high / ends.low, share);
    values.push_back(with_unit(number, ends.unit));
  }
  values.front() = ends.low_text;
  values.back() = ends.high_text;
  return values;
}

// "Mbit/s" becomes "_Mbit_per_s".
std::string suffix_of(const std::string& unit) {
  if (unit.empty()) return "";
  if (unit == "%") return "_percent";
  std::string suffix = "_";
  for (const char c : unit) {
    if (c == '/') {
      suffix += suffix.size() > 1 ? "_per_" : "per_";
    } else if (c != ' ') {
      suffix += c;
    }
  }
  return suffix;
}

// Coordinates, where every value is a number and all have one unit.
void find_numbers(Axis& axis) {
  std::set<std::string> found;
  std::vector<double> numbers;
  for (const auto& value : axis.values) {
    const auto number = units::split_unit(value);
    if (!number) return;
    found.insert(number->unit);
    numbers.push_back(number->number);
  }
  if (found.size() != 1) return;
  axis.column += suffix_of(*found.begin());
  axis.numbers = std::move(numbers);
}

Axis read_axis(const std::string& path, const Value& value, const config::Location& key) {
  Axis axis;
  axis.path = path;
  axis.key = key;
  axis.column = path;
  if (value.is_list()) {
    axis.values = config::as<std::vector<std::string>>(value);
    if (axis.values.empty()) value.fail("an axis needs at least one value");
    for (const auto& item : value.items) axis.places.push_back(item.where);
  } else {
    axis.values = config::read(value, spaced);
    axis.places.assign(axis.values.size(), value.where);
  }
  find_numbers(axis);
  return axis;
}

// The sweep would overwrite it.
void refuse_if_swept(const Value& scenario, const Override& setting) {
  const auto* sweep = scenario.find("sweep");
  if (sweep == nullptr || sweep->find(setting.path) == nullptr) return;
  throw config::Error(fmt::format(
      "--set {}: the scenario's sweep varies this key; --set works on it with `run` and `plan`", setting.path));
}

void apply_override(Value& scenario, const Override& setting) {
  if (setting.path.empty()) throw config::Error("--set: a setting is written PATH=VALUE, such as link.uplink=5Mbit/s");
  config::set(scenario, setting.path, config::make_scalar(setting.value, "--set"));
}

}  // namespace

metrics::Cell Axis::cell(std::size_t i) const {
  return numbers.empty() ? metrics::Cell(values[i]) : metrics::Cell(numbers[i]);
}

Study::Study(const std::filesystem::path& file, Library& library, const std::vector<Override>& overrides,
             bool with_sweep) {
  Value scenario = config::parse_file(file);
  name_ = file.stem().string();
  for (const auto& setting : overrides) {
    if (with_sweep) refuse_if_swept(scenario, setting);
    apply_override(scenario, setting);
  }
  Map map(scenario);
  question_ = map.get_or<std::string>("question", "");
  replications_ = map.get_or<std::int64_t>("replications", 1, {1.0, 1e6});
  if (with_sweep) read_axes(scenario);

  if (!axes_.empty()) Experiment(scenario, library);  // `run` and `plan` take the scenario without its sweep
  std::size_t count = 1;
  for (const auto& axis : axes_) count *= axis.values.size();
  for (std::size_t point = 0; point < count; ++point) {
    Value at_point = scenario;
    const auto where = coordinates(point);
    for (std::size_t a = 0; a < axes_.size(); ++a) {
      Value value = config::make_scalar(axes_[a].values[where[a]], "");
      value.where = axes_[a].places[where[a]];
      config::set(at_point, axes_[a].path, value, axes_[a].key);
    }
    points_.push_back(std::make_unique<const Experiment>(at_point, library));
  }
  read_comparison(scenario);
}

void Study::read_axes(const Value& scenario) {
  const auto* sweep = scenario.find("sweep");
  if (sweep == nullptr) return;
  if (!sweep->is_map()) sweep->fail("must be a map from a key of the scenario to its values");
  for (const auto& [path, value, where] : sweep->entries) {
    if (path.find_first_not_of(".[]") == std::string::npos) {
      throw config::Error(where, sweep->path, "an axis needs the path of a key, such as link.uplink");
    }
    axes_.push_back(read_axis(path, value, where));
  }
}

void Study::read_comparison(const Value& scenario) {
  const auto* compare = scenario.find("compare");
  if (compare == nullptr) return;
  std::vector<std::string> names;
  for (const auto& method : points_.front()->methods()) names.push_back(method.name);
  const auto add = [&](const Value& value) {
    const auto name = config::as<std::string>(value);
    if (std::ranges::find(names, name) == names.end()) value.fail(config::unknown_name("partitioner", name, names));
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

std::vector<std::size_t> Study::coordinates(std::size_t point) const {
  // The last axis moves fastest.
  std::vector<std::size_t> where(axes_.size());
  for (std::size_t a = axes_.size(); a-- > 0;) {
    where[a] = point % axes_[a].values.size();
    point /= axes_[a].values.size();
  }
  return where;
}

std::vector<Run> Study::runs() const {
  std::vector<Run> runs;
  for (std::size_t point = 0; point < points_.size(); ++point) {
    const auto& experiment = *points_[point];
    for (std::size_t method = 0; method < experiment.methods().size(); ++method) {
      const bool every_cut = experiment.methods()[method].kind->simulates_every_cut;
      for (std::int64_t r = 0; r < replications_; ++r) {
        const auto cuts = every_cut ? experiment.feasible_cuts(r).size() : 0;
        if (cuts == 0) runs.push_back({point, method, r, std::nullopt});
        for (std::size_t cut = 0; cut < cuts; ++cut) runs.push_back({point, method, r, cut});
      }
    }
  }
  return runs;
}

metrics::Row Study::play(const Run& run) const {
  const auto& experiment = *points_[run.point];
  const auto& method = experiment.methods()[run.method];
  metrics::Row row;
  row.add("point", static_cast<std::int64_t>(run.point));
  const auto where = coordinates(run.point);
  for (std::size_t a = 0; a < axes_.size(); ++a) row.add(axes_[a].column, axes_[a].cell(where[a]));
  row.add("partitioner", method.name);
  row.add("replication", run.replication);
  std::optional<plan::Plan> fixed;
  if (run.cut) fixed = experiment.feasible_cuts(run.replication).at(*run.cut);
  experiment.run(method, run.replication, fixed ? &*fixed : nullptr, row);
  return row;
}

std::vector<metrics::Row> Study::reduce(const std::vector<Run>& runs, std::vector<metrics::Row> rows) const {
  ensure(runs.size() == rows.size(), "a row for each run");
  const auto value = [&](const metrics::Row& row, const Run& run) {
    switch (points_[run.point]->objective()) {
      case plan::Objective::latency:
        return row.number("latency_mean_s");
      case plan::Objective::energy:
        return row.number("energy_inference_J");
      case plan::Objective::bytes:
        return row.number("up_mean_B");
      case plan::Objective::throughput:
        return row.number("makespan_s");
    }
    throw InternalError("unknown objective");
  };
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

namespace {
// The plan as a key: its processor, and a 1 for each layer on the device.
std::string placement_of(const plan::Plan& plan) {
  std::string key = std::to_string(plan.processor) + ":";
  for (const bool on_device : plan.on_device) key += on_device ? '1' : '0';
  return key;
}
}  // namespace

bool Study::is_mute() const {
  return std::ranges::all_of(points_, [](const auto& experiment) {
    std::set<std::string> cuts;
    std::size_t choosers = 0;
    for (const auto& method : experiment->methods()) {
      if (method.kind->knowledge == partition::Knowledge::nothing) continue;  // it does not choose
      ++choosers;
      const auto decision = method.partitioner->partition(experiment->problem(method, 0));
      cuts.insert(decision.plan ? placement_of(*decision.plan) : "infeasible");
    }
    return choosers > 1 && cuts.size() <= 1;
  });
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

std::vector<config::Source> Study::assumptions() const {
  std::vector<config::Source> found;
  std::set<std::string> seen;
  for (const auto& experiment : points_) {
    for (const auto& source : experiment->ledger().sources()) {
      if (!source.source.starts_with("assumption") || !seen.insert(source.path + source.value).second) continue;
      found.push_back(source);
    }
  }
  return found;
}

}  // namespace edgecut::scenario
