#include "commands/search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <stdexcept>

#include "belief/beliefs.hpp"
#include "commands/interrupts.hpp"
#include "commands/progress_bar.hpp"
#include "partition/methods/graph_partitioners.hpp"
#include "report/table.hpp"
#include "sweep/frontier.hpp"
#include "sweep/tune.hpp"

namespace edgecut::commands {
namespace {

// Rows under their columns' names; six digits are enough for people.
std::string table_of(const std::vector<metrics::Row>& rows) {
  if (rows.empty()) return "";
  std::vector<std::string> headers;
  for (const auto& [name, cell] : rows.front().cells()) headers.push_back(name);
  report::Table table(headers);
  for (const auto& row : rows) {
    std::vector<std::string> cells;
    for (const auto& [name, cell] : row.cells()) {
      const auto* real = std::get_if<double>(&cell);
      const auto text = real != nullptr ? fmt::format("{:.6g}", *real) : metrics::to_text(cell);
      cells.push_back(text.empty() || text == "nan" ? "-" : text);
    }
    table.add(cells);
  }
  return table.str();
}

// To standard error; throws where nothing is left.
void complain_of_failures(const std::vector<metrics::Row>& rows, std::string_view what) {
  const auto has_failed = [](const metrics::Row& row) { return !row.text("failure").empty(); };
  const auto first = std::ranges::find_if(rows, has_failed);
  if (first == rows.end()) return;
  const auto failed = std::ranges::count_if(rows, has_failed);
  const auto text = fmt::format("{} of {} {} failed, the first: {}", failed, rows.size(), what, first->text("failure"));
  if (failed == std::ssize(rows)) throw std::runtime_error(text);
  say(fmt::format("warning: {}\n", text));
}

// Where the means of what is shown are of some requests alone; empty where they are of all.
std::string losses_text(const std::vector<metrics::Row>& shown, std::string_view what) {
  const auto loses = [](const metrics::Row& row) { return row.number("lost_mean") > 0.0; };
  const auto losing = static_cast<std::size_t>(std::ranges::count_if(shown, loses));
  if (losing == 0) return "";
  return fmt::format("warning: {} of {} {} requests (lost_mean); means are of those that got through\n", losing,
                     counted(shown.size(), what), losing == 1 ? "loses" : "lose");
}

// The settings of a candidate, as the command line takes them.
std::string settings_of(const experiment::Study& study, const metrics::Row& best) {
  for (std::size_t point = 0; point < study.points().size(); ++point) {
    const auto& where = study.coordinates(point);
    std::string text;
    bool is_it = true;
    for (std::size_t a = 0; a < where.size() && is_it; ++a) {
      const auto& axis = study.axes()[a];
      is_it = best.at(axis.column) == experiment::cell_of(axis, where[a]);
      if (where[a]) text += " --set " + shell_word(axis.path + "=" + config::to_yaml(axis.settings[*where[a]]));
    }
    if (is_it) return text;
  }
  return "";
}

// Points that have no line in a frontier's table, and why.
std::string bare_points_text(const experiment::Study& study, const std::vector<metrics::Row>& rows) {
  std::vector<std::size_t> bare;
  for (std::size_t point = 0; point < study.points().size(); ++point) {
    const auto is_here = [&](const metrics::Row& row) { return row.number("point") == static_cast<double>(point); };
    if (std::ranges::none_of(rows, is_here)) bare.push_back(point);
  }
  if (bare.empty()) return "";
  const auto decision = partition::Oracle().partition(belief::true_problem(study.points()[bare.front()].front(), 0));
  const auto reason =
      decision.plan ? std::string("no plan keeps the limits in every replication, unsaturated") : decision.reason;
  return fmt::format("warning: {} {} no frontier; point {}: {}\n", counted(bare.size(), "point"),
                     bare.size() == 1 ? "has" : "have", bare.front(), reason);
}

}  // namespace

void tune(const TuneOptions& options) {
  sweep::Search search;
  const auto with_candidates = [&](const config::Value& scenario) {
    search = sweep::read_search(scenario, options.budget == 0 ? std::nullopt : std::optional(options.budget));
    return sweep::with_candidates(scenario, search);
  };
  std::unique_ptr<Opened> opened;
  config::read_all({[&] { opened = open_study(options.scenario, true, with_candidates); },
                    [&] { execution_of(options.limits, options.jobs); }});
  const auto& study = opened->study;
  ProgressBar bar;
  const auto rows = sweep::tune(study, search, interruptible(execution_of(options.limits, options.jobs)),
                                [&](std::size_t done, std::size_t total) { bar(done, total); });
  bar.end();
  complain_of_failures(rows, "candidates");
  if (options.format != Format::table) return print_rows(rows, options.format);
  print(fmt::format("{} of {}, {}, at most {}; the best first:\n\n",
                    search.maximises ? "largest " + search.goal : "least " + search.goal, search.partitioner,
                    counted(study.points().size(), "candidate"), counted(search.budget, "run")));
  const std::vector<metrics::Row> shown(rows.begin(), rows.begin() + std::min<std::ptrdiff_t>(10, std::ssize(rows)));
  print(table_of(shown));
  print(losses_text(shown, "candidate"));
  if (rows.front().number("keeps_limits") != 1.0) {
    print("\nno candidate keeps the limits\n");
    return;
  }
  print(fmt::format("\nedgecut run {}{}\n", options.scenario.file, settings_of(study, rows.front())));
}

void frontier(const FrontierOptions& options) {
  std::unique_ptr<Opened> opened;
  config::read_all(
      {[&] { opened = open_study(options.scenario, true); }, [&] { execution_of(options.limits, options.jobs); }});
  const auto& study = opened->study;
  ProgressBar bar;
  auto rows = sweep::frontier(study, interruptible(execution_of(options.limits, options.jobs)),
                              [&](std::size_t done, std::size_t total) { bar(done, total); });
  bar.end();
  complain_of_failures(rows, "plans");
  const auto played = rows.size();
  if (!options.all) std::erase_if(rows, [](const auto& row) { return row.number("on_frontier") != 1.0; });
  std::ranges::stable_sort(rows, {}, [](const auto& row) {
    const double latency = row.number("latency_mean_s");
    return std::pair(row.number("point"), std::isnan(latency) ? std::numeric_limits<double>::infinity() : latency);
  });
  if (options.format != Format::table) return print_rows(rows, options.format);
  if (!rows.empty()) print(table_of(rows) + "\n");
  print(fmt::format("{} over {} {} played\n", counted(played, "plan"), counted(study.points().size(), "point"),
                    played == 1 ? "was" : "were"));
  print(losses_text(rows, "plan"));
  print(bare_points_text(study, rows));
}

}  // namespace edgecut::commands
