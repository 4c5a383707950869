#include "metrics/row.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <utility>

#include "units/ensure.hpp"

namespace edgecut::metrics {

// Not inlined: g++ 12 sees strings out of bounds in it that are not.
[[gnu::noinline]] void Row::add(std::string name, Cell cell) {
  cells_.emplace_back(std::move(name), std::move(cell));
}

const Cell& Row::at(std::string_view name) const {
  const auto found = std::ranges::find_if(cells_, [&](const auto& cell) { return cell.first == name; });
  ensure(found != cells_.end(), "a row has the column that is asked for");
  return found->second;
}

void Row::set(std::string_view name, Cell cell) {
  const auto found = std::ranges::find_if(cells_, [&](const auto& known) { return known.first == name; });
  ensure(found != cells_.end(), "a row has the column that is set");
  found->second = std::move(cell);
}

double Row::number(std::string_view name) const {
  const Cell& cell = at(name);
  if (const auto* real = std::get_if<double>(&cell)) return *real;
  if (const auto* whole = std::get_if<std::int64_t>(&cell)) return static_cast<double>(*whole);
  return std::numeric_limits<double>::quiet_NaN();
}

std::string Row::text(std::string_view name) const {
  return to_text(at(name));
}

void Row::add_table(std::string name, std::vector<Row> rows) {
  if (rows.empty()) return;
  const auto next = std::ranges::find_if(tables_, [&](const Table& known) { return known.name > name; });
  tables_.insert(next, {std::move(name), std::move(rows)});
}

const std::vector<Row>& Row::table(std::string_view name) const {
  static const std::vector<Row> none;
  const auto found = std::ranges::find_if(tables_, [&](const Table& known) { return known.name == name; });
  return found == tables_.end() ? none : found->rows;
}

bool operator==(const Row& a, const Row& b) {
  return a.cells_ == b.cells_ && std::ranges::equal(a.tables_, b.tables_, [](const auto& one, const auto& other) {
           return one.name == other.name && one.rows == other.rows;
         });
}

namespace {

// Of a run's row: the cells that say which run it is, and no more of it.
std::span<const std::pair<std::string, Cell>> cells_of_run(const Row& run) {
  const std::span cells(run.cells());
  const auto last = std::ranges::find_if(cells, [](const auto& cell) { return cell.first == "replication"; });
  ensure(last != cells.end(), "a run's row says which replication it is");
  return cells.first(static_cast<std::size_t>(last - cells.begin()) + 1);
}

}  // namespace

std::vector<Row> lines_of(const Row& run, const Row::Table& table) {
  std::vector<Row> lines;
  for (const auto& row : table.rows) {
    auto& line = lines.emplace_back();
    for (const auto& [name, cell] : cells_of_run(run)) line.add(name, cell);
    for (const auto& [name, cell] : row.cells()) line.add(name, cell);
  }
  return lines;
}

Row behind_run(const Row& run, const Row& line) {
  Row row;
  std::size_t left = cells_of_run(run).size();
  for (const auto& [name, cell] : line.cells()) {
    if (left > 0) {
      --left;
    } else {
      row.add(name, cell);
    }
  }
  return row;
}

std::string to_text(const Cell& cell) {
  if (const auto* real = std::get_if<double>(&cell)) return std::isnan(*real) ? "" : fmt::format("{}", *real);
  if (const auto* whole = std::get_if<std::int64_t>(&cell)) return fmt::format("{}", *whole);
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  return "";
}

}  // namespace edgecut::metrics
