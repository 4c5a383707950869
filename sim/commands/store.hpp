// `edgecut export` and `edgecut merge`.
#pragma once

#include <string>
#include <vector>

#include "commands/common.hpp"

namespace edgecut::commands {

struct ExportOptions {
  std::string store;
  std::string output;  // folder; rows to standard output without one
  Format format = Format::table;
};

/// Writes a store's rows, savings, failures, manifest and data dictionary to a folder, or its rows to standard output.
void export_store(const ExportOptions& options);

struct MergeOptions {
  std::vector<std::string> stores;
  std::string output;  // folder
};

/// Joins shards into one store; exports it when all are there.
void merge(const MergeOptions& options);

}  // namespace edgecut::commands
