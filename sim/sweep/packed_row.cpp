#include "sweep/packed_row.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

namespace edgecut::sweep {

using nlohmann::ordered_json;

namespace {

// A row is {"cells": [[name, type, text], ...], "tables": {name: [row, ...], ...}}; doubles are hexadecimal floats, so
// that no digit is lost.
ordered_json to_json(const metrics::Row& row) {
  auto cells = ordered_json::array();
  for (const auto& [name, cell] : row.cells()) {
    if (const auto* real = std::get_if<double>(&cell)) {
      cells.push_back({name, "real", fmt::format("{:a}", *real)});
    } else if (const auto* whole = std::get_if<std::int64_t>(&cell)) {
      cells.push_back({name, "whole", std::to_string(*whole)});
    } else if (const auto* text = std::get_if<std::string>(&cell)) {
      cells.push_back({name, "text", *text});
    } else {
      cells.push_back({name, "empty", ""});
    }
  }
  ordered_json object{{"cells", std::move(cells)}};
  for (const auto& [name, rows] : row.tables()) {
    for (const auto& one : rows) object["tables"][name].push_back(to_json(one));
  }
  return object;
}

metrics::Row to_row(const ordered_json& object) {
  metrics::Row row;
  for (const auto& cell : object.at("cells")) {
    const auto type = cell[1].get<std::string>();
    const auto text = cell[2].get<std::string>();
    metrics::Cell value;
    if (type == "real") value = std::stod(text);
    if (type == "whole") value = static_cast<std::int64_t>(std::stoll(text));
    if (type == "text") value = text;
    row.add(cell[0].get<std::string>(), std::move(value));
  }
  if (!object.contains("tables")) return row;
  for (const auto& [name, rows] : object["tables"].items()) {
    std::vector<metrics::Row> table;
    for (const auto& one : rows) table.push_back(to_row(one));
    row.add_table(name, std::move(table));
  }
  return row;
}

}  // namespace

std::string pack(const metrics::Row& row) {
  return to_json(row).dump();
}

metrics::Row unpack(const std::string& packed) {
  return to_row(ordered_json::parse(packed));
}

}  // namespace edgecut::sweep
