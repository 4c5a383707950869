// What a run of a study writes beside its rows: traces, events, requests.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "experiment/study.hpp"
#include "metrics/row.hpp"

namespace edgecut::sweep {

/// Files that are asked for; an empty path is none.
struct RecordingFiles {
  std::filesystem::path trace;     // report::Trace of the first replication of each partitioner
  std::filesystem::path events;    // report::EventLog of every run
  std::filesystem::path requests;  // report::RequestLog of every run
  std::uint64_t trace_limit = 0;   // bytes of the trace, which its runs share alike

  [[nodiscard]] bool wanted() const { return !trace.empty() || !events.empty() || !requests.empty(); }
};

/// Each run writes a part of its own beside the file, from the process that plays it; in the end the parts are put
/// together in the order of the runs. Of best_fixed, which plays every cut, the parts of the cut it keeps are taken.
class Recording {
 public:
  /// Tries to write each file, before anything runs. Throws config::Error with the path.
  Recording(const experiment::Study& study, RecordingFiles files);
  Recording(const Recording&) = delete;
  Recording& operator=(const Recording&) = delete;
  /// Removes parts that were left.
  ~Recording();

  /// Plays a run and writes its parts.
  [[nodiscard]] metrics::Row play(const experiment::Run& run) const;
  /// Puts the files together. `rows`: one a run, before Study::reduce. Throws std::runtime_error where that fails.
  void join(const std::vector<experiment::Run>& runs, const std::vector<metrics::Row>& rows);
  /// How many of the trace's runs were cut by the limit.
  [[nodiscard]] std::size_t cut_traces() const { return cut_traces_; }

 private:
  [[nodiscard]] bool is_traced(const experiment::Run& run) const;
  [[nodiscard]] std::vector<experiment::Run> kept(const std::vector<experiment::Run>& runs,
                                                  const std::vector<metrics::Row>& rows) const;

  const experiment::Study& study_;
  RecordingFiles files_;
  std::uint64_t traced_ = 0;  // partitioners
  std::size_t cut_traces_ = 0;
};

}  // namespace edgecut::sweep
