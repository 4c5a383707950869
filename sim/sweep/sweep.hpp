// Runs a whole study.
#pragma once

#include <functional>
#include <vector>

#include "experiment/study.hpp"
#include "metrics/row.hpp"
#include "store/store.hpp"
#include "sweep/processes.hpp"

namespace edgecut::sweep {

class Recording;

/// Called after each run with how many of how many are done. With Study::until(), how many becomes known by and by.
using Progress = std::function<void(std::size_t done, std::size_t total)>;

/// The rows of a study, by point, partitioner and replication; the same bytes however many run at a time. Nothing is
/// kept. `recording`, where there is one, writes what happens in the runs, too.
/// Throws std::runtime_error naming the run when one fails or passes a limit, and Interrupted.
std::vector<metrics::Row> run_study(const experiment::Study& study, const Execution& execution,
                                    const Progress& progress, Recording* recording = nullptr);

/// A run, as stores know it.
store::RunKey key_of(const experiment::Run& run);

}  // namespace edgecut::sweep
