#include "commands/store.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "store/lock.hpp"
#include "store/store.hpp"
#include "sweep/campaign.hpp"
#include "sweep/results.hpp"

namespace edgecut::commands {

void export_store(const ExportOptions& options) {
  const store::Store store(options.store, store::Access::read);
  const auto missing = sweep::missing_shards(store);
  if (!missing.empty()) {
    say(fmt::format("{}: warning: the sweep has not ended; not complete: shard {}\n", options.store, missing));
  }
  if (options.output.empty()) {
    const auto rows = sweep::rows_of(store);
    if (!rows.empty()) print_rows(rows, options.format == Format::json ? Format::json : Format::csv);
    return;
  }
  sweep::write_results(options.output, store, options.format == Format::json);
  print(fmt::format("{}: {} rows, {} failed runs, in {}\n", options.store, sweep::rows_of(store).size(),
                    store.failures().size(), options.output));
}

void merge(const MergeOptions& options) {
  const std::filesystem::path folder = options.output;
  sweep::prepare_folder(folder);
  const auto file = folder / "sweep.sqlite";
  const store::Lock lock(file);
  std::vector<std::filesystem::path> sources(options.stores.begin(), options.stores.end());
  sweep::merge(sources, file);
  const store::Store merged(file, store::Access::read);
  const auto missing = sweep::missing_shards(merged);
  print(fmt::format("{}: {}\n", file.string(), counted(merged.finished().size(), "run")));
  if (!missing.empty()) {
    print(fmt::format("not complete yet: shard {}; play and merge them, and rows.csv is written\n", missing));
    return;
  }
  sweep::write_results(folder, merged, false);
  if (const auto failed = merged.failures().size(); failed > 0) {
    print(fmt::format("{} failed: see {}\n", counted(failed, "run"), (folder / "failures.csv").string()));
  }
}

}  // namespace edgecut::commands
