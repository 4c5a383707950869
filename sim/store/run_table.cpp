#include "store/run_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace edgecut::store {
namespace {

constexpr std::int64_t no_cut = -1;

void bind_cell(SQLite::Statement& statement, int index, const metrics::Cell& cell) {
  if (const auto* real = std::get_if<double>(&cell)) {
    statement.bind(index, *real);
  } else if (const auto* whole = std::get_if<std::int64_t>(&cell)) {
    statement.bind(index, *whole);
  } else if (const auto* text = std::get_if<std::string>(&cell)) {
    statement.bind(index, *text);
  } else {
    statement.bind(index);
  }
}

metrics::Cell cell_of(const SQLite::Column& column) {
  if (column.isFloat()) return column.getDouble();
  if (column.isInteger()) return static_cast<std::int64_t>(column.getInt64());
  if (column.isText()) return column.getString();
  return {};
}

bool has_these(const metrics::Row& row, const std::vector<std::string>& columns) {
  return std::ranges::equal(row.cells(), columns, {}, [](const auto& cell) { return cell.first; });
}

}  // namespace

std::string in_quotes(const std::string& name) {
  std::string text = "\"";
  for (const char c : name) {
    if (c == '"') text += '"';
    text += c;
  }
  return text + '"';
}

RunKey key_of(SQLite::Statement& statement, int first) {
  RunKey key;
  key.point = static_cast<std::size_t>(statement.getColumn(first).getInt64());
  key.method = static_cast<std::size_t>(statement.getColumn(first + 1).getInt64());
  key.replication = statement.getColumn(first + 2).getInt64();
  if (const auto cut = statement.getColumn(first + 3).getInt64(); cut != no_cut) {
    key.cut = static_cast<std::size_t>(cut);
  }
  return key;
}

std::int64_t cut_cell(const RunKey& key) {
  return key.cut ? static_cast<std::int64_t>(*key.cut) : no_cut;
}

void bind_key(SQLite::Statement& statement, const RunKey& key) {
  statement.bind(1, static_cast<std::int64_t>(key.point));
  statement.bind(2, static_cast<std::int64_t>(key.method));
  statement.bind(3, key.replication);
  statement.bind(4, cut_cell(key));
}

bool RunTable::read_columns() {
  columns_.clear();
  SQLite::Statement query(*sqlite_, "SELECT name FROM pragma_table_info(?)");
  query.bind(1, name_);
  while (query.executeStep()) columns_.push_back(query.getColumn(0).getString());
  if (columns_.empty()) return true;
  if (columns_.size() <= own_columns || columns_[0] != "run_method" || columns_[1] != "run_cut" ||
      columns_[2] != number_column()) {
    return false;
  }
  columns_.erase(columns_.begin(), columns_.begin() + own_columns);
  return true;
}

void RunTable::make(const metrics::Row& row) {
  auto text = fmt::format("CREATE TABLE {}(run_method, run_cut, {}", in_quotes(name_), number_column());
  for (const auto& [name, cell] : row.cells()) {
    text += ", " + in_quotes(name);
    columns_.push_back(name);
  }
  const auto* more = numbers_ == Numbers::lines ? ", line" : "";
  sqlite_->exec(text + fmt::format(", PRIMARY KEY(point, run_method, replication, run_cut{}))", more));
}

void RunTable::prepare_insert() {
  auto names = fmt::format("run_method, run_cut, {}", number_column());
  std::string marks = "?, ?, ?";
  for (const auto& name : columns_) {
    names += ", " + in_quotes(name);
    marks += ", ?";
  }
  insert_ = std::make_unique<SQLite::Statement>(
      *sqlite_, fmt::format("INSERT OR REPLACE INTO {}({}) VALUES({})", in_quotes(name_), names, marks));
}

void RunTable::add(const Line& line) {
  if (columns_.empty()) make(line.row);
  if (!has_these(line.row, columns_)) {
    throw std::runtime_error(fmt::format("a line of the table {} has other columns than the others", name_));
  }
  if (!insert_) prepare_insert();
  insert_->bind(1, static_cast<std::int64_t>(line.key.method));
  insert_->bind(2, cut_cell(line.key));
  insert_->bind(3, line.number);
  int index = own_columns + 1;
  for (const auto& [name, cell] : line.row.cells()) bind_cell(*insert_, index++, cell);
  insert_->exec();
  insert_->reset();
  insert_->clearBindings();
}

void RunTable::remove(const RunKey& key) {
  if (columns_.empty()) return;
  SQLite::Statement statement(
      *sqlite_, fmt::format("DELETE FROM {} WHERE point = ? AND run_method = ? AND replication = ? AND run_cut = ?",
                            in_quotes(name_)));
  bind_key(statement, key);
  statement.exec();
}

std::vector<RunTable::Line> RunTable::read() const {
  std::vector<Line> lines;
  if (columns_.empty()) return lines;
  const auto* more = numbers_ == Numbers::lines ? ", line" : "";
  SQLite::Statement query(*sqlite_, fmt::format("SELECT point, run_method, replication, run_cut, * FROM {} "
                                                "ORDER BY point, run_method, replication, run_cut{}",
                                                in_quotes(name_), more));
  constexpr int of_key = 4;
  while (query.executeStep()) {
    auto& line = lines.emplace_back(Line{key_of(query, 0), query.getColumn(of_key + 2).getInt64(), {}});
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      line.row.add(columns_[i], cell_of(query.getColumn(of_key + static_cast<int>(own_columns + i))));
    }
  }
  return lines;
}

std::vector<RunTable> tables_of_lines(SQLite::Database& sqlite) {
  std::vector<std::string> names;
  SQLite::Statement query(sqlite, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");
  while (query.executeStep()) names.push_back(query.getColumn(0).getString());
  std::vector<RunTable> tables;
  for (const auto& name : names) {
    RunTable table(sqlite, name, RunTable::Numbers::lines);
    if (table.read_columns()) tables.push_back(std::move(table));
  }
  return tables;
}

}  // namespace edgecut::store
