// The files that a store is exported to.
#pragma once

#include <filesystem>
#include <vector>

#include "metrics/row.hpp"
#include "store/store.hpp"

namespace edgecut::sweep {

/// The rows of a store, by point, partitioner and replication; of best_fixed the best cut's.
std::vector<metrics::Row> rows_of(const store::Store& store);

/// Makes the folder and tries to write there, before hours are spent on what goes into it. Throws config::Error.
void prepare_folder(const std::filesystem::path& folder);

/// Writes rows.csv, savings.csv (where the study compares), failures.csv (where runs failed), columns.csv (what the
/// columns of these tables mean) and manifest.json: the scenario's text, versions, every file used with its hash, the
/// assumptions, and how long it took. With `json` also rows.json. Each file is complete or not there. Throws
/// std::runtime_error with the path when one cannot be written.
void write_results(const std::filesystem::path& folder, const store::Store& store, bool json);

}  // namespace edgecut::sweep
