#include "scenario/axis_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "config/table.hpp"
#include "config/text_file.hpp"
#include "units/text.hpp"

namespace edgecut::scenario {
namespace {

using config::Map;
using config::Value;

Ends read_ends(const Value& value) {
  if (!value.is_list() || value.items.size() != 2)
    value.fail("must be a list of two ends, such as [1 Mbit/s, 100 Mbit/s]");
  const auto low = units::split_unit(config::as<std::string>(value.items[0]));
  const auto high = units::split_unit(config::as<std::string>(value.items[1]));
  if (!low || !high) value.fail("both ends must be numbers with a unit");
  const auto factor = units::factor_between(high->unit, low->unit);
  if (!factor) value.fail(fmt::format("'{}' and '{}' are no units of the same kind", low->unit, high->unit));
  const double top = in_unit(high->number, *factor);
  if (low->number >= top) value.fail("the first end must be below the second");
  return {low->number, top, low->unit, value.items[0].scalar, value.items[1].scalar};
}

std::size_t column_of(Map& map, config::Table& table, const std::filesystem::path& path) {
  const auto* column = map.find_child("column");
  const auto names = table.names();
  if (column == nullptr) {
    if (names.size() != 1) {
      map.value().fail(fmt::format("{} has {} columns: say which with `column:`", path.string(), names.size()));
    }
    return 0;
  }
  const auto name = config::as<std::string>(*column);
  const auto found = table.find_column(name, {});
  if (!found) config::fail_unknown(*column, "column", names);
  return *found;
}

// The unit as it is given, or else as the column's name says; numbers of neither are what they are.
std::string unit_of_values(Map& map, const config::Table& table, std::size_t column) {
  if (const auto* given = map.find_child("unit")) return config::as<std::string>(*given);
  const auto parts = config::column_name(table.names()[column]);
  const auto unit = config::spelled_unit(parts.unit);
  if (!unit || (parts.base.empty() && parts.unit.size() == 1)) return "";  // `d` may be anything
  if (!unit->doubt.empty()) {
    map.value().fail(fmt::format("'{}' may be {}: say `unit:`", table.names()[column], unit->doubt));
  }
  return unit->symbol == "share" ? "" : unit->symbol;
}

// A number with the unit of its column, whichever way it writes decimals; anything else as it is.
std::string value_of(config::Table& table, std::size_t column, const std::string& unit) {
  const auto& text = table.text(column);
  if (!table.is_number(column)) return text;
  const auto number = table.plain_number(column).value_or(text);
  return unit.empty() ? number : number + " " + unit;
}

}  // namespace

double Ends::at(double share) const {
  return is_logarithmic ? low * std::pow(high / low, share) : low + share * (high - low);
}

double in_unit(double number, double factor) {
  return factor == 1.0 ? number : std::stod(fmt::format("{:.12g}", number * factor));
}

Ends read_range(Map& map) {
  const auto* lin = map.find_child("linspace");
  const auto* log = map.find_child("logspace");
  if ((lin == nullptr) == (log == nullptr)) map.value().fail("needs either `linspace:` or `logspace:`");
  auto ends = read_ends(lin != nullptr ? *lin : *log);
  if (log != nullptr && ends.low <= 0.0) log->fail("a logarithmic axis starts above zero");
  ends.is_logarithmic = log != nullptr;
  return ends;
}

std::string with_unit(double number, const std::string& unit) {
  // Twelve digits: the same text on every machine, whatever its last bit of pow().
  return unit.empty() ? fmt::format("{:.12g}", number) : fmt::format("{:.12g} {}", number, unit);
}

std::vector<Value> scalars(const std::vector<std::string>& texts, const config::Location& where) {
  std::vector<Value> values;
  for (const auto& text : texts) {
    values.push_back(config::make_scalar(text, ""));
    values.back().where = where;
  }
  return values;
}

std::vector<std::string> spaced(Map& map) {
  const auto ends = read_range(map);
  const auto points = map.get<int>("points");
  std::vector<std::string> values;
  for (int i = 0; i < points; ++i) {
    values.push_back(with_unit(ends.at(static_cast<double>(i) / (points - 1)), ends.unit));
  }
  values.front() = ends.low_text;
  values.back() = ends.high_text;
  return values;
}

// The first line names the columns.
std::vector<std::string> values_of_file(Map& map, std::vector<std::filesystem::path>& files) {
  const auto& name = map.child("file");
  const auto path =
      std::filesystem::path(name.where.file).parent_path() / std::filesystem::path(config::as<std::string>(name));
  if (!config::is_file(path)) name.fail(fmt::format("{}: cannot be read", path.string()));
  config::Table table(path, name.path);
  const auto column = column_of(map, table, path);
  const auto unit = unit_of_values(map, table, column);
  std::vector<std::string> values;
  while (table.next()) {
    values.push_back(value_of(table, column, unit));
    if (values.back().empty()) table.blame(column, "has no value in the column");
  }
  table.finish();
  files.push_back(path);
  return values;
}

}  // namespace edgecut::scenario
