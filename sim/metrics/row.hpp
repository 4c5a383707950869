// One result: named columns whose names carry their unit, and tables of what it is made of.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace edgecut::metrics {

/// Empty where a figure does not apply (a mean over no request, a deadline that nobody set).
using Cell = std::variant<std::monostate, double, std::int64_t, std::string>;

class Row {
 public:
  /// Rows that belong to a row: a run's groups, classes, processors. They share their columns.
  struct Table {
    std::string name;
    std::vector<Row> rows;
  };

  void add(std::string name, Cell cell);
  [[nodiscard]] const std::vector<std::pair<std::string, Cell>>& cells() const { return cells_; }
  /// Puts another cell into a column. Throws InternalError when there is no such column.
  void set(std::string_view name, Cell cell);
  /// Throws InternalError when there is no such column.
  [[nodiscard]] const Cell& at(std::string_view name) const;
  /// The number in a column; NaN where it is empty or text.
  [[nodiscard]] double number(std::string_view name) const;
  /// The cell as text: shortest form that reads back to the same double; "" where empty.
  [[nodiscard]] std::string text(std::string_view name) const;
  /// Keeps a table beside the cells, in the order of names; one without rows is none.
  void add_table(std::string name, std::vector<Row> rows);
  [[nodiscard]] const std::vector<Table>& tables() const { return tables_; }
  /// Rows of the table of that name; none where there is no such table.
  [[nodiscard]] const std::vector<Row>& table(std::string_view name) const;
  /// The same cells and the same tables.
  friend bool operator==(const Row& a, const Row& b);

 private:
  std::vector<std::pair<std::string, Cell>> cells_;
  std::vector<Table> tables_;
};

/// Each row of a table of a run, behind the cells that say of which run it is: those of `run` up to `replication`.
std::vector<Row> lines_of(const Row& run, const Row::Table& table);
/// The row that such a line has behind these cells.
Row behind_run(const Row& run, const Row& line);

std::string to_text(const Cell& cell);

/// Empty where there is none.
inline Cell or_empty(const std::optional<double>& value) {
  return value ? Cell(*value) : Cell();
}
inline Cell or_empty(std::string text) {
  return text.empty() ? Cell() : Cell(std::move(text));
}

}  // namespace edgecut::metrics
