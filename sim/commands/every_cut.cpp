#include "commands/every_cut.hpp"

#include <fmt/format.h>

#include <deque>
#include <optional>
#include <utility>

#include "belief/beliefs.hpp"
#include "config/mends.hpp"
#include "problems/plan_problem.hpp"
#include "report/every_cut.hpp"
#include "report/table.hpp"

namespace edgecut::commands {
namespace {

std::vector<report::Chosen> choices_of(const world::Part& part, const std::vector<belief::Method>& methods) {
  std::vector<report::Chosen> choices;
  for (const auto& method : methods) {
    const auto decision = method.partitioner->partition(belief::problem(part, method, 0));
    choices.push_back({method.name, decision.plan, decision.explained()});
  }
  return choices;
}

void print_cuts(const std::vector<report::Cuts>& parts, Format format) {
  if (format == Format::json) return print(report::cuts_json(parts));
  if (format == Format::csv) {
    std::vector<metrics::Row> rows;
    for (const auto& part : parts) {
      for (auto& row : report::cut_rows(part)) rows.push_back(std::move(row));
    }
    return print(report::csv(rows));
  }
  for (const auto& part : parts) print("\n" + report::cuts_text(part));
}

constexpr auto* heading =
    "Every cut: one inference on an idle system, replication 0, as it truly is. *: somebody chooses it.\n";

void every_cut_of_problem(const PlanOptions& options) {
  const auto document = read_document(options.problem);
  std::optional<problems::ChosenCuts> read;
  config::read_to_the_end([&](const config::Mends& mends) {
    const auto root = config::parse_text(document.text, document.file.string(), mends);
    read.emplace(problems::choose_cuts(root, options.partitioners));
  });
  const auto& asked = *read;
  if (options.format == Format::table) print("Every cut: one inference on an idle system. *: somebody chooses it.\n");
  print_cuts({report::every_cut(asked.given.problem, asked.choices)}, options.format);
}

const experiment::Experiment& point_of(const experiment::Study& study, std::int64_t point) {
  const auto& points = study.points();
  if (point < 0) return points.front();
  if (static_cast<std::size_t>(point) >= points.size()) {
    throw config::Error(fmt::format("--point {}: the sweep has {}, the last of which is {}", point,
                                    counted(points.size(), "point"), points.size() - 1));
  }
  return points[static_cast<std::size_t>(point)];
}

// "link.uplink 2 Mbit/s": where a point of the sweep lies.
std::string place_of(const experiment::Study& study, std::int64_t point) {
  std::string text;
  if (point < 0) return text;
  const auto& where = study.coordinates(static_cast<std::size_t>(point));
  for (std::size_t a = 0; a < where.size(); ++a) {
    const auto& axis = study.axes()[a];
    if (where[a]) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", axis.path, axis.word(*where[a]));
  }
  return text.empty() ? text : fmt::format("Point {}: {}.\n", point, text);
}

}  // namespace

void every_cut(const PlanOptions& options) {
  if (!options.problem.empty()) return every_cut_of_problem(options);
  const auto opened = open_study(options.scenario, options.point >= 0);
  const auto& study = opened->study;
  const auto& experiment = point_of(study, options.point);
  std::deque<plan::Problem> problems;
  std::vector<report::Cuts> parts;
  for (std::size_t i = 0; i < experiment.parts().size(); ++i) {
    const auto& part = experiment.parts()[i];
    const auto& truth = problems.emplace_back(belief::true_problem(part, 0));
    parts.push_back(report::every_cut(truth, choices_of(part, experiment.methods_of(i)), part.name()));
  }
  if (options.format == Format::table) {
    print(setting_line(experiment) + place_of(study, options.point) + heading);
  }
  print_cuts(parts, options.format);
  if (options.format == Format::table) print(figures_and_files_text(study));
}

}  // namespace edgecut::commands
