// Files that others write, line by line: traces and tables of numbers. One reader for all of them.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "config/map.hpp"

namespace edgecut::config {

/// Whether there is such a file; a name that no file can have names none.
bool is_file(const std::filesystem::path& path);
/// Likewise a folder.
bool is_folder(const std::filesystem::path& path);

/// The lines of a text that say something. Blank lines and those that begin with # are passed over, and so is the byte
/// order mark that some programs put before UTF-8.
class Lines {
 public:
  /// `name` is what errors call it.
  Lines(std::string text, std::string name);
  /// Throws Error when the file cannot be read.
  explicit Lines(const std::filesystem::path& file);
  Lines(const Lines&) = delete;
  Lines& operator=(const Lines&) = delete;
  ~Lines() = default;

  /// Goes on to the next line; false after the last.
  bool next();
  /// Without blanks at its ends.
  [[nodiscard]] std::string_view text() const { return line_; }
  [[nodiscard]] Location where() const;
  [[noreturn]] void fail(std::string_view what, std::string_view message) const;

 private:
  std::string name_;
  std::string text_;
  std::size_t begin_ = 0;  // of what was not read yet
  std::string_view line_;
  int number_ = 0;
};

/// The cells of a line of a CSV file (RFC 4180 without line breaks in cells), without blanks at their ends.
std::vector<std::string> split_cells(std::string_view line);

/// A CSV file of numbers, whose first line names the columns.
class NumberTable {
 public:
  /// `what` is the key or column that errors name where none is to blame. Throws Error where there is no first line.
  NumberTable(const std::filesystem::path& file, std::string what);

  /// Where a column stands. Throws Error when there is none of that name, or two; `remedy` says what to do then.
  [[nodiscard]] std::size_t column(const std::string& name, std::string_view remedy = "") const;
  /// Goes on to the next row. Throws Error when it has other than the first line's number of cells.
  bool next();
  /// Finite and within `limits`, in the column's own unit.
  [[nodiscard]] double number(std::size_t column, const Limits& limits = non_negative) const;
  [[noreturn]] void fail(std::size_t column, std::string_view message) const;
  [[noreturn]] void fail(std::string_view message) const { lines_.fail(what_, message); }

 private:
  Lines lines_;
  std::string what_;
  std::vector<std::string> header_;
  std::vector<std::string> cells_;
};

/// Seconds of a trace: from 0, and no more than 31,700 years.
inline constexpr Limits trace_time{0.0, 1e12, false};

}  // namespace edgecut::config
