#include "sweep/class_rows.hpp"

#include "report/table.hpp"

namespace edgecut::sweep {
namespace {

std::vector<metrics::Row> rows_within(const std::vector<metrics::Row>& rows, std::string_view column) {
  std::vector<metrics::Row> table;
  for (const auto& row : rows) {
    const auto text = row.text(column);
    if (text.empty()) continue;
    for (const auto& part : report::rows_of_json(text)) {
      auto& line = table.emplace_back();
      for (const auto& [name, cell] : row.cells()) {
        if (name == "feasible") break;  // what follows is of the whole run
        line.add(name, cell);
      }
      for (const auto& [name, cell] : part.cells()) line.add(name, cell);
    }
  }
  return table;
}

}  // namespace

std::vector<metrics::Row> class_rows(const std::vector<metrics::Row>& rows) {
  return rows_within(rows, "classes");
}

std::vector<metrics::Row> group_rows(const std::vector<metrics::Row>& rows) {
  return rows_within(rows, "groups");
}

std::vector<metrics::Row> processor_rows(const std::vector<metrics::Row>& rows) {
  return rows_within(rows, "processors");
}

}  // namespace edgecut::sweep
