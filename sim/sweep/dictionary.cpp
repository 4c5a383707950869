#include "sweep/dictionary.hpp"

#include <algorithm>

namespace edgecut::sweep {

std::vector<metrics::Column> saving_columns() {
  return {
      {"baseline", "", "the partitioner whom the saving is against"},
      {"metric", "", "what is saved"},
      {"saving", "", "mean over pairs of (baseline - x) / baseline; above 0: less than the baseline"},
      {"saving_half_width", "", "half the 95 % interval of that mean, by Student's t"},
      {"speed_up", "", "of latency: geometric mean over pairs of baseline / x; above 1: faster than the baseline"},
      {"speed_up_low", "", "lower end of its 95 % interval, by Student's t of the logarithms"},
      {"speed_up_high", "", "upper end of that interval"},
      {"pairs", "", "replications that count, the same for all methods that have any"},
      {"found", "", "replications in which the method found a plan"},
      {"kept", "", "of these, in which it broke no limit in truth"},
      {"broken", "", "of these, in which it did"},
      {"left_out_infeasible", "", "replications in which either has no plan"},
      {"left_out_saturated", "", "replications in which either is saturated"},
      {"left_out_losing", "", "replications in which either dropped requests, or not as many failed in both"},
      {"left_out_violating", "", "replications in which either broke a limit"},
      {"left_out_others", "", "replications in which another method that is compared has no sound pair"},
      {"left_out_zero", "", "replications in which the baseline's figure is 0"},
      {"left_out_unknown", "", "replications of whose effort one is unknown"},
  };
}

std::vector<metrics::Row> dictionary(const std::vector<FileTable>& tables) {
  std::vector<metrics::Row> lines;
  for (const auto& [file, rows, known] : tables) {
    if (rows->empty()) continue;
    for (const auto& [name, cell] : rows->front().cells()) {
      const auto column = std::ranges::find(known, name, &metrics::Column::name);
      auto& line = lines.emplace_back();
      line.add("file", file);
      line.add("column", name);
      line.add("unit", column == known.end() ? "" : column->unit);
      line.add("meaning", column == known.end() ? "" : column->meaning);
    }
  }
  return lines;
}

}  // namespace edgecut::sweep
