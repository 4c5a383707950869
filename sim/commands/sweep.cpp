#include "commands/sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <set>

#include "commands/interrupts.hpp"
#include "commands/progress_bar.hpp"
#include "commands/verdict_lines.hpp"
#include "commands/version.hpp"
#include "config/catalogue.hpp"
#include "experiment/choices.hpp"
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

// All cells, under the names of the columns.
std::string whole_table(const std::vector<metrics::Row>& rows) {
  std::vector<std::string> names;
  for (const auto& [name, cell] : rows.front().cells()) names.push_back(name);
  report::Table table(names);
  for (const auto& row : rows) {
    std::vector<std::string> texts;
    for (const auto& [name, cell] : row.cells()) texts.push_back(metrics::to_text(cell));
    table.add(std::move(texts));
  }
  return table.str();
}

// Here, in this process, so that a debugger can watch it.
void play_one(const SweepOptions& options, const experiment::Study& study) {
  const auto run = sweep::run_named(study, options.only);
  sweep::Faults::of_environment().play(options.only);
  const auto row = study.play(run);
  if (options.format != Format::table) return print_rows({row}, options.format);
  report::Table table({"column", "value"});
  for (const auto& [name, cell] : row.cells()) table.add({name, metrics::to_text(cell)});
  print(table.str());
  for (const auto& [name, rows] : row.tables()) print(fmt::format("\n{}\n{}", name, whole_table(rows)));
}

// ---- --dry-run ----

std::filesystem::path store_file(const std::filesystem::path& folder, const store::Shard& shard) {
  return folder / (shard.count == 1 ? std::string("sweep.sqlite")
                                    : fmt::format("shard-{}-of-{}.sqlite", shard.index, shard.count));
}

// Takes away those that the store has, and says how many.
void leave_out_finished(std::vector<experiment::Run>& runs, const std::filesystem::path& file,
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
double probe(const SweepOptions& options, const experiment::Study& study, const std::vector<experiment::Run>& runs,
             std::size_t count) {
  constexpr double long_enough = 5.0;
  const auto execution = interruptible(execution_of(options.limits, 1));
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
        [](std::size_t) {}, [&](std::size_t) { return name; });
    spent += std::chrono::duration<double>(Clock::now() - begin).count();
    if (!results.front().failure.empty()) {
      print(fmt::format("a probe failed: {}: {}\n", name, results.front().failure));
    }
  }
  const double each = spent / static_cast<double>(played);
  print(fmt::format("{} as a probe took {} each: ", counted(played, "run"), report::seconds(each)));
  return each;
}

void foretell(const SweepOptions& options, const experiment::Study& study, const store::Header& header,
              const std::filesystem::path& folder) {
  const auto shard = read_shard(options.shard);
  auto runs = sweep::Schedule(study, shard).next([](const auto&) { return std::nan(""); });
  const auto shard_text = shard.count == 1 ? "" : fmt::format(", shard {} of {}", shard.index, shard.count);
  print(fmt::format("{}: {}{}: {}{}\n", study.name(), extent_text(study), shard_text, study.until() ? "at least " : "",
                    counted(runs.size(), "run")));
  if (!options.fresh) leave_out_finished(runs, store_file(folder, shard), header, options.retry_failed);
  if (runs.empty()) return;
  constexpr std::size_t probes = 16;
  const double each = probe(options, study, runs, std::min(probes, runs.size()));
  print(fmt::format("about {} for {} with --jobs {}\n",
                    report::seconds(each * static_cast<double>(runs.size()) / options.jobs),
                    counted(runs.size(), "run"), options.jobs));
}

// ---- the sweep ----

// Means without a figure: more replications would have told nothing, so that there were no more than `min`.
void warn_of_no_figures(const experiment::Study& study, const std::vector<sweep::Unmet>& unmet) {
  const auto count = std::ranges::count(unmet, 0U, &sweep::Unmet::replications);
  if (count == 0) return;
  const auto& first = *std::ranges::find(unmet, 0U, &sweep::Unmet::replications);
  print(fmt::format(
      "warning: {} {} of {} {} no figure in any replication, the first: point {}, {}; `replications: until` "
      "could not look at {}\n",
      count, count == 1 ? "mean" : "means", study.until()->column, count == 1 ? "has" : "have", first.point,
      first.partitioner, count == 1 ? "it" : "them"));
}

// Means that `until` asked to know better than they are.
void warn_of_widths(const experiment::Study& study, const std::vector<metrics::Row>& rows) {
  if (!study.until()) return;
  auto unmet = sweep::widths_not_met(study, rows);
  warn_of_no_figures(study, unmet);
  std::erase_if(unmet, [](const sweep::Unmet& one) { return one.replications == 0; });
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

void report_rows(const SweepOptions& options, const experiment::Study& study, const store::Store& store,
                 const std::filesystem::path& folder) {
  const auto rows = sweep::rows_of(store);
  if (options.format != Format::table) return print_rows(rows, options.format);
  print(fmt::format("{}: {}: {} in {:.1f} s, in {}\n", study.name(), extent_text(study), counted(rows.size(), "row"),
                    store.wall_seconds(), folder.string()));
  for (const auto& line : verdict_totals(rows)) print("warning: " + line + "\n");
  print(figures_and_files_text(study));
  warn_of_widths(study, rows);
  if (experiment::Choices(study).are_alike()) {
    print("warning: all partitioners chose the same plan at every point; the study says nothing about them\n");
  }
}

void complain_of(const std::vector<store::Failed>& failures, const std::filesystem::path& where) {
  if (failures.empty()) return;
  const auto& first = failures.front();
  throw std::runtime_error(fmt::format(
      "{} {} failed, the first: {}: {}; repeat it with: {}; all are in {}; --retry-failed plays them again",
      failures.size(), failures.size() == 1 ? "run" : "runs", first.run, first.reason, first.command, where.string()));
}

sweep::Provenance provenance_of(const Document& scenario, const SweepOptions& options, scenario::Library& library) {
  return {scenario.file,
          scenario.text,
          overrides_of(options.scenario),
          config::Catalogue::default_home(),
          library.catalogue().files(),
          version(),
          commit(),
          kernel::simgrid_version(),
          store::sqlite_version(),
          compiler()};
}

void sweep_to_folder(const SweepOptions& options, const experiment::Study& study, const store::Header& header,
                     const std::filesystem::path& folder) {
  sweep::Campaign campaign;
  campaign.execution = interruptible(execution_of(options.limits, options.jobs));
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
  if (!outcome.interruption.empty()) {
    const auto kept = outcome.found + outcome.played;
    throw Interrupted(fmt::format("{}; {} {} kept in {}; the same command goes on from there", outcome.interruption,
                                  counted(kept, "run"), kept == 1 ? "is" : "are", file.string()));
  }
  if (outcome.found > 0) {
    say(fmt::format("{} {} in {} already\n", counted(outcome.found, "run"), outcome.found == 1 ? "was" : "were",
                    file.string()));
  }
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
void sweep_to_output(const SweepOptions& options, const experiment::Study& study) {
  if (!options.shard.empty() || options.fresh || options.retry_failed) {
    throw config::Error(
        "--format csv and json without --output keep no store: --shard, --fresh and --retry-failed need --output "
        "FOLDER");
  }
  const auto execution = interruptible(execution_of(options.limits, options.jobs));
  ProgressBar bar;
  const auto rows = sweep::run_study(study, execution, [&](std::size_t done, std::size_t total) { bar(done, total); });
  bar.end();
  print_rows(rows, options.format);
}

}  // namespace

void sweep(const SweepOptions& options) {
  std::unique_ptr<Opened> opened;
  config::read_all({[&] { opened = open_study(options.scenario, true); },
                    [&] { execution_of(options.limits, options.jobs); }, [&] { read_shard(options.shard); }});
  auto& [library, scenario, study] = *opened;
  if (!options.only.empty()) return play_one(options, study);
  const std::filesystem::path folder = options.output.empty() ? "results/" + study.name() : options.output;
  const auto header = sweep::header(study, provenance_of(scenario, options, library));
  if (options.dry_run) return foretell(options, study, header, folder);
  if (options.format != Format::table && options.output.empty()) return sweep_to_output(options, study);
  sweep_to_folder(options, study, header, folder);
}

}  // namespace edgecut::commands
