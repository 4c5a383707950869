#include "workload/trace_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <string_view>

#include "config/map.hpp"

namespace edgecut::workload {
namespace {

std::string_view trim(std::string_view text) {
  constexpr std::string_view blanks = " \t\r";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::vector<std::string> split(std::string_view line) {
  std::vector<std::string> cells;
  while (true) {
    const auto comma = line.find(',');
    cells.emplace_back(trim(line.substr(0, comma)));
    if (comma == std::string_view::npos) return cells;
    line.remove_prefix(comma + 1);
  }
}

class Reader {
 public:
  Reader(const std::filesystem::path& path, const std::string& column) : path_(path), column_(column), in_(path) {}

  std::vector<Seconds> read() {
    if (!in_ || !std::filesystem::is_regular_file(path_))
      throw config::Error(fmt::format("{}: cannot be read", path_.string()));
    read_header();
    std::vector<Seconds> times;
    while (next_line()) {
      if (trim(text_).empty()) continue;
      const Seconds time = read_time();
      if (!times.empty() && time < times.back()) fail("earlier than the arrival before; sort the file by time");
      times.push_back(time);
    }
    if (times.empty()) fail("no arrivals: the file has a header and nothing else");
    return times;
  }

 private:
  bool next_line() {
    if (!std::getline(in_, text_)) return false;
    ++line_;
    return true;
  }

  [[noreturn]] void fail(std::string_view message) const {
    throw config::Error({path_.string(), line_, 1}, column_, message);
  }

  void read_header() {
    line_ = 1;
    if (!std::getline(in_, text_)) fail("the file is empty; a trace is a header line and one arrival a line");
    header_ = split(text_);
    const auto found = std::ranges::find(header_, column_);
    if (found == header_.end()) {
      fail(fmt::format("the first line names no such column, but: {} (`column:` says which holds the times)",
                       fmt::join(header_, ", ")));
    }
    if (std::ranges::count(header_, column_) > 1) fail("a second column of that name");
    index_ = static_cast<std::size_t>(found - header_.begin());
  }

  Seconds read_time() const {
    const auto cells = split(text_);
    if (cells.size() != header_.size()) {
      fail(fmt::format("{} cells where the header has {}", cells.size(), header_.size()));
    }
    const auto& cell = cells[index_];
    double value = 0.0;
    const auto end = cell.data() + cell.size();
    const auto parsed = std::from_chars(cell.data(), end, value);
    if (parsed.ec != std::errc() || parsed.ptr != end) fail(fmt::format("'{}' is not a number of seconds", cell));
    if (!std::isfinite(value)) fail(fmt::format("'{}' is not a time", cell));
    if (value < 0.0) fail(fmt::format("'{}' is before time 0", cell));
    return Seconds(value);
  }

  std::filesystem::path path_;
  std::string column_;
  std::ifstream in_;
  std::string text_;
  int line_ = 0;
  std::vector<std::string> header_;
  std::size_t index_ = 0;
};

}  // namespace

std::vector<Seconds> read_trace(const std::filesystem::path& path, const std::string& column) {
  return Reader(path, column).read();
}

}  // namespace edgecut::workload
