// A table of text as rows of cells, whatever separates them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "config/value.hpp"

namespace edgecut::config {

struct Cell {
  std::string text;  // without quotation marks, and without blanks at its ends where it has none
  int line = 1;
  int column = 1;  // of its first character, in characters
};

/// The rows of a text that say something: blank lines, lines that begin with #, and rows of separators alone are passed
/// over. Cells are separated by what the first row has most of, outside quotation marks and brackets: ';', ',' or a tab;
/// or as a line `sep=;` before it says. A cell may be quoted [RFC 4180], and hold separators and line breaks then.
class CellRows {
 public:
  /// `text` as plain_text() gives it; it must outlive this. `name` is what errors call it.
  CellRows(std::string_view text, std::string name);

  /// The next row; false after the last. Throws Error on a quotation mark that is never closed, and on text after one
  /// that closes a cell.
  bool next(std::vector<Cell>& cells);
  [[nodiscard]] char separator() const { return separator_; }

 private:
  void skip_line();
  void pass_over_comments();
  void take_separator();
  void advance();
  void break_line();
  [[nodiscard]] bool at_break() const;
  void read_row(std::vector<Cell>& cells);
  void read_cell(Cell& cell);
  void read_quoted(Cell& cell);
  [[noreturn]] void fail(int line, int column, std::string_view message) const;

  std::string_view text_;
  std::string name_;
  std::size_t at_ = 0;
  int line_ = 1;
  int column_ = 1;
  char separator_ = '\0';  // not known yet
};

/// "a tab", "','".
std::string_view separator_name(char separator);

}  // namespace edgecut::config
