#include "sweep/sweep.hpp"

#include <fmt/format.h>

#include <limits>
#include <map>
#include <stdexcept>
#include <utility>

#include "sweep/faults.hpp"
#include "sweep/packed_row.hpp"
#include "sweep/recording.hpp"
#include "sweep/schedule.hpp"

namespace edgecut::sweep {
namespace {

std::string label(const experiment::Study& study, const experiment::Run& run) {
  std::string text = fmt::format("point {}, partitioner {}, replication {}", run.point,
                                 study.points()[run.point].methods()[run.method].name, run.replication);
  const auto& where = study.coordinates(run.point);
  for (std::size_t a = 0; a < where.size(); ++a) {
    if (where[a]) text += fmt::format(", {} = {}", study.axes()[a].path, study.axes()[a].word(*where[a]));
  }
  return text;
}

}  // namespace

store::RunKey key_of(const experiment::Run& run) {
  return {run.point, run.method, run.replication, run.plans};
}

std::vector<metrics::Row> run_study(const experiment::Study& study, const Execution& execution,
                                    const Progress& progress, Recording* recording) {
  const auto faults = Faults::of_environment();
  Schedule schedule(study, {});
  std::map<store::RunKey, std::pair<experiment::Run, metrics::Row>> played;
  const auto metric = [&](const experiment::Run& run) {
    const auto found = played.find(key_of(run));
    return found == played.end() ? std::numeric_limits<double>::quiet_NaN()
                                 : found->second.second.number(study.until()->column);
  };
  for (auto runs = schedule.next(metric); !runs.empty(); runs = schedule.next(metric)) {
    const auto before = played.size();
    const auto results = run_all(
        runs.size(), execution,
        [&](std::size_t i) {
          faults.play(name_of(study, runs[i]));
          return pack(recording != nullptr ? recording->play(runs[i]) : study.play(runs[i]));
        },
        [&](std::size_t done) { progress(before + done, before + runs.size()); },
        [&](std::size_t i) { return name_of(study, runs[i]); });
    for (std::size_t i = 0; i < runs.size(); ++i) {
      if (!results[i].failure.empty()) {
        throw std::runtime_error(fmt::format("a run failed ({}): {}", label(study, runs[i]), results[i].failure));
      }
      played.emplace(key_of(runs[i]), std::pair(runs[i], unpack(results[i].output)));
    }
  }
  std::vector<experiment::Run> runs;
  std::vector<metrics::Row> rows;
  for (auto& [key, run_and_row] : played) {
    runs.push_back(run_and_row.first);
    rows.push_back(std::move(run_and_row.second));
  }
  if (recording != nullptr) recording->join(runs, rows);
  return study.reduce(runs, std::move(rows));
}

}  // namespace edgecut::sweep
