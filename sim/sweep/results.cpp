#include "sweep/results.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <list>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <stdexcept>

#include "config/value.hpp"
#include "experiment/experiment.hpp"
#include "metrics/losses.hpp"
#include "report/table.hpp"
#include "sweep/dictionary.hpp"
#include "sweep/result_tables.hpp"
#include "sweep/statistics.hpp"

namespace edgecut::sweep {
namespace {

// Written beside and then renamed, so that nobody sees half a file.
void write_file(const std::filesystem::path& path, const std::string& text) {
  auto beside = path;
  beside += ".part";
  std::ofstream out(beside, std::ios::binary);
  out << text;
  out.close();
  if (!out) throw std::runtime_error(fmt::format("{}: cannot be written", path.string()));
  std::filesystem::rename(beside, path);
}

// No text: what an earlier sweep left there is removed.
void write_table(const std::filesystem::path& path, const std::string& text) {
  if (!text.empty()) return write_file(path, text);
  std::error_code error;
  std::filesystem::remove(path, error);
  if (error) throw std::runtime_error(fmt::format("{}: cannot be removed: {}", path.string(), error.message()));
}

std::string csv(const std::vector<metrics::Row>& rows) {
  return rows.empty() ? "" : report::csv(rows);
}

// Who played, where, when and for how long.
void add_sessions(const store::Store& store, nlohmann::ordered_json& manifest) {
  manifest["sessions"] = nlohmann::ordered_json::array();
  for (const auto& session : store.sessions()) {
    manifest["sessions"].push_back({{"host", session.host},
                                    {"started", session.started},
                                    {"jobs", session.jobs},
                                    {"shard", fmt::format("{}/{}", session.shard.index, session.shard.count)},
                                    {"runs", session.runs},
                                    {"wall_s", session.wall_seconds}});
  }
}

// What is known of the columns of a file: those of the rows, with the swept keys, come last.
std::vector<store::ColumnText> known_of(const std::string& file, const std::vector<store::ColumnText>& of_rows) {
  const auto& tables = result_tables();
  const auto table = std::ranges::find(tables, file, &ResultTable::file);
  auto known = file == "rows.csv" ? std::vector<store::ColumnText>{} : texts_of(table->columns);
  known.insert(known.end(), of_rows.begin(), of_rows.end());
  return known;
}

std::vector<metrics::Row> failure_rows(const std::vector<store::Failed>& failures) {
  std::vector<metrics::Row> table;
  for (const auto& failure : failures) {
    metrics::Row row;
    row.add("run", failure.run);
    row.add("reason", failure.reason);
    row.add("command", failure.command);
    table.push_back(std::move(row));
  }
  return table;
}

}  // namespace

std::vector<metrics::Row> rows_of(const store::Store& store) {
  const auto objectives = store.header().objectives;
  std::set<store::RunKey> failed;  // without their cuts: the best may be among those that failed
  for (auto failure : store.failures()) {
    failure.key.cut.reset();
    failed.insert(failure.key);
  }
  std::vector<metrics::Row> kept;
  std::optional<store::RunKey> last;  // without its cut
  for (auto& run : store.rows()) {
    auto cell = run.key;
    cell.cut.reset();
    if (failed.contains(cell)) continue;
    if (cell != last) {
      last = cell;
      kept.push_back(std::move(run.row));
    } else if (metrics::is_better_run(run.row, kept.back(), objectives.at(run.key.point))) {
      kept.back() = std::move(run.row);
    }
  }
  return kept;
}

void prepare_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw config::Error(fmt::format("{}: cannot be made: {}", folder.string(), error.message()));
  const auto trial = folder / ".edgecut-trial";
  std::ofstream out(trial, std::ios::binary);
  out << "trial";
  out.close();
  if (!out) throw config::Error(fmt::format("{}: cannot be written to", folder.string()));
  std::filesystem::remove(trial, error);
}

void write_results(const std::filesystem::path& folder, const store::Store& store, bool json) {
  prepare_folder(folder);
  const auto rows = rows_of(store);
  const auto header = store.header();
  const auto failures = store.failures();
  const auto saved = savings(header.baselines, rows);
  std::vector<FileTable> files{{"rows.csv", &rows, known_of("rows.csv", header.columns)},
                               {"savings.csv", &saved, known_of("savings.csv", header.columns)}};
  std::list<std::vector<metrics::Row>> tables;
  for (const auto& [name, columns] : experiment::Experiment::tables()) {
    const auto file = name + ".csv";
    tables.push_back(table_of(rows, name));
    files.push_back({file, &tables.back(), known_of(file, header.columns)});
  }
  for (const auto& [file, lines, known] : files) write_table(folder / file, csv(*lines));
  write_table(folder / "columns.csv", csv(dictionary(files)));
  write_table(folder / "rows.json", json && !rows.empty() ? report::json(rows) : "");
  write_table(folder / "failures.csv", csv(failure_rows(failures)));
  auto manifest = nlohmann::ordered_json::parse(header.manifest);
  manifest["runs"] = rows.size();
  manifest["failed"] = failures.size();
  manifest["wall_s"] = store.wall_seconds();
  add_sessions(store, manifest);
  write_file(folder / "manifest.json", manifest.dump(1) + "\n");
}

}  // namespace edgecut::sweep
