#include "sweep/dictionary.hpp"

#include <algorithm>

#include "experiment/parts_tally.hpp"
#include "metrics/recorder.hpp"

namespace edgecut::sweep {
namespace {

// Of savings.csv; docs/metrics.md says more.
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

}  // namespace

std::vector<metrics::Row> dictionary(const std::vector<metrics::Column>& known, const std::vector<NamedTable>& tables) {
  auto all = known;
  for (const auto& more : {saving_columns(), experiment::PartsTally::class_columns(),
                           experiment::PartsTally::group_columns(), metrics::Recorder::processor_columns()}) {
    all.insert(all.end(), more.begin(), more.end());
  }
  std::vector<metrics::Row> rows;
  for (const auto& [file, table] : tables) {
    if (table->empty()) continue;
    for (const auto& [name, cell] : table->front().cells()) {
      const auto column = std::ranges::find(all, name, &metrics::Column::name);
      metrics::Row row;
      row.add("file", file);
      row.add("column", name);
      row.add("unit", column == all.end() ? "" : column->unit);
      row.add("meaning", column == all.end() ? "" : column->meaning);
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

}  // namespace edgecut::sweep
