#include "workload/trace_file.hpp"

#include "config/text_lines.hpp"

namespace edgecut::workload {

std::vector<Seconds> read_trace(const std::filesystem::path& path, const std::string& column) {
  config::NumberTable table(path, column);
  const auto place = table.column(column, "; `column:` says which holds the times");
  std::vector<Seconds> times;
  while (table.next()) {
    const Seconds time(table.number(place, config::trace_time));
    if (!times.empty() && time < times.back()) {
      table.fail(place, "earlier than the arrival before; sort the file by time");
    }
    times.push_back(time);
  }
  if (times.empty()) table.fail("no arrivals: the file names its columns and ends");
  return times;
}

}  // namespace edgecut::workload
