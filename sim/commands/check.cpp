#include "commands/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/catalogue.hpp"

namespace edgecut::commands {
namespace {

std::set<std::string> foreign_nominals(const scenario::Study& study) {
  std::set<std::string> lines;
  for (const auto& point : study.points()) {
    for (const auto* part : point->parts()) {
      for (const auto& [key, nominal, measured] : part->world().foreign_nominals) {
        lines.insert(fmt::format(
            "{}: its layers were measured{}, but its nominal rate, {}, is that of the file they were put over; set "
            "`nominal: {{one_network: ...}}`, since resource_aware and the cost of deciding go by it",
            key, measured ? fmt::format(" ({} {})", part->world().network->name(), units::format(*measured)) : "",
            units::format(nominal)));
      }
    }
  }
  return lines;
}

// In the order of the points.
std::string kernels_text(const scenario::Study& study) {
  std::vector<std::string_view> kernels;
  for (const auto& point : study.points()) {
    const auto name = kernel::name(point->kernel());
    if (std::ranges::find(kernels, name) == kernels.end()) kernels.push_back(name);
  }
  return fmt::format("{}", fmt::join(kernels, ", "));
}

}  // namespace

void check(const CheckOptions& options) {
  scenario::Library library(config::Catalogue::default_home());
  const scenario::Study study(options.scenario.file, library, overrides_of(options.scenario), true);
  const auto replications = replications_text(study);
  print(fmt::format("{}: ok, {} points x {} partitioners x {} replications = {}{} runs\n", options.scenario.file,
                    study.points().size(), study.points().front()->methods().size(), replications,
                    study.until() ? "at least " : "", study.runs().size()));
  print(fmt::format("{}: kernel: {}\n", options.scenario.file, kernels_text(study)));
  if (study.is_mute()) {
    print(
        fmt::format("{}: warning: all partitioners choose the same cut at every point; the study says nothing about "
                    "them (try another uplink, network or input size)\n",
                    options.scenario.file));
  }
  for (const auto& line : foreign_nominals(study)) print(fmt::format("{}: warning: {}\n", options.scenario.file, line));
  print(assumptions_text(study));
}

}  // namespace edgecut::commands
