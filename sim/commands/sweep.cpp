#include "commands/sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <csignal>
#include <filesystem>
#include <set>

#include "commands/progress_bar.hpp"
#include "commands/version.hpp"
#include "config/catalogue.hpp"
#include "kernel/version.hpp"
#include "report/table.hpp"
#include "store/lock.hpp"
#include "store/store.hpp"
#include "sweep/campaign.hpp"
#include "sweep/faults.hpp"
#include "sweep/header.hpp"
#include "sweep/results.hpp"
#include "sweep/schedule.hpp"
#include "sweep/sweep.hpp"

namespace edgecut::commands {
namespace {

using Clock = std::chrono::steady_clock;

volatile std::sig_atomic_t interrupted = 0;

void on_interrupt(int) {
  interrupted = 1;
}

// Ctrl-C and a polite kill end the sweep cleanly; a file that may not grow is an error of the write, not the end.
void watch_signals() {
  struct sigaction action {};
  action.sa_handler = on_interrupt;
  ::sigemptyset(&action.sa_mask);
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGXFSZ, SIG_IGN);
}

// In single quotes where a shell would see more than a word.
std::string shell_word(const std::string& text) {
  const auto is_plain = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("._-/=+:@%").find(c) != std::string::npos;
  };
  if (!text.empty() && std::ranges::all_of(text, is_plain)) return text;
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word + "'";
}

std::string command_of(const SweepOptions& options) {
  std::string command = "edgecut sweep " + shell_word(options.scenario.file);
  for (const auto& setting : options.scenario.settings) command += " --set " + shell_word(setting);
  return command;
}

store::Shard read_shard(const std::string& text) {
  if (text.empty()) return {};
  const auto slash = text.find('/');
  try {
    std::size_t end_of_index = 0;
    std::size_t end_of_count = 0;
    if (slash != std::string::npos && text.find('-') == std::string::npos) {
      const auto index = std::stoul(text, &end_of_index);
      const auto count = std::stoul(text.substr(slash + 1), &end_of_count);
      if (end_of_index == slash && end_of_count == text.size() - slash - 1 && index >= 1 && index <= count) {
        return {index, count};
      }
    }
  } catch (const std::logic_error&) {  // no number, or one too large
  }
  throw config::Error(fmt::format("--shard {}: must be I/N with I from 1 to N, such as 2/4", text));
}

// ---- --run ----

// Here, in this process, so that a debugger can watch it.
void play_one(const SweepOptions& options, const scenario::Study& study) {
  const auto run = sweep::run_named(study, options.only);
  sweep::Faults::of_environment().play(options.only);
  const auto row = study.play(run);
  if (options.format != Format::table) return print_rows({row}, options.format);
  report::Table table({"column", "value"});
  for (const auto& [name, cell] : row.cells()) table.add({name, metrics::to_text(cell)});
  print(table.str());
}

// ---- --dry-run ----

std::filesystem::path store_file(const std::filesystem::path& folder, const store::Shard& shard) {
  return folder / (shard.count == 1 ? std::string("sweep.sqlite")
                                    : fmt::format("shard-{}-of-{}.sqlite", shard.index, shard.count));
}

// Takes away those that the store has, and says how many.
void leave_out_finished(std::vector<scenario::Run>& runs, const std::filesystem::path& file,
                        const store::Header& header, bool retries_failed) {
  if (!store::exists(file)) return;
  const store::Store store(file, store::Access::read);
  if (!store::differences(store.header().identity, header.identity).empty()) {
    return print(fmt::format("{} holds runs of another sweep\n", file.string()));
  }
  std::set<store::RunKey> ended;
  for (const auto& key : store.finished()) ended.insert(key);
  for (const auto& failure : store.failures()) {
    if (!retries_failed) ended.insert(failure.key);
  }
  const auto found = std::erase_if(runs, [&](const auto& run) { return ended.contains(sweep::key_of(run)); });
  print(fmt::format("{} of them are in {} already\n", found, file.string()));
}

// Plays runs spread over the sweep, for some seconds at most; seconds that each took.
double probe(const SweepOptions& options, const scenario::Study& study, const std::vector<scenario::Run>& runs,
             std::size_t count) {
  constexpr double long_enough = 5.0;
  const auto execution = execution_of(options.limits, 1);
  const auto faults = sweep::Faults::of_environment();
  double spent = 0.0;
  std::size_t played = 0;
  for (; played < count && spent < long_enough; ++played) {
    const auto& run = runs[played * runs.size() / count];
    const auto name = sweep::name_of(study, run);
    const auto begin = Clock::now();
    const auto results = sweep::run_all(
        1, execution,
        [&](std::size_t) {
          faults.play(name);
          return std::string(study.play(run).cells().empty() ? "" : "played");
        },
        [](std::size_t) {});
    spent += std::chrono::duration<double>(Clock::now() - begin).count();
    if (!results.front().failure.empty()) {
      print(fmt::format("a probe failed: {}: {}\n", name, results.front().failure));
    }
  }
  const double each = spent / static_cast<double>(played);
  print(fmt::format("{} runs as a probe took {} each: ", played, report::seconds(each)));
  return each;
}

void foretell(const SweepOptions& options, const scenario::Study& study, const store::Header& header,
              const std::filesystem::path& folder) {
  const auto shard = read_shard(options.shard);
  auto runs = sweep::Schedule(study, shard).next([](const auto&) { return std::nan(""); });
  const auto shard_text = shard.count == 1 ? "" : fmt::format(", shard {} of {}", shard.index, shard.count);
  print(fmt::format("{}: {} points x {} partitioners x {} replications{}: {}{} runs\n", study.name(),
                    study.points().size(), study.points().front()->methods().size(), replications_text(study),
                    shard_text, study.until() ? "at least " : "", runs.size()));
  if (!options.fresh) leave_out_finished(runs, store_file(folder, shard), header, options.retry_failed);
  if (runs.empty()) return;
  constexpr std::size_t probes = 16;
  const double each = probe(options, study, runs, std::min(probes, runs.size()));
  print(fmt::format("about {} for {} runs with --jobs {}\n",
                    report::seconds(each * static_cast<double>(runs.size()) / options.jobs), runs.size(),
                    options.jobs));
}

// ---- the sweep ----

// Means that `until` asked to know better than they are.
void warn_of_widths(const scenario::Study& study, const std::vector<metrics::Row>& rows) {
  if (!study.until()) return;
  const auto unmet = sweep::widths_not_met(study, rows);
  if (unmet.empty()) return;
  const auto& first = unmet.front();
  const auto known =
      std::isnan(first.half_width) ? std::string("unknown") : fmt::format("{:.2g} %", 100 * first.half_width);
  print(fmt::format(
      "warning: {} {} of {} {} not known to {:.3g} %, the first: point {}, {}, after {} of at most {} replications: "
      "{}\n",
      unmet.size(), unmet.size() == 1 ? "mean" : "means", study.until()->column, unmet.size() == 1 ? "is" : "are",
      100 * study.until()->half_width, first.point, first.partitioner, first.replications, study.until()->max, known));
}

void report_rows(const SweepOptions& options, const scenario::Study& study, const store::Store& store,
                 const std::filesystem::path& folder) {
  const auto rows = sweep::rows_of(store);
  if (options.format != Format::table) return print_rows(rows, options.format);
  const auto saturated = std::ranges::count_if(rows, [](const auto& row) { return row.number("saturated") == 1.0; });
  const auto infeasible = std::ranges::count_if(rows, [](const auto& row) { return row.number("feasible") == 0.0; });
  print(fmt::format("{}: {} points x {} partitioners x {} replications: {} rows in {:.1f} s, in {}\n", study.name(),
                    study.points().size(), study.points().front()->methods().size(), replications_text(study),
                    rows.size(), store.wall_seconds(), folder.string()));
  if (saturated > 0)
    print(fmt::format("{} rows are saturated: their means grow with the number of requests\n", saturated));
  if (infeasible > 0) print(fmt::format("{} rows are infeasible: no plan keeps the limits\n", infeasible));
  warn_of_widths(study, rows);
  if (study.is_mute()) print("warning: all partitioners chose the same cut at every point; the study says nothing\n");
}

void complain_of(const std::vector<store::Failed>& failures, const std::filesystem::path& where) {
  if (failures.empty()) return;
  const auto& first = failures.front();
  throw std::runtime_error(fmt::format(
      "{} {} failed, the first: {}: {}; repeat it with: {}; all are in {}; --retry-failed plays them again",
      failures.size(), failures.size() == 1 ? "run" : "runs", first.run, first.reason, first.command, where.string()));
}

sweep::Provenance provenance_of(const SweepOptions& options, scenario::Library& library) {
  return {options.scenario.file,
          overrides_of(options.scenario),
          config::Catalogue::default_home(),
          library.catalogue().files(),
          version(),
          commit(),
          kernel::simgrid_version(),
          store::sqlite_version(),
          compiler()};
}

void sweep_to_folder(const SweepOptions& options, const scenario::Study& study, const store::Header& header,
                     const std::filesystem::path& folder) {
  sweep::Campaign campaign;
  campaign.execution = execution_of(options.limits, options.jobs);
  campaign.execution.interrupted = &interrupted;
  campaign.shard = read_shard(options.shard);
  campaign.retries_failed = options.retry_failed;
  campaign.command = command_of(options) + " --run ";
  ProgressBar bar;
  campaign.progress = [&](std::size_t done, std::size_t total) { bar(done, total); };
  sweep::prepare_folder(folder);
  const auto file = store_file(folder, campaign.shard);
  const store::Lock lock(file);
  if (options.fresh) store::remove(file);
  auto store = sweep::open_store(file, header);
  const auto outcome = sweep::play(study, store, campaign);
  bar.end();
  store.close();
  if (outcome.was_interrupted) {
    throw Interrupted(fmt::format("interrupted: {} runs are kept in {}; the same command goes on from there",
                                  outcome.found + outcome.played, file.string()));
  }
  if (outcome.found > 0) fmt::print(stderr, "{} runs were in {} already\n", outcome.found, file.string());
  if (campaign.shard.count > 1) {
    print(fmt::format("{}: shard {} of {} is complete, in {}\n", study.name(), campaign.shard.index,
                      campaign.shard.count, file.string()));
    warn_of_widths(study, sweep::rows_of(store));
    return complain_of(store.failures(), file);
  }
  sweep::write_results(folder, store, false);
  report_rows(options, study, store, folder);
  complain_of(store.failures(), folder / "failures.csv");
}

// To standard output; nothing is kept.
void sweep_to_output(const SweepOptions& options, const scenario::Study& study) {
  if (!options.shard.empty() || options.fresh || options.retry_failed || !options.limits.timeout.empty() ||
      !options.limits.memory.empty()) {
    throw config::Error(
        "--format csv and json without --output keep no store: --shard, --fresh, --retry-failed, --run-timeout and "
        "--run-memory need --output FOLDER");
  }
  ProgressBar bar;
  const auto rows =
      sweep::run_study(study, options.jobs, [&](std::size_t done, std::size_t total) { bar(done, total); });
  bar.end();
  print_rows(rows, options.format);
}

}  // namespace

void sweep(const SweepOptions& options) {
  scenario::Library library(config::Catalogue::default_home());
  const auto overrides = overrides_of(options.scenario);
  const scenario::Study study(options.scenario.file, library, overrides, true);
  if (!options.only.empty()) return play_one(options, study);
  const std::filesystem::path folder = options.output.empty() ? "results/" + study.name() : options.output;
  const auto header = sweep::header(study, provenance_of(options, library));
  if (options.dry_run) return foretell(options, study, header, folder);
  if (options.format != Format::table && options.output.empty()) return sweep_to_output(options, study);
  watch_signals();
  sweep_to_folder(options, study, header, folder);
}

}  // namespace edgecut::commands
