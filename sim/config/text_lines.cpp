#include "config/text_lines.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <sstream>
#include <utility>

namespace edgecut::config {
namespace {

std::string_view trim(std::string_view text) {
  constexpr std::string_view blanks = " \t\r";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  if (!in || !is_file(file)) throw Error(fmt::format("{}: cannot be read", file.string()));
  text << in.rdbuf();
  return std::move(text).str();
}

}  // namespace

bool is_file(const std::filesystem::path& path) {
  std::error_code unknown;
  return std::filesystem::is_regular_file(path, unknown);
}

bool is_folder(const std::filesystem::path& path) {
  std::error_code unknown;
  return std::filesystem::is_directory(path, unknown);
}

Lines::Lines(std::string text, std::string name) : name_(std::move(name)), text_(std::move(text)) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text_.starts_with(byte_order_mark)) begin_ = byte_order_mark.size();
}

Lines::Lines(const std::filesystem::path& file) : Lines(text_of(file), file.string()) {}

bool Lines::next() {
  while (begin_ < text_.size()) {
    const auto end = std::min(text_.find('\n', begin_), text_.size());
    line_ = trim(std::string_view(text_).substr(begin_, end - begin_));
    begin_ = end + 1;
    ++number_;
    if (!line_.empty() && line_.front() != '#') return true;
  }
  return false;
}

Location Lines::where() const {
  return {name_, std::max(number_, 1), 1};
}

void Lines::fail(std::string_view what, std::string_view message) const {
  throw Error(where(), what, message);
}

std::vector<std::string> split_cells(std::string_view line) {
  std::vector<std::string> cells(1);
  bool is_quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '"' && is_quoted && i + 1 < line.size() && line[i + 1] == '"') {
      cells.back() += line[++i];
    } else if (c == '"') {
      is_quoted = !is_quoted;
    } else if (c == ',' && !is_quoted) {
      cells.emplace_back();
    } else {
      cells.back() += c;
    }
  }
  for (auto& cell : cells) cell = std::string(trim(cell));
  return cells;
}

NumberTable::NumberTable(const std::filesystem::path& file, std::string what) : lines_(file), what_(std::move(what)) {
  if (!lines_.next()) fail("the file is empty; its first line names the columns, and the others are their values");
  header_ = split_cells(lines_.text());
}

std::size_t NumberTable::column(const std::string& name, std::string_view remedy) const {
  const auto found = std::ranges::find(header_, name);
  if (found == header_.end()) {
    lines_.fail(name, fmt::format("no such column (known: {}){}", fmt::join(header_, ", "), remedy));
  }
  if (std::ranges::count(header_, name) > 1) lines_.fail(name, "a second column of that name");
  return static_cast<std::size_t>(found - header_.begin());
}

bool NumberTable::next() {
  if (!lines_.next()) return false;
  cells_ = split_cells(lines_.text());
  if (cells_.size() != header_.size()) {
    fail(fmt::format("{} cells where the first line names {} columns", cells_.size(), header_.size()));
  }
  return true;
}

double NumberTable::number(std::size_t column, const Limits& limits) const {
  const auto& cell = cells_.at(column);
  double value = 0.0;
  const auto* end = cell.data() + cell.size();
  const auto parsed = std::from_chars(cell.data(), end, value);
  if (parsed.ec != std::errc() || parsed.ptr != end || !std::isfinite(value)) {
    fail(column, fmt::format("'{}' is not a number", cell));
  }
  if (value < 0.0 && limits.low >= 0.0) fail(column, fmt::format("'{}' is negative", cell));
  constexpr double most = 1e18;  // of anything: beyond, sums would lose their digits
  if (std::abs(value) > std::min(most, limits.high)) {
    fail(column,
         fmt::format("'{}' is out of range: {:.12g} to {:.12g}", cell, limits.low, std::min(most, limits.high)));
  }
  if (value < limits.low || value > limits.high) {
    fail(column, fmt::format("'{}' is out of range: {:.12g} to {:.12g}", cell, limits.low, limits.high));
  }
  return value;
}

void NumberTable::fail(std::size_t column, std::string_view message) const {
  lines_.fail(header_.at(column), message);
}

}  // namespace edgecut::config
