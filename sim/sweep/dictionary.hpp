// What the columns of results mean: all of them, and those that a folder has.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "metrics/columns.hpp"
#include "metrics/row.hpp"
#include "store/store.hpp"

namespace edgecut::sweep {

/// A table of a results folder: the name of its file, what a line of it is, and its columns, but for swept keys.
struct ResultTable {
  std::string file;
  std::string line;
  std::vector<metrics::Column> columns;

  /// Whether the column means here what it means in rows.csv.
  [[nodiscard]] bool shares(const metrics::Column& column) const;
};

/// Every table that has columns of its own: rows.csv first.
const std::vector<ResultTable>& result_tables();

/// A declared column and the files that have it.
struct FoundColumn {
  const metrics::Column* column = nullptr;
  std::vector<std::string> files;
};
/// What a column of that name means; several where files mean different things by it; none where no file has it. Columns
/// of swept keys are named after these and are not among them.
std::vector<FoundColumn> find_column(std::string_view name);

/// As a store keeps them.
std::vector<store::ColumnText> texts_of(const std::vector<metrics::Column>& columns);

/// A table by the name of its file; its rows share their columns, of which `known` tells. What it does not tell of has
/// neither unit nor meaning.
struct FileTable {
  std::string file;
  const std::vector<metrics::Row>* rows = nullptr;
  std::vector<store::ColumnText> known;
};

/// A row for each column of each table that has rows: file, column, unit, meaning, when not to trust it, and what it is
/// over replications.
std::vector<metrics::Row> dictionary(const std::vector<FileTable>& tables);

}  // namespace edgecut::sweep
