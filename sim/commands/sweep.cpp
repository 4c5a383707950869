#include "commands/sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "commands/progress_bar.hpp"
#include "config/catalogue.hpp"
#include "sweep/sweep.hpp"

namespace edgecut::commands {

void sweep(const SweepOptions& options) {
  const auto begin = std::chrono::steady_clock::now();
  scenario::Library library(config::Catalogue::default_home());
  const scenario::Study study(options.scenario.file, library, overrides_of(options.scenario), true);
  const std::filesystem::path folder = options.output.empty() ? "results/" + study.name() : options.output;
  const bool writes = options.format == Format::table || !options.output.empty();
  if (writes) sweep::prepare_folder(folder);
  ProgressBar bar;
  const auto rows =
      sweep::run_study(study, options.jobs, [&](std::size_t done, std::size_t total) { bar(done, total); });
  const double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  if (options.format != Format::table) print_rows(rows, options.format);
  if (!writes) return;
  sweep::write_results(
      folder, study, rows,
      {options.scenario.file, overrides_of(options.scenario), library.catalogue().files(), EDGECUT_VERSION, wall});
  if (options.format != Format::table) return;
  const auto saturated = std::ranges::count_if(rows, [](const auto& row) { return row.number("saturated") == 1.0; });
  const auto infeasible = std::ranges::count_if(rows, [](const auto& row) { return row.number("feasible") == 0.0; });
  print(fmt::format("{}: {} points x {} partitioners x {} replications: {} rows in {:.1f} s, in {}\n", study.name(),
                    study.points().size(), study.points().front()->methods().size(), study.replications(), rows.size(),
                    wall, folder.string()));
  if (saturated > 0)
    print(fmt::format("{} rows are saturated: their means grow with the number of requests\n", saturated));
  if (infeasible > 0) print(fmt::format("{} rows are infeasible: no plan keeps the limits\n", infeasible));
  if (study.is_mute()) print("warning: all partitioners chose the same cut at every point; the study says nothing\n");
}

}  // namespace edgecut::commands
