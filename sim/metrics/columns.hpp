// What result columns are. Each is declared once, as a row of a table: the program's lists, columns.csv and
// docs/metrics.md are printed from it.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/row.hpp"

namespace edgecut::metrics {

/// What becomes of a column's values over replications.
enum class Fold : std::uint8_t {
  mean,    // with its 95 % interval; empty cells are left out
  common,  // the most frequent, and in how many replications where they differ
  none,    // it says of which run a row is, or is taken over replications already
};
/// "mean", "most frequent" or "".
std::string_view words(Fold fold);

struct Column {
  std::string_view name;
  std::string_view symbol;  // in docs and figures; "-": it has none
  std::string_view unit;    // empty: a plain number or a word
  std::string_view meaning;
  std::string_view estimated;  // by what
  std::string_view distrust;   // do not trust it when
  Fold fold = Fold::mean;
};

/// A column and what fills it.
template <class Source>
struct Field {
  Column column;
  Cell (*get)(const Source& source);
};

/// Appends a cell for each of the fields.
template <class Source>
void append(std::span<const Field<Source>> fields, const Source& source, Row& row) {
  for (const auto& [column, get] : fields) row.add(std::string(column.name), get(source));
}

template <class Source>
std::vector<Column> columns_of(std::span<const Field<Source>> fields) {
  std::vector<Column> columns;
  for (const auto& field : fields) columns.push_back(field.column);
  return columns;
}

/// The first of that name; null where there is none.
const Column* find(std::span<const Column> columns, std::string_view name);
/// The same; throws InternalError where there is none.
const Column& at(std::span<const Column> columns, std::string_view name);
/// Several lists of columns, one behind the other.
std::vector<Column> together(std::initializer_list<std::vector<Column>> lists);

}  // namespace edgecut::metrics
