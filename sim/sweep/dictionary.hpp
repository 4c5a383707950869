// What the columns of a sweep's tables mean.
#pragma once

#include <string>
#include <vector>

#include "metrics/row.hpp"

namespace edgecut::sweep {

/// A table by the name of its file; its rows share their columns, of which `known` tells. What it does not tell of has
/// neither unit nor meaning.
struct FileTable {
  std::string file;
  const std::vector<metrics::Row>* rows = nullptr;
  std::vector<metrics::Column> known;
};

/// A row for each column of each table that has rows: file, column, unit, meaning.
std::vector<metrics::Row> dictionary(const std::vector<FileTable>& tables);

/// Of savings.csv, but for those that it shares with rows.csv.
std::vector<metrics::Column> saving_columns();

}  // namespace edgecut::sweep
