// Arrival times from a CSV file.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "units/quantity.hpp"

namespace edgecut::workload {

/// Reads the column of that name, in seconds, of a CSV file whose first line names its columns (config/text_lines.hpp).
/// Throws config::Error with file and line when there is no such column, a row has other than the first line's number of
/// cells, or a time is no number, negative, absurd or earlier than the one before; or when there is no arrival at all.
std::vector<Seconds> read_trace(const std::filesystem::path& path, const std::string& column);

}  // namespace edgecut::workload
