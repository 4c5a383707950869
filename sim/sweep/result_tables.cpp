#include "sweep/result_tables.hpp"

namespace edgecut::sweep {

std::vector<metrics::Row> table_of(const std::vector<metrics::Row>& rows, std::string_view name) {
  std::vector<metrics::Row> whole;
  for (const auto& row : rows) {
    for (const auto& table : row.tables()) {
      if (table.name != name) continue;
      for (auto& line : metrics::lines_of(row, table)) whole.push_back(std::move(line));
    }
  }
  return whole;
}

}  // namespace edgecut::sweep
