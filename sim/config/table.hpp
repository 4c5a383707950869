// A table that others wrote: a first row that names columns, and values under it. docs/tables.md has the rules.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/cells.hpp"
#include "config/clock_time.hpp"
#include "config/column_name.hpp"
#include "config/map.hpp"

namespace edgecut::config {

/// What a column is asked for.
struct Wanted {
  std::optional<units::Dimension> dimension = {};  // none: texts, or numbers without a unit
  bool or_ratio = false;                           // shares and percentages as well
  std::optional<SpelledUnit> given = {};           // the unit that the user says it has
  std::string_view remedy = {};                    // what to do where there is no such column
  bool has_key = true;                             // whether `unit:` can be said at all
  bool by_whole_name = false;                      // `load` is not load_percent
};

/// Reads a table row by row. What is wrong with it is gathered, so that finish() can say all of it at once; only what
/// leaves nothing to read is thrown where it is found.
class Table {
 public:
  /// `what` is the key or column that errors name where no cell is to blame. Throws Error where there is no first row or
  /// where it names nothing.
  Table(const std::filesystem::path& file, std::string what);
  /// `bytes` as plain_text() takes them; `name` is what errors call the table.
  Table(std::string bytes, std::string name, std::string what);
  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;
  ~Table() = default;

  /// The names of columns, as written.
  [[nodiscard]] std::vector<std::string> names() const;
  /// Where a column stands: the one of that name; else of that name but for capitals and blanks; else of that name
  /// without units. Throws Error when there is none, or more than one.
  std::size_t column(const std::string& name, const Wanted& wanted);
  /// A column of times, which number() does not read, but time() does.
  std::size_t time_column(const std::string& name, Wanted wanted = {});
  /// Likewise; none where there is none.
  std::optional<std::size_t> find_column(const std::string& name, const Wanted& wanted);

  /// Goes on to the next row that has as many cells as the first; false after the last.
  bool next();
  [[nodiscard]] const std::string& text(std::size_t column) const { return row_.at(column).text; }
  /// In base units, finite and within `limits`. None where it is not, which finish() tells.
  std::optional<double> number(std::size_t column, const Limits& limits = non_negative);
  /// Seconds. A clock's begin at 0 with the first row.
  std::optional<double> time(std::size_t column);
  /// What is wrong with a cell of this row; finish() tells it.
  void blame(std::size_t column, std::string_view message);
  /// Throws Error with all that was wrong, or where there was no row at all: `none` says what is missing.
  void finish(std::string_view none = "no values") const;

  [[nodiscard]] const SpelledUnit& unit(std::size_t column) const { return columns_.at(column).unit; }
  [[nodiscard]] bool is_in_ratios(std::size_t column) const;
  /// When a clock's times begin; none where they are no clock's.
  [[nodiscard]] const std::optional<ClockTime>& clock_begin(std::size_t column) const {
    return columns_.at(column).begin;
  }
  /// What the user is to be told of the file: that clock times begin at 0. Empty: nothing.
  [[nodiscard]] std::string note() const;
  /// Whether a cell of this row is a number and nothing else.
  [[nodiscard]] bool is_number(std::size_t column) const;
  /// A number with a decimal point: "0.5" of "0,5" where ';' separates. None where it is none, which finish() tells.
  std::optional<std::string> plain_number(std::size_t column);

 private:
  struct Column {
    Cell name;
    ColumnName parts;
    SpelledUnit unit;
    std::string no_unit = {};  // what is wrong with it, where it has none; of a clock's times nothing is
    std::optional<ClockTime> begin = {};
    double clock_scale = 0.0;  // to seconds, of counts; 0: dates
    int first_line = 0;        // of a time
    bool is_broken = false;
  };

  void read_header();
  std::size_t find(const std::string& name, const Wanted& wanted);
  void find_unit(Column& column, const Wanted& wanted);
  [[nodiscard]] std::string_view separators_remedy() const;
  [[nodiscard]] std::string unit_fault(const Column& column, const Wanted& wanted) const;
  [[nodiscard]] std::optional<std::size_t> matching(const std::string& name, const Wanted& wanted) const;
  std::optional<double> parse(std::size_t column);
  [[nodiscard]] std::string why_no_number(const std::string& text) const;
  bool agrees_on_decimals(std::size_t column);
  void begin_time(std::size_t column);
  std::optional<double> count(std::size_t column);
  std::optional<double> date(std::size_t column);
  void complain(const Cell& cell, std::string_view what, std::string_view message);
  [[noreturn]] void fail(const Cell& cell, std::string_view what, std::string_view message) const;

  std::string name_;
  std::string what_;
  std::string text_;
  CellRows rows_;
  std::vector<Column> columns_;
  std::vector<Cell> row_;
  std::string complaints_;
  std::size_t complained_ = 0;
  std::size_t count_ = 0;  // of rows, good or not
  int comma_line_ = 0;     // where a decimal comma was first seen
  int point_line_ = 0;
};

/// Seconds of a trace: from 0, and no more than 31,700 years.
inline constexpr Limits trace_time{0.0, 1e12, false};

}  // namespace edgecut::config
