#include "commands/check.hpp"

#include <fmt/format.h>

#include "config/catalogue.hpp"

namespace edgecut::commands {

void check(const CheckOptions& options) {
  scenario::Library library(config::Catalogue::default_home());
  const scenario::Study study(options.scenario.file, library, overrides_of(options.scenario), true);
  const auto replications = replications_text(study);
  print(fmt::format("{}: ok, {} points x {} partitioners x {} replications = {}{} runs\n", options.scenario.file,
                    study.points().size(), study.points().front()->methods().size(), replications,
                    study.until() ? "at least " : "", study.runs().size()));
  if (study.is_mute()) {
    print(
        fmt::format("{}: warning: all partitioners choose the same cut at every point; the study says nothing about "
                    "them (try another uplink, network or input size)\n",
                    options.scenario.file));
  }
  print(assumptions_text(study));
}

}  // namespace edgecut::commands
