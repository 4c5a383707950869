#include "platform/trace_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <string_view>

#include "config/map.hpp"

namespace edgecut::platform {
namespace {

constexpr double packet = 1500.0;  // bytes

std::string_view trim(std::string_view text) {
  constexpr std::string_view blanks = " \t\r";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::vector<std::string_view> split(std::string_view line) {
  std::vector<std::string_view> cells;
  while (true) {
    const auto comma = line.find(',');
    cells.push_back(trim(line.substr(0, comma)));
    if (comma == std::string_view::npos) return cells;
    line.remove_prefix(comma + 1);
  }
}

// The lines of a file that hold something, each with its number.
class Lines {
 public:
  explicit Lines(const std::filesystem::path& file) : file_(file), in_(file) {
    if (!in_ || !std::filesystem::is_regular_file(file)) {
      throw config::Error(fmt::format("{}: cannot be read", file.string()));
    }
  }
  bool next() {
    while (std::getline(in_, text_)) {
      ++number_;
      if (!trim(text_).empty() && trim(text_).front() != '#') return true;
    }
    return false;
  }
  [[nodiscard]] std::string_view text() const { return trim(text_); }
  [[noreturn]] void fail(std::string_view what, std::string_view message) const {
    throw config::Error({file_.string(), std::max(number_, 1), 1}, what, message);
  }
  double number(std::string_view cell, std::string_view what) const {
    double value = 0.0;
    const auto* end = cell.data() + cell.size();
    const auto parsed = std::from_chars(cell.data(), end, value);
    if (parsed.ec != std::errc() || parsed.ptr != end || !std::isfinite(value)) {
      fail(what, fmt::format("'{}' is not a number", cell));
    }
    if (value < 0.0) fail(what, fmt::format("'{}' is negative", cell));
    return value;
  }

 private:
  std::filesystem::path file_;
  std::ifstream in_;
  std::string text_;
  int number_ = 0;
};

std::size_t find_column(const Lines& lines, const std::vector<std::string_view>& header, const std::string& name) {
  const auto found = std::ranges::find(header, std::string_view(name));
  if (found == header.end()) lines.fail(name, fmt::format("no such column (known: {})", fmt::join(header, ", ")));
  if (std::ranges::count(header, std::string_view(name)) > 1) lines.fail(name, "a second column of that name");
  return static_cast<std::size_t>(found - header.begin());
}

}  // namespace

std::filesystem::path trace_path(const config::Value& value) {
  const std::filesystem::path named = config::as<std::string>(value);
  auto path = named.is_absolute() ? named : std::filesystem::path(value.where.file).parent_path() / named;
  if (!std::filesystem::is_regular_file(path)) value.fail(fmt::format("there is no file {}", path.string()));
  return path;
}

std::vector<CourseStep> read_csv_trace(const std::filesystem::path& file, const std::string& time,
                                       const std::string& column, double scale) {
  Lines lines(file);
  if (!lines.next()) lines.fail(column, "the file is empty; a trace is a line that names the columns, and values");
  const std::string header_line(lines.text());
  const auto header = split(header_line);
  const auto time_at = find_column(lines, header, time);
  const auto value_at = find_column(lines, header, column);
  std::vector<CourseStep> steps;
  double first = 0.0;
  while (lines.next()) {
    const auto cells = split(lines.text());
    if (cells.size() != header.size()) {
      lines.fail(column, fmt::format("{} cells where the first line names {} columns", cells.size(), header.size()));
    }
    const double at = lines.number(cells[time_at], time);
    if (steps.empty()) first = at;
    const Seconds from(at - first);
    if (!steps.empty() && from <= steps.back().from) lines.fail(time, "not after the line above it");
    steps.push_back({from, lines.number(cells[value_at], column) * scale});
  }
  if (steps.empty()) lines.fail(column, "no values: the file names its columns and ends");
  return steps;
}

std::vector<CourseStep> read_mahimahi(const std::filesystem::path& file, Seconds bin, Seconds& period) {
  Lines lines(file);
  const auto width = static_cast<std::int64_t>(std::llround(bin.value() * 1e3));
  std::vector<std::int64_t> packets;  // by bin
  std::int64_t last = 0;
  while (lines.next()) {
    std::int64_t at = 0;
    const auto text = lines.text();
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), at);
    if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size() || at < 0) {
      lines.fail("mahimahi", fmt::format("'{}' is not a whole number of milliseconds", text));
    }
    if (at < last) lines.fail("mahimahi", "before the line above it");
    last = at;
    const auto index = static_cast<std::size_t>(at == 0 ? 0 : (at - 1) / width);
    constexpr std::size_t most = 10'000'000;
    if (index >= most) lines.fail("mahimahi", fmt::format("more than {} bins", most));
    if (index >= packets.size()) packets.resize(index + 1, 0);
    ++packets[index];
  }
  if (packets.empty()) lines.fail("mahimahi", "the file is empty");
  if (last == 0) lines.fail("mahimahi", "ends at 0 ms");
  period = Seconds(static_cast<double>(last) * 1e-3);
  std::vector<CourseStep> steps;
  for (std::size_t i = 0; i < packets.size(); ++i) {
    const Seconds from = bin * static_cast<double>(i);
    const Seconds length = std::min(bin, period - from);
    steps.push_back({from, static_cast<double>(packets[i]) * packet / length.value()});
  }
  return steps;
}

}  // namespace edgecut::platform
