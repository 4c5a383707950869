#include "config/table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "config/text_file.hpp"

namespace edgecut::config {
namespace {

// The whole text as a number with a decimal point; "inf" and "nan" are none.
template <class T>
std::optional<T> number_of(std::string_view text) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  T value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

bool has_decimal_comma(std::string_view text) {
  return std::ranges::count(text, ',') == 1 && text.find('.') == std::string_view::npos;
}

std::string with_point(std::string text) {
  std::ranges::replace(text, ',', '.');
  return text;
}

// As the table writes it, with a decimal point.
std::optional<std::string> pointed(const std::string& text, char separator) {
  auto plain = separator == ';' && has_decimal_comma(text) ? with_point(text) : text;
  return number_of<double>(plain) ? std::optional(std::move(plain)) : std::nullopt;
}

std::string counted(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

struct Sort {
  std::string_view noun;     // "a time"
  std::string_view endings;  // of names
  std::string_view example;  // of `unit:`
};

Sort sort_of(const units::Dimension& dimension) {
  if (dimension == time_dimension) return {"a time", "{0}_s, {0}_ms, {0}_us or {0}_min", "ms"};
  if (dimension == units::Dimension{1, 0, -1, 0})
    return {"a bandwidth", "{0}_Mbit_s, {0}_kbit_s or {0}_MB_s", "Mbit/s"};
  if (dimension == units::Dimension{0, 0, -1, 1}) return {"a power", "{0}_W or {0}_mW", "W"};
  return {"a ratio", "{0}_percent or {0}_share", "%"};
}

}  // namespace

Table::Table(const std::filesystem::path& file, std::string what)
    : name_(file.string()), what_(std::move(what)), text_(plain_text(file)), rows_(text_, name_) {
  read_header();
}

Table::Table(std::string bytes, std::string name, std::string what)
    : name_(std::move(name)), what_(std::move(what)), text_(plain_text(std::move(bytes), name_)), rows_(text_, name_) {
  read_header();
}

void Table::read_header() {
  std::vector<Cell> header;
  if (!rows_.next(header)) {
    fail({}, what_, "the file is empty; its first line names the columns, and the others are their values");
  }
  while (header.back().text.empty()) header.pop_back();
  const bool has_names = std::ranges::any_of(header, [&](const Cell& cell) {
    return !cell.text.empty() && !pointed(cell.text, rows_.separator()) && !parse_clock_time(cell.text);
  });
  if (!has_names) {
    fail(header.front(), what_,
         "the first line holds numbers, not names of columns; put one above it, such as time_s,mbps");
  }
  for (auto& cell : header) {
    if (!is_utf8(cell.text)) fail(cell, "", "the name of this column is not UTF-8; save the file as UTF-8");
    auto parts = column_name(cell.text);
    columns_.push_back({std::move(cell), std::move(parts), {}});
  }
}

std::vector<std::string> Table::names() const {
  std::vector<std::string> names;
  for (const auto& column : columns_) names.push_back(column.name.text);
  return names;
}

std::optional<std::size_t> Table::matching(const std::string& name, const Wanted& wanted) const {
  const auto asked = column_name(name);
  const auto find = [&](auto is_it) -> std::optional<std::size_t> {
    std::vector<std::size_t> found;
    std::vector<std::string> meant;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (!is_it(columns_[i])) continue;
      found.push_back(i);
      meant.push_back(columns_[i].name.text);
    }
    if (found.empty()) return std::nullopt;
    if (found.size() == 1) return found.front();
    if (meant[0] == meant[1]) fail(columns_[found[1]].name, name, "a second column of that name");
    fail(columns_[found[1]].name, name, fmt::format("may be {}: say which", fmt::join(meant, " or ")));
  };
  if (const auto same = find([&](const Column& c) { return c.name.text == name; })) return same;
  if (asked.whole.empty()) return std::nullopt;
  if (const auto alike = find([&](const Column& c) { return c.parts.whole == asked.whole; })) return alike;
  if (wanted.by_whole_name) return std::nullopt;
  // `up_min` is the whole of what up_min_mbps is called without its unit, though min is a unit, too.
  if (const auto bare = find([&](const Column& c) { return c.parts.base == asked.whole; })) return bare;
  if (asked.base.empty()) return std::nullopt;
  return find([&](const Column& c) { return c.parts.base == asked.base; });
}

std::optional<std::size_t> Table::find_column(const std::string& name, const Wanted& wanted) {
  const auto found = matching(name, wanted);
  if (found && wanted.dimension) find_unit(columns_[*found], wanted);
  return found;
}

std::size_t Table::column(const std::string& name, const Wanted& wanted) {
  const auto place = find(name, wanted);
  const auto& fault = columns_[place].no_unit;
  if (!fault.empty()) fail(columns_[place].name, "", fault);
  return place;
}

std::size_t Table::find(const std::string& name, const Wanted& wanted) {
  const auto found = find_column(name, wanted);
  if (!found) {
    fail(columns_.front().name, name,
         fmt::format("no such column (known: {}){}{}", fmt::join(names(), ", "), wanted.remedy, separators_remedy()));
  }
  return *found;
}

// One name of several words may be the names of several columns.
std::string_view Table::separators_remedy() const {
  const auto& only = columns_.front().name.text;
  const bool is_split = columns_.size() == 1 && only.find_first_of(" \t|") != std::string::npos;
  return is_split ? "; if columns are separated by blanks, separate them by ',', ';' or tabs" : "";
}

std::size_t Table::time_column(const std::string& name, Wanted wanted) {
  wanted.dimension = time_dimension;
  return find(name, wanted);
}

// Of the name, or as given; what is wrong goes to `no_unit`, as a clock's times need none.
void Table::find_unit(Column& column, const Wanted& wanted) {
  const auto named = spelled_unit(column.parts.unit);
  const auto fits = [&](const SpelledUnit& unit) {
    return unit.doubt.empty() &&
           (unit.dimension == wanted.dimension || (wanted.or_ratio && unit.dimension == units::Dimension{}));
  };
  const bool is_named = named && fits(*named);
  column.no_unit.clear();
  if (wanted.given && is_named && wanted.given->symbol != named->symbol) {
    const bool is_same = wanted.given->dimension == named->dimension && wanted.given->factor == named->factor;
    if (!is_same) {
      fail(column.name, "",
           fmt::format("'{}': its name says {} and `unit:` says {}; take one of them out", column.name.text,
                       named->symbol, wanted.given->symbol));
    }
  }
  if (is_named || wanted.given) {
    column.unit = is_named ? *named : *wanted.given;
  } else {
    column.no_unit = unit_fault(column, wanted);
  }
}

std::string Table::unit_fault(const Column& column, const Wanted& wanted) const {
  const auto sort = sort_of(*wanted.dimension);
  const auto named = spelled_unit(column.parts.unit);
  std::string fault;
  if (column.parts.unit.empty()) {
    fault = fmt::format("'{}' has no unit in its name", column.name.text);
  } else if (named && !named->doubt.empty()) {
    fault = fmt::format("'{}' may be {}", column.parts.unit, named->doubt);
  } else {
    fault = fmt::format("'{}' is no unit of {}", column.parts.unit, sort.noun);
  }
  const auto base = column.parts.base.empty() ? std::string("value") : column.parts.base;
  return fmt::format("{}: call it {}{}{}", fault, fmt::format(fmt::runtime(sort.endings), base),
                     wanted.has_key ? fmt::format("; or say `unit: {}` where this file is named", sort.example) : "",
                     separators_remedy());
}

bool Table::is_in_ratios(std::size_t column) const {
  return unit(column).dimension == units::Dimension{};
}

bool Table::next() {
  while (true) {
    try {
      if (!rows_.next(row_)) return false;
    } catch (const Error& error) {  // nothing can be read after it
      if (complained_ == 0) throw;
      throw Error(fmt::format("{}\n{}", complaints_, error.what()));
    }
    ++count_;
    const auto cells = row_.size();
    while (row_.size() > columns_.size() && row_.back().text.empty()) row_.pop_back();
    if (row_.size() == columns_.size()) return true;
    complain(
        {"", row_.front().line, 1}, "",
        fmt::format("{} where the first line names {}", counted(cells, "cell"), counted(columns_.size(), "column")));
  }
}

void Table::complain(const Cell& cell, std::string_view what, std::string_view message) {
  constexpr std::size_t most_told = 10;
  if (++complained_ > most_told) return;
  if (!complaints_.empty()) complaints_ += '\n';
  complaints_ += Error({name_, cell.line, cell.column}, what, message).what();
}

void Table::fail(const Cell& cell, std::string_view what, std::string_view message) const {
  throw Error({name_, cell.line, cell.column}, what, message);
}

void Table::blame(std::size_t column, std::string_view message) {
  complain(row_.at(column), columns_.at(column).name.text, message);
}

void Table::finish(std::string_view none) const {
  if (complained_ > 0) {
    const auto told = static_cast<std::size_t>(std::ranges::count(complaints_, '\n')) + 1;
    throw Error(told == complained_ ? complaints_ : fmt::format("{}\nand {} more", complaints_, complained_ - told));
  }
  if (count_ == 0) fail(columns_.front().name, what_, fmt::format("{}: the file names its columns and ends", none));
}

// ---- numbers ----

std::string Table::why_no_number(const std::string& text) const {
  if (rows_.separator() != ';' && has_decimal_comma(text) && number_of<double>(with_point(text))) {
    return fmt::format(": a decimal comma is read where ';' separates, and here {} does",
                       separator_name(rows_.separator()));
  }
  const auto parts = units::split_unit(text);
  return parts && spelled_unit(parts->unit) ? ": the unit stands in the column's name" : "";
}

// One file writes its numbers in one way: 1.500 beside 1,5 is more likely to be 1500.
bool Table::agrees_on_decimals(std::size_t column) {
  const auto& cell = row_.at(column);
  const bool has_comma = cell.text.find(',') != std::string::npos;
  const bool has_point = cell.text.find('.') != std::string::npos;
  if (has_comma && comma_line_ == 0) comma_line_ = cell.line;
  if (has_point && point_line_ == 0) point_line_ = cell.line;
  if (comma_line_ == 0 || point_line_ == 0 || (!has_comma && !has_point)) return true;
  blame(column,
        fmt::format("'{}' has a decimal {}, where line {} has a decimal {}", cell.text, has_comma ? "comma" : "point",
                    has_comma ? point_line_ : comma_line_, has_comma ? "point" : "comma"));
  return false;
}

bool Table::is_number(std::size_t column) const {
  return pointed(text(column), rows_.separator()).has_value();
}

std::optional<std::string> Table::plain_number(std::size_t column) {
  const auto& text = row_.at(column).text;
  auto number = pointed(text, rows_.separator());
  if (number) return rows_.separator() != ';' || agrees_on_decimals(column) ? number : std::nullopt;
  if (text.empty()) {
    blame(column, "is empty; a number is wanted");
  } else {
    blame(column, fmt::format("'{}' is not a number{}", text, why_no_number(text)));
  }
  return std::nullopt;
}

std::optional<double> Table::parse(std::size_t column) {
  const auto text = plain_number(column);
  return text ? number_of<double>(*text) : std::nullopt;
}

std::optional<double> Table::number(std::size_t column, const Limits& limits) {
  const auto written = parse(column);
  if (!written) return std::nullopt;
  const double factor = unit(column).factor;
  const auto& text = row_.at(column).text;
  constexpr double most = 1e18;  // of anything: beyond, sums would lose their digits
  const double value = *written * factor;
  if (value < 0.0 && limits.low >= 0.0) {
    blame(column, fmt::format("'{}' is negative", text));
  } else if (std::abs(*written) > most || value < limits.low || value > limits.high) {
    blame(column, fmt::format("'{}' is out of range: {:.12g} to {:.12g}", text, limits.low / factor,
                              std::min(most, limits.high / factor)));
  } else {
    return value;
  }
  return std::nullopt;
}

// ---- times ----

// Whether the times are a clock's is told by the first of them.
void Table::begin_time(std::size_t column) {
  auto& of = columns_.at(column);
  of.first_line = row_.at(column).line;
  const auto& text = row_.at(column).text;
  const auto plain = pointed(text, rows_.separator());
  if (!plain) {
    of.begin = parse_clock_time(text);
    if (!of.begin && looks_like_clock_time(text)) of.first_line = 0;  // the next row may tell
    if (of.begin || of.first_line == 0 || of.no_unit.empty()) return;
  } else {
    const auto value = number_of<long double>(*plain).value_or(0.0L);
    const auto unit = clock_unit(static_cast<double>(value));
    const bool has_unit = of.no_unit.empty();
    const double scale = has_unit ? of.unit.factor : unit ? unit->seconds : 0.0;
    if (is_clock_count(static_cast<double>(value) * scale)) {
      of.clock_scale = scale;
      of.begin = ClockTime{nanoseconds_of(value, scale), true};
    } else if (has_unit && unit && static_cast<double>(value) * scale > 1e9) {
      blame(column,
            fmt::format("'{}' looks like a clock's {}, and its name says {}", text, unit->symbol, of.unit.symbol));
      of.is_broken = true;
    }
    if (of.begin || has_unit) return;
  }
  complain(of.name, "", of.no_unit);
  of.is_broken = true;
}

// A clock's count, in seconds from the first.
std::optional<double> Table::count(std::size_t column) {
  const auto& of = columns_.at(column);
  const auto plain = plain_number(column);
  if (!plain) return std::nullopt;
  const auto value = number_of<long double>(*plain).value_or(0.0L);
  if (!is_clock_count(static_cast<double>(value) * of.clock_scale)) {
    blame(column,
          fmt::format("'{}' is not counted like line {}: no time between 2001 and 2100", text(column), of.first_line));
    return std::nullopt;
  }
  return seconds_between(of.begin->nanoseconds, nanoseconds_of(value, of.clock_scale));
}

std::optional<double> Table::date(std::size_t column) {
  const auto& of = columns_.at(column);
  const auto time = parse_clock_time(text(column));
  if (!time) {
    blame(column, fmt::format("'{}' is no date and time of ISO 8601, such as 2024-03-01T12:00:00.5Z", text(column)));
    return std::nullopt;
  }
  if (time->has_zone != of.begin->has_zone) {
    blame(column, time->has_zone ? fmt::format("'{}' has a zone, where line {} has none", text(column), of.first_line)
                                 : fmt::format("'{}' has no zone, where line {} has one", text(column), of.first_line));
    return std::nullopt;
  }
  return seconds_between(of.begin->nanoseconds, time->nanoseconds);
}

std::optional<double> Table::time(std::size_t column) {
  auto& of = columns_.at(column);
  if (of.first_line == 0) begin_time(column);
  if (of.is_broken) return std::nullopt;
  if (of.begin) return of.clock_scale > 0.0 ? count(column) : date(column);
  const auto& written = text(column);
  if (!pointed(written, rows_.separator()) && looks_like_clock_time(written)) {
    blame(column, fmt::format("'{}' is no date and time of ISO 8601, such as 2024-03-01T12:00:00.5Z", written));
    return std::nullopt;
  }
  const auto seconds = number(column, trace_time);
  if (!seconds || !is_clock_count(*seconds)) return seconds;
  blame(column, fmt::format("'{}' looks like a clock's, and line {} does not", written, of.first_line));
  return std::nullopt;
}

std::string Table::note() const {
  for (const auto& column : columns_) {
    if (!column.begin) continue;
    return fmt::format("{}: clock times in '{}' begin at 0, which is {}{}", name_, column.name.text,
                       format(*column.begin), column.begin->has_zone ? "" : " (without a zone)");
  }
  return "";
}

}  // namespace edgecut::config
