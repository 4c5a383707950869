// What commands share: a scenario with settings, how rows are printed, lines about a study.
#pragma once

#include <fmt/format.h>

#include <concepts>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/mends.hpp"
#include "config/value.hpp"
#include "experiment/study.hpp"
#include "metrics/row.hpp"
#include "sweep/processes.hpp"

namespace edgecut::commands {

enum class Format { table, csv, json };

/// A scenario as a command line names it.
struct ScenarioOptions {
  std::string file;                   // "-": standard input
  std::vector<std::string> settings;  // PATH=VALUE
};

/// A file as it was read, or standard input, which is named `-`.
struct Document {
  std::filesystem::path file;  // "stdin" of standard input, whose paths are relative to the working folder
  std::string text;
  config::Value root;
};

/// A scenario: the path of a file, the name of a shipped one, or "-" for standard input. Throws config::Error when it
/// cannot be read, or is no YAML.
Document read_document(const std::string& name);

/// A scenario's study, with what it was read from.
struct Opened {
  Opened(const config::Mends& mends, Document read, config::Value root,
         const std::vector<scenario::Override>& overrides, bool with_sweep);

  scenario::Library library;
  Document document;
  experiment::Study study;
};

/// Changes a scenario before its study is read.
using Change = std::function<config::Value(const config::Value&)>;

/// Reads a scenario and everything that it names; `with_sweep` false: the base point alone. Throws config::Error with a line
/// for each mistake.
std::unique_ptr<Opened> open_study(const ScenarioOptions& options, bool with_sweep, const Change& change = {});

/// Reads what a command needs of the files that somebody names, and gives back where it was read from. Throws config::Error with
/// a line for each mistake.
std::unique_ptr<scenario::Library> library_with(const std::function<void(scenario::Library&)>& read);

/// What a run may take, as a command line says it; empty: no limit.
struct LimitOptions {
  std::string timeout;  // "60 s"
  std::string memory;   // "2 GB"
};

/// Throws config::Error naming the option where a limit is none that a run could keep.
sweep::Execution execution_of(const LimitOptions& limits, unsigned jobs);

/// Writes to standard output. Throws std::runtime_error where it cannot be written (a full disk).
void print(const std::string& text);

/// Writes out what is held back of standard output. Throws std::runtime_error where that or anything before was not
/// written.
void finish_output();

/// Writes to standard error. What cannot be said there stays unsaid.
void say(const std::string& text);

/// As CSV or JSON.
void print_rows(const std::vector<metrics::Row>& rows, Format format);

/// What is not written PATH=VALUE has no path; a study refuses it.
std::vector<scenario::Override> overrides_of(const ScenarioOptions& options);

/// Network, device, link and cloud of a point in a line, which goes on in the next where it is long.
std::string setting_line(const experiment::Experiment& experiment);

/// In single quotes where a shell would see more than a word.
std::string shell_word(const std::string& text);

/// "1 row", "2 rows".
template <std::integral Count>
std::string counted(Count count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

/// "10 replications", or "10 to 200 replications" where they go on until a mean is known.
std::string replications_text(const experiment::Study& study);

/// "25 points x 7 partitioners x 10 replications".
std::string extent_text(const experiment::Study& study);

/// "warning: ..." for each processor whose figures are not of the precision that layers compute in, and "note: ..." for
/// each trace whose times are a clock's; empty if there is none.
std::string figures_and_files_text(const experiment::Study& study);

/// How many figures of a study are assumptions, in one line that says how to see them; empty if there is none.
std::string assumptions_line(const experiment::Study& study, const ScenarioOptions& options);
/// All of them; a line that there is none where there is none.
std::string assumptions_text(const experiment::Study& study);

}  // namespace edgecut::commands
