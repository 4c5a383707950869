#include "report/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "report/blocks.hpp"
#include "units/ensure.hpp"
#include "units/text.hpp"

namespace edgecut::report {
namespace {

bool looks_numeric(const std::string& text) {
  if (text.empty() || text == "-" || text == "unknown") return true;
  const char first = text.front();
  return std::isdigit(static_cast<unsigned char>(first)) != 0 || ((first == '-' || first == '+') && text.size() > 1);
}

std::string padded(const std::string& text, std::size_t to, bool right) {
  const std::string space(to - std::min(to, letters(text)), ' ');
  return right ? space + text : text + space;
}

nlohmann::ordered_json to_json(const metrics::Cell& cell) {
  if (const auto* real = std::get_if<double>(&cell)) {
    return std::isfinite(*real) ? nlohmann::ordered_json(*real) : nlohmann::ordered_json();
  }
  if (const auto* whole = std::get_if<std::int64_t>(&cell)) return *whole;
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  return nullptr;
}

template <class Q>
std::string known(double value) {
  return std::isnan(value) ? "unknown" : units::format(Q(value));
}

}  // namespace

void Table::add(std::vector<std::string> cells) {
  ensure(cells.size() == headers_.size(), "a table's rows are as wide as its header");
  rows_.push_back(std::move(cells));
}

Table::Shape Table::shape_of(std::size_t column) const {
  Shape shape{letters(headers_[column]), !rows_.empty()};
  for (const auto& row : rows_) {
    shape.width = std::max(shape.width, letters(row[column]));
    shape.right = shape.right && looks_numeric(row[column]);
  }
  return shape;
}

std::string Table::text_of(const std::vector<std::size_t>& columns) const {
  std::vector<Shape> shapes;
  for (const auto column : columns) shapes.push_back(shape_of(column));
  std::string text;
  const auto line = [&](auto cell_of) {
    std::string one;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      one += (i > 0 ? "  " : "") + padded(cell_of(i), shapes[i].width, shapes[i].right);
    }
    one.erase(one.find_last_not_of(' ') + 1);
    text += one + "\n";
  };
  line([&](std::size_t i) { return headers_[columns[i]]; });
  line([&](std::size_t i) { return std::string(shapes[i].width, '-'); });
  for (const auto& row : rows_) line([&](std::size_t i) { return row[columns[i]]; });
  return text;
}

std::string Table::str() const {
  std::vector<std::size_t> columns(headers_.size());
  std::iota(columns.begin(), columns.end(), std::size_t{0});
  return text_of(columns);
}

std::string Table::str_within(std::size_t widest, std::size_t keys) const {
  std::vector<std::size_t> columns;
  std::size_t taken = 0;
  const auto take = [&](std::size_t column) {
    taken += shape_of(column).width + (columns.empty() ? 0 : 2);
    columns.push_back(column);
  };
  const auto begin = [&] {
    columns.clear();
    taken = 0;
    for (std::size_t key = 0; key < keys; ++key) take(key);
  };
  std::string text;
  begin();
  for (std::size_t column = keys; column < headers_.size(); ++column) {
    if (columns.size() > keys && taken + 2 + shape_of(column).width > widest) {
      text += text_of(columns) + "\n";
      begin();
    }
    take(column);
  }
  return text + text_of(columns);
}

std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"') result += '"';
    result += c;
  }
  return result + "\"";
}

std::string csv(const std::vector<metrics::Row>& rows) {
  std::string text;
  if (rows.empty()) return text;
  const auto line = [&](const metrics::Row& row, auto cell_text) {
    bool first = true;
    for (const auto& cell : row.cells()) {
      if (!first) text += ',';
      first = false;
      text += csv_cell(cell_text(cell));
    }
    text += '\n';
  };
  line(rows.front(), [](const auto& cell) { return cell.first; });
  for (const auto& row : rows) line(row, [](const auto& cell) { return metrics::to_text(cell.second); });
  return text;
}

std::string json(const std::vector<metrics::Row>& rows) {
  auto list = nlohmann::ordered_json::array();
  for (const auto& row : rows) {
    nlohmann::ordered_json object;
    for (const auto& [name, cell] : row.cells()) object[name] = to_json(cell);
    list.push_back(std::move(object));
  }
  return list.dump(1) + "\n";
}

std::string seconds(double value) {
  return known<Seconds>(value);
}
std::string joules(double value) {
  return known<Joules>(value);
}
std::string bytes(double value) {
  return known<Bytes>(value);
}

}  // namespace edgecut::report
