// One result: named columns whose names carry their unit.
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
  friend bool operator==(const Row&, const Row&) = default;

 private:
  std::vector<std::pair<std::string, Cell>> cells_;
};

std::string to_text(const Cell& cell);

/// Empty where there is none.
inline Cell or_empty(const std::optional<double>& value) {
  return value ? Cell(*value) : Cell();
}
inline Cell or_empty(std::string text) {
  return text.empty() ? Cell() : Cell(std::move(text));
}

/// What a column means, for `edgecut list metrics` and docs/metrics.md.
struct Column {
  std::string name;
  std::string unit;
  std::string meaning;
};

}  // namespace edgecut::metrics
