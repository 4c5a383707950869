// Runs a whole study and keeps what it gave.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "metrics/row.hpp"
#include "scenario/study.hpp"

namespace edgecut::sweep {

/// Called after each run with how many of how many are done.
using Progress = std::function<void(std::size_t done, std::size_t total)>;

/// The rows of a study, by point, partitioner and replication; the same bytes for any `jobs`.
/// Throws std::runtime_error naming the run when one fails.
std::vector<metrics::Row> run_study(const scenario::Study& study, unsigned jobs, const Progress& progress);

/// Makes the folder and tries to write there, before hours are spent on what goes into it. Throws config::Error.
void prepare_folder(const std::filesystem::path& folder);

/// Writes rows.csv, savings.csv (where the study compares) and manifest.json: the scenario's text, versions, seeds,
/// every file used with its hash, and the assumptions. Each file is complete or not there. Throws std::runtime_error
/// with the path when it cannot be written.
struct Provenance {
  std::filesystem::path scenario;
  std::vector<scenario::Override> overrides;
  std::vector<std::filesystem::path> files;
  std::string version;
  double wall_seconds = 0.0;
};
void write_results(const std::filesystem::path& folder, const scenario::Study& study,
                   const std::vector<metrics::Row>& rows, const Provenance& provenance);

}  // namespace edgecut::sweep
