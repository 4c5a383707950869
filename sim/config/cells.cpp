#include "config/cells.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace edgecut::config {
namespace {

constexpr std::array<char, 3> separators{';', ',', '\t'};

bool is_blank(char c, char separator) {
  return c == ' ' || (c == '\t' && separator != '\t');
}

// The other bytes of a character of UTF-8 go on with it.
bool begins_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
}

// What the first row has most of, outside quotation marks and brackets; a comma where there is none.
char separator_of(std::string_view text) {
  std::array<int, separators.size()> counts{};
  bool is_quoted = false;
  int depth = 0;
  for (const char c : text) {
    if (c == '"') is_quoted = !is_quoted;
    if (is_quoted) continue;
    if (c == '\n' || c == '\r') break;
    if (c == '(' || c == '[') ++depth;
    if (c == ')' || c == ']') --depth;
    const auto* found = std::ranges::find(separators, c);
    if (found != separators.end() && depth <= 0) ++counts[static_cast<std::size_t>(found - separators.begin())];
  }
  const auto* most = std::ranges::max_element(counts);
  return *most == 0 ? ',' : separators[static_cast<std::size_t>(most - counts.begin())];
}

}  // namespace

std::string_view separator_name(char separator) {
  return separator == '\t' ? "a tab" : separator == ';' ? "';'" : "','";
}

CellRows::CellRows(std::string_view text, std::string name) : text_(text), name_(std::move(name)) {}

bool CellRows::at_break() const {
  return at_ < text_.size() && (text_[at_] == '\n' || text_[at_] == '\r');
}

void CellRows::advance() {
  ++at_;
  if (at_ >= text_.size() || begins_character(text_[at_])) ++column_;
}

void CellRows::break_line() {
  if (at_ >= text_.size()) return;
  at_ += text_.substr(at_, 2) == "\r\n" ? 2 : 1;
  ++line_;
  column_ = 1;
}

void CellRows::skip_line() {
  at_ = std::min(text_.find_first_of("\r\n", at_), text_.size());
  break_line();
}

void CellRows::pass_over_comments() {
  while (at_ < text_.size()) {
    const auto first = text_.find_first_not_of(" \t", at_);
    if (first != std::string_view::npos && text_[first] != '#' && text_[first] != '\n' && text_[first] != '\r') return;
    skip_line();
  }
}

// Spreadsheets take the separator from a first line such as "sep=;".
void CellRows::take_separator() {
  auto line = text_.substr(at_, text_.find_first_of("\r\n", at_) - at_);
  while (!line.empty() && (line.back() == ' ' || line.back() == '"')) line.remove_suffix(1);
  if (line.starts_with('"')) line.remove_prefix(1);
  if (line.size() == 5 && (line.starts_with("sep=") || line.starts_with("SEP="))) {
    separator_ = line.back();
    skip_line();
    pass_over_comments();
  } else {
    separator_ = separator_of(text_.substr(at_));
  }
}

bool CellRows::next(std::vector<Cell>& cells) {
  while (true) {
    pass_over_comments();
    if (at_ < text_.size() && separator_ == '\0') take_separator();
    if (at_ >= text_.size()) return false;
    read_row(cells);
    if (std::ranges::any_of(cells, [](const Cell& cell) { return !cell.text.empty(); })) return true;
  }
}

// Cells of the row before are used again, for their memory.
void CellRows::read_row(std::vector<Cell>& cells) {
  std::size_t count = 0;
  while (true) {
    if (count == cells.size()) cells.emplace_back();
    read_cell(cells[count++]);
    if (at_ >= text_.size() || at_break()) break;
    advance();  // over the separator
  }
  cells.resize(count);
  break_line();
}

void CellRows::read_cell(Cell& cell) {
  cell.text.clear();
  while (at_ < text_.size() && is_blank(text_[at_], separator_)) advance();
  cell.line = line_;
  cell.column = column_;
  if (at_ < text_.size() && text_[at_] == '"') return read_quoted(cell);
  const auto begin = at_;
  while (at_ < text_.size() && text_[at_] != separator_ && !at_break()) ++at_;
  const auto text = text_.substr(begin, at_ - begin);
  column_ += static_cast<int>(std::ranges::count_if(text, begins_character));
  cell.text = text;
  while (!cell.text.empty() && is_blank(cell.text.back(), separator_)) cell.text.pop_back();
}

void CellRows::read_quoted(Cell& cell) {
  advance();
  while (true) {
    if (at_ >= text_.size()) fail(cell.line, cell.column, "a quotation mark opens here and is never closed");
    if (text_[at_] == '"' && text_.substr(at_, 2) != "\"\"") break;
    if (text_[at_] == '"') advance();
    if (at_break()) {
      cell.text += '\n';
      break_line();
    } else {
      cell.text += text_[at_];
      advance();
    }
  }
  advance();
  while (at_ < text_.size() && is_blank(text_[at_], separator_)) advance();
  if (at_ < text_.size() && text_[at_] != separator_ && !at_break()) {
    fail(cell.line, cell.column, "text follows the closing quotation mark; write a mark within a cell twice");
  }
}

void CellRows::fail(int line, int column, std::string_view message) const {
  throw Error({name_, line, column}, "", message);
}

}  // namespace edgecut::config
