#include "scenario/study.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "config/map.hpp"
#include "scenario/keys.hpp"
#include "scenario/point_file.hpp"
#include "scenario/used_figures.hpp"

namespace edgecut::scenario {
namespace {

using config::Map;
using config::Value;

void read_replications(const Value& scenario, Study& study) {
  Map map(scenario, scenario_record());
  const auto* value = map.find_child("replications");
  if (value == nullptr || !value->is_map()) {
    study.replications = map.get<std::int64_t>("replications");
    return;
  }
  map.read("replications", [&](Map& outer) {
    outer.read("until", [&](Map& until) {
      Until read;
      read.metric = until.child("metric");
      static_cast<void>(until.get<std::string>("metric"));
      read.half_width = until.get<config::Ratio>("half_width").value;
      read.max = until.get<std::int64_t>("max");
      study.replications = std::min<std::int64_t>(until.get<std::int64_t>("min"), read.max);
      study.until = read;
    });
  });
}

// Refuses too many runs. Those of best_fixed count once here, whatever the number of its cuts.
void limit_runs(const Value& scenario, const Study& study, std::size_t methods) {
  const auto replications = study.until ? study.until->max : study.replications;
  const auto points = study.axes.points.size();
  const double runs = static_cast<double>(points) * static_cast<double>(methods) * static_cast<double>(replications);
  if (runs <= static_cast<double>(most_runs)) return;
  const auto* value = scenario.find("replications");
  (value != nullptr ? *value : scenario)
      .fail(fmt::format(
          "amounts to {} points x {} partitioners x {} replications = {:.0f} runs; at most {} can be played", points,
          methods, replications, runs, most_runs));
}

void read_points(const Value& scenario, Library& library, Study& study) {
  const auto& axes = study.axes.axes;
  const auto methods = [](const Point& point) { return point.methods.front().size(); };
  // This comes before anything of a large sweep is read.
  if (!axes.empty()) limit_runs(scenario, study, methods(read_point(scenario, library)));
  for (const auto& where : study.axes.points) {
    Value at_point = scenario;
    for (std::size_t a = 0; a < where.size(); ++a) {
      if (where[a]) config::set(at_point, axes[a].path, axes[a].settings[*where[a]], axes[a].key);
    }
    study.points.push_back(read_point(at_point, library));
  }
  limit_runs(scenario, study, methods(study.points.front()));
}

void read_comparison(const Value& scenario, Study& study) {
  const auto* compare = scenario.find("compare");
  if (compare == nullptr) return;
  std::vector<std::string> names;
  for (const auto* method : methods_of(study)) names.push_back(method->name);
  const auto add = [&](const Value& value) {
    const auto name = config::as<std::string>(value);
    if (std::ranges::find(names, name) == names.end()) config::fail_unknown(value, "partitioner", names);
    study.comparison.baselines.push_back(name);
  };
  config::read(*compare, compare_record(), [&](Map& map) {
    add(map.child("baseline"));
    const auto* also = map.find_child("also");
    if (also == nullptr) return;
    if (!also->is_list()) return add(*also);
    for (const auto& item : also->items) add(item);
  });
}

// Steps of a clock that nobody chose are read, and that is all.
bool uses(const Study& study, const Point& point, const config::Source& figure) {
  const auto chooses = [](const std::string& path) { return path.ends_with("frequency"); };
  const bool is_step = figure.path.find(".frequency_steps[") != std::string::npos;
  if (is_step && !std::ranges::any_of(study.parameters, chooses, &Parameter::key) &&
      !std::ranges::any_of(study.axes.axes, chooses, &Axis::path)) {
    return false;
  }
  for (std::size_t i = 0; i < point.parts.size(); ++i) {
    if (scenario::uses(point.parts[i], point.methods[i], figure.path)) return true;
  }
  return false;
}

}  // namespace

Study read_study(const std::filesystem::path& file, Library& library, const std::vector<Override>& overrides,
                 bool with_sweep) {
  return read_study(config::parse_file(file), file, library, overrides, with_sweep);
}

Study read_study(Value document, const std::filesystem::path& file, Library& library,
                 const std::vector<Override>& overrides, bool with_sweep) {
  apply(overrides, library.catalogue().mends(), document);
  Study study;
  study.name = file.stem().string();
  study.parameters = parameters(document);
  study.axes = read_axes(with_sweep ? document.find("sweep") : nullptr);
  refuse_swept(overrides, library.catalogue().mends(), study.axes.axes);
  study.question = Map(document, scenario_record()).get<std::string>("question");
  read_replications(document, study);
  read_points(document, library, study);
  read_comparison(document, study);
  return study;
}

std::vector<const belief::Method*> methods_of(const Study& study) {
  std::vector<const belief::Method*> methods;
  std::set<std::string_view> seen;
  for (const auto& point : study.points) {
    for (const auto& method : point.methods.front()) {
      if (seen.insert(method.name).second) methods.push_back(&method);
    }
  }
  return methods;
}

std::vector<config::Source> assumptions(const Study& study) {
  std::vector<config::Source> found;
  std::set<std::string> seen;
  for (const auto& point : study.points) {
    for (const auto& source : point.ledger.sources()) {
      if (!source.source.starts_with("assumption") || !uses(study, point, source)) continue;
      if (seen.insert(source.path + source.value).second) found.push_back(source);
    }
  }
  return found;
}

std::vector<std::string> foreign_figures(const Study& study) {
  std::vector<std::string> lines;
  for (const auto& point : study.points) {
    for (const auto& part : point.parts) {
      for (auto& line : part.world.foreign_figures()) {
        if (std::ranges::find(lines, line) == lines.end()) lines.push_back(std::move(line));
      }
    }
  }
  return lines;
}

std::vector<std::string> file_notes(const Study& study) {
  std::vector<std::string> notes;
  const auto add = [&](const std::string& note) {
    if (std::ranges::find(notes, note) == notes.end()) notes.push_back(note);
  };
  for (const auto& point : study.points) {
    for (const auto& part : point.parts) {
      std::ranges::for_each(part.world.file_notes, add);
      if (part.workload.traces) std::ranges::for_each(part.workload.traces->notes, add);
    }
  }
  return notes;
}

}  // namespace edgecut::scenario
