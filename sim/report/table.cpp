#include "report/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <nlohmann/json.hpp>

#include "units/ensure.hpp"
#include "units/text.hpp"

namespace edgecut::report {
namespace {

// What a terminal shows: code points, not bytes.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

bool looks_numeric(const std::string& text) {
  if (text.empty() || text == "-" || text == "unknown") return true;
  const char first = text.front();
  return std::isdigit(static_cast<unsigned char>(first)) != 0 || ((first == '-' || first == '+') && text.size() > 1);
}

std::string padded(const std::string& text, std::size_t to, bool right) {
  const std::string space(to - std::min(to, width(text)), ' ');
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

std::string Table::str() const {
  std::vector<std::size_t> widths;
  std::vector<bool> right;
  for (std::size_t c = 0; c < headers_.size(); ++c) {
    std::size_t widest = width(headers_[c]);
    bool numeric = !rows_.empty();
    for (const auto& row : rows_) {
      widest = std::max(widest, width(row[c]));
      numeric = numeric && looks_numeric(row[c]);
    }
    widths.push_back(widest);
    right.push_back(numeric);
  }
  std::string text;
  const auto line = [&](const std::vector<std::string>& cells) {
    std::string one;
    for (std::size_t c = 0; c < cells.size(); ++c) one += (c > 0 ? "  " : "") + padded(cells[c], widths[c], right[c]);
    one.erase(one.find_last_not_of(' ') + 1);
    text += one + "\n";
  };
  line(headers_);
  std::vector<std::string> rule;
  for (const auto w : widths) rule.emplace_back(w, '-');
  line(rule);
  for (const auto& row : rows_) line(row);
  return text;
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
