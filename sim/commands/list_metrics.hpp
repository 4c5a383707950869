// `edgecut list metrics`.
#pragma once

#include <string>

namespace edgecut::commands {

/// Every result column as its declaration says, table by table. `format`: table, csv, json, or markdown, of which the
/// tables in docs/metrics.md are a copy.
void list_metrics(const std::string& format);

}  // namespace edgecut::commands
