// Rows as text: aligned for people, CSV and JSON for programs.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "metrics/row.hpp"

namespace edgecut::report {

/// What a table of many columns keeps to.
inline constexpr std::size_t table_width = 120;

/// Cells under headers; numbers are aligned to the right.
class Table {
 public:
  explicit Table(std::vector<std::string> headers) : headers_(std::move(headers)) {}
  /// As many cells as there are headers.
  void add(std::vector<std::string> cells);
  [[nodiscard]] std::string str() const;
  /// Likewise; columns that a line of `widest` letters does not hold go on below, in tables that begin with the first
  /// `keys` columns again. Empty lines are between them.
  [[nodiscard]] std::string str_within(std::size_t widest, std::size_t keys) const;

 private:
  struct Shape {
    std::size_t width;
    bool right;
  };
  [[nodiscard]] Shape shape_of(std::size_t column) const;
  [[nodiscard]] std::string text_of(const std::vector<std::size_t>& columns) const;

  std::vector<std::string> headers_;
  std::vector<std::vector<std::string>> rows_;
};

/// RFC 4180, with a header line; doubles as the shortest text that reads back the same. All rows have the same columns.
std::string csv(const std::vector<metrics::Row>& rows);

/// One cell of it, in quotes where it needs them.
std::string csv_cell(const std::string& text);

/// An array of objects; empty cells are null.
std::string json(const std::vector<metrics::Row>& rows);

/// "0.1587 s" as "158.7 ms", "unknown" for a number that is not there.
std::string seconds(double value);
std::string joules(double value);
std::string bytes(double value);

}  // namespace edgecut::report
