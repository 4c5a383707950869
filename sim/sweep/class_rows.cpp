#include "sweep/class_rows.hpp"

#include "report/table.hpp"

namespace edgecut::sweep {

std::vector<metrics::Row> class_rows(const std::vector<metrics::Row>& rows) {
  std::vector<metrics::Row> table;
  for (const auto& row : rows) {
    const auto text = row.text("classes");
    if (text.empty()) continue;
    for (const auto& of_class : report::rows_of_json(text)) {
      auto& line = table.emplace_back();
      for (const auto& [name, cell] : row.cells()) {
        if (name == "feasible") break;  // what follows is of the whole run
        line.add(name, cell);
      }
      for (const auto& [name, cell] : of_class.cells()) line.add(name, cell);
    }
  }
  return table;
}

}  // namespace edgecut::sweep
