// A sweep with a store: what is played is kept, what is kept is not played again.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "experiment/study.hpp"
#include "store/store.hpp"
#include "sweep/processes.hpp"
#include "sweep/sweep.hpp"

namespace edgecut::sweep {

struct Campaign {
  Execution execution;
  store::Shard shard;
  bool retries_failed = false;
  std::string command;  // that repeats a run when its name is put behind
  Progress progress;
};

/// What came of it.
struct Outcome {
  std::string interruption;  // what had ended and what was under way; empty where nothing was interrupted
  std::size_t found = 0;     // runs that the store held already
  std::size_t played = 0;    // now, failed ones included
};

/// Opens a study's store, or makes it. Throws config::Error when it holds runs of another sweep, naming what differs.
store::Store open_store(const std::filesystem::path& file, const store::Header& header);

/// Plays the runs that the store lacks. Each is on the disk before the next is counted; a run that fails is kept with its
/// reason, and the others go on.
Outcome play(const experiment::Study& study, store::Store& store, const Campaign& campaign);

/// Puts the runs of `sources` into `target_file`, which is made if need be. Doing it again changes nothing. Throws
/// config::Error when one of them is of another sweep, was cut into another number of shards, or has other figures for
/// the same run; the file then is as it was.
void merge(const std::vector<std::filesystem::path>& sources, const std::filesystem::path& target_file);

/// Shards that are not complete, in words; empty when the store has all.
std::string missing_shards(const store::Store& store);

}  // namespace edgecut::sweep
