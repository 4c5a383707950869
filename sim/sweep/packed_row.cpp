#include "sweep/packed_row.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace edgecut::sweep {

using nlohmann::ordered_json;

// Rows travel from the children as JSON arrays of [name, type, text]; doubles as hexadecimal floats, so no digit is
// lost.
std::string pack(const metrics::Row& row) {
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
  return cells.dump();
}

metrics::Row unpack(const std::string& packed) {
  metrics::Row row;
  for (const auto& cell : ordered_json::parse(packed)) {
    const auto type = cell[1].get<std::string>();
    const auto text = cell[2].get<std::string>();
    metrics::Cell value;
    if (type == "real") value = std::stod(text);
    if (type == "whole") value = static_cast<std::int64_t>(std::stoll(text));
    if (type == "text") value = text;
    row.add(cell[0].get<std::string>(), std::move(value));
  }
  return row;
}

}  // namespace edgecut::sweep
