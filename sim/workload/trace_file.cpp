#include "workload/trace_file.hpp"

#include "config/table.hpp"

namespace edgecut::workload {

ArrivalFile read_arrivals(const std::filesystem::path& path, const std::string& column,
                          const std::optional<config::SpelledUnit>& unit) {
  config::Table table(path, column);
  const auto place = table.time_column(column, {.given = unit, .remedy = "; `column:` says which holds the times"});
  ArrivalFile arrivals;
  while (table.next()) {
    const auto time = table.time(place);
    if (!time) continue;
    if (!arrivals.times.empty() && Seconds(*time) < arrivals.times.back()) {
      table.blame(place, "earlier than the arrival before; sort the file by time");
    } else {
      arrivals.times.emplace_back(*time);
    }
  }
  table.finish("no arrivals");
  arrivals.clock_begin = table.clock_begin(place);
  arrivals.note = table.note();
  return arrivals;
}

}  // namespace edgecut::workload
