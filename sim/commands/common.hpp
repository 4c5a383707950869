// What commands share: a scenario with settings, how rows are printed, lines about a study.
#pragma once

#include <string>
#include <vector>

#include "metrics/row.hpp"
#include "scenario/study.hpp"
#include "sweep/processes.hpp"

namespace edgecut::commands {

enum class Format { table, csv, json };

/// A scenario as a command line names it.
struct ScenarioOptions {
  std::string file;
  std::vector<std::string> settings;  // PATH=VALUE
};

/// What a run may take, as a command line says it; empty: no limit.
struct LimitOptions {
  std::string timeout;  // "60 s"
  std::string memory;   // "2 GB"
};

/// Throws config::Error naming the option where a limit is none that a run could keep.
sweep::Execution execution_of(const LimitOptions& limits, unsigned jobs);

/// Writes to standard output.
void print(const std::string& text);

/// As CSV or JSON.
void print_rows(const std::vector<metrics::Row>& rows, Format format);

/// Throws config::Error where a setting is not written PATH=VALUE.
std::vector<scenario::Override> overrides_of(const ScenarioOptions& options);

/// Network, device, link and cloud of a point in one line.
std::string setting_line(const scenario::Experiment& experiment);

/// "10", or "10 to 200" where they go on until a mean is known.
std::string replications_text(const scenario::Study& study);

/// The figures of a study whose source is an assumption; empty if there is none.
std::string assumptions_text(const scenario::Study& study);

}  // namespace edgecut::commands
