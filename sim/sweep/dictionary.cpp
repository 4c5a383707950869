#include "sweep/dictionary.hpp"

#include <algorithm>

#include "experiment/study.hpp"
#include "sweep/statistics.hpp"

namespace edgecut::sweep {
namespace {

std::vector<metrics::Column> with_run(const std::vector<metrics::Column>& columns) {
  return metrics::together({experiment::run_columns(), columns});
}

std::vector<metrics::Column> of_savings() {
  auto columns = with_run(saving_columns());
  std::erase_if(columns, [](const metrics::Column& column) { return column.name == "replication"; });
  return columns;
}

std::string line_of(const std::string& table) {
  if (table == "groups") return "a run and group of devices, where the scenario has `fleet.groups`";
  if (table == "classes") return "a run and class of requests, where the scenario has `workload.classes`";
  return "a run and processor, where a device has more than one";
}

std::vector<ResultTable> make_tables() {
  std::vector<ResultTable> tables{
      {"rows.csv", "a run: a point of the sweep, a partitioner, a replication", experiment::Study::columns()},
      {"savings.csv", "a point, partitioner, baseline and metric, where the scenario has `compare:`", of_savings()}};
  for (const auto& [name, columns] : experiment::Experiment::tables()) {
    tables.push_back({name + ".csv", line_of(name), with_run(columns)});
  }
  return tables;
}

bool means_the_same(const metrics::Column& a, const metrics::Column& b) {
  return a.name == b.name && a.meaning == b.meaning;
}

}  // namespace

bool ResultTable::shares(const metrics::Column& column) const {
  const auto& rows = result_tables().front();
  const auto* known = metrics::find(rows.columns, column.name);
  return this != &rows && known != nullptr && means_the_same(*known, column);
}

const std::vector<ResultTable>& result_tables() {
  static const auto tables = make_tables();
  return tables;
}

std::vector<FoundColumn> find_column(std::string_view name) {
  std::vector<FoundColumn> all;
  for (const auto& table : result_tables()) {
    const auto* column = metrics::find(table.columns, name);
    if (column == nullptr) continue;
    auto same = std::ranges::find_if(all, [&](const auto& one) { return means_the_same(*one.column, *column); });
    if (same == all.end()) same = all.insert(all.end(), FoundColumn{column, {}});
    same->files.push_back(table.file);
  }
  return all;
}

std::vector<store::ColumnText> texts_of(const std::vector<metrics::Column>& columns) {
  std::vector<store::ColumnText> texts;
  for (const auto& column : columns) {
    texts.push_back({std::string(column.name), std::string(column.unit), std::string(column.meaning),
                     std::string(column.distrust), std::string(metrics::words(column.fold))});
  }
  return texts;
}

std::vector<metrics::Row> dictionary(const std::vector<FileTable>& tables) {
  std::vector<metrics::Row> lines;
  for (const auto& [file, rows, known] : tables) {
    if (rows->empty()) continue;
    for (const auto& [name, cell] : rows->front().cells()) {
      const auto found = std::ranges::find(known, name, &store::ColumnText::name);
      const auto column = found == known.end() ? store::ColumnText{} : *found;
      auto& line = lines.emplace_back();
      line.add("file", file);
      line.add("column", name);
      line.add("unit", column.unit);
      line.add("meaning", column.meaning);
      line.add("do_not_trust_it_when", column.distrust);
      line.add("over_replications", column.fold);
    }
  }
  return lines;
}

}  // namespace edgecut::sweep
