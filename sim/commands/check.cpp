#include "commands/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "belief/belief.hpp"
#include "experiment/choices.hpp"

namespace edgecut::commands {
namespace {

// Whether it makes a difference to the method what nominal rate a file states.
bool goes_by_file(const belief::Method& method) {
  const bool knows_rates = method.kind->knows_rates || method.knowledge == partition::Knowledge::nominal;
  return method.effort.deciding || (knows_rates && method.nominal.which != belief::Nominal::Which::this_world);
}

std::set<std::string> foreign_nominals(const experiment::Study& study) {
  std::set<std::string> lines;
  for (const auto& point : study.points()) {
    for (std::size_t i = 0; i < point.parts().size(); ++i) {
      if (std::ranges::none_of(point.methods_of(i), goes_by_file)) continue;
      const auto& world = point.parts()[i].world;
      for (const auto& [key, nominal, measured] : world.foreign_nominals) {
        lines.insert(fmt::format(
            "{}: its layers were measured{}, but its nominal rate, {}, is that of the file they were put over; set "
            "`nominal: {{one_network: ...}}`, since methods with `nominal: one_network` and the cost of deciding go by "
            "it",
            key, measured ? fmt::format(" ({} {})", world.network->name(), units::format(*measured)) : "",
            units::format(nominal)));
      }
    }
  }
  return lines;
}

// Limits that the scenario does not give but that follow from it, of the first devices and of the others.
std::vector<std::string> derived_limits(const experiment::Experiment& point) {
  std::vector<std::string> lines;
  for (const auto& part : point.parts()) {
    const auto add = [&](const std::string& line) {
      if (std::ranges::find(lines, line) == lines.end()) lines.push_back(line);
    };
    const auto& limits = part.constraints;
    const auto& device = part.world.device;
    const auto add_limit = [&](const char* what, const auto& limit, const std::string& source) {
      if (!source.empty()) add(fmt::format("{} <= {}: {}", what, units::format(*limit), source));
    };
    add_limit("energy of an inference", limits.energy, limits.energy_source);
    add_limit("memory of the head", limits.memory, limits.memory_source);
    add_limit("latency of an inference", limits.deadline, limits.deadline_source);
    add(fmt::format("memory of the head on {} <= {}: {}", device.title, units::format(device.available_memory()),
                    belief::memory_source(device)));
    add(fmt::format("weights of the head on {} <= {}: its free storage", device.title, units::format(device.storage)));
    const auto period = part.workload.period();
    if (!limits.deadline && period) {
      add(fmt::format("time that methods with a time limit take for one: {}, the mean time between requests",
                      units::format(*period)));
    }
  }
  return lines;
}

// Once where it is the same at all points, else that of the first and last.
void print_derived_limits(const experiment::Study& study, const std::string& file) {
  const auto& points = study.points();
  const auto first = derived_limits(points.front());
  const auto last = derived_limits(points.back());
  for (const auto& line : first) print(fmt::format("{}: derived limit: {}\n", file, line));
  for (const auto& line : last) {
    if (std::ranges::find(first, line) != first.end()) continue;
    print(fmt::format("{}: derived limit at the last point: {}\n", file, line));
  }
}

// In the order of the points.
std::string kernels_text(const experiment::Study& study) {
  std::vector<std::string_view> kernels;
  for (const auto& point : study.points()) {
    const auto name = kernel::name(point.kernel());
    if (std::ranges::find(kernels, name) == kernels.end()) kernels.push_back(name);
  }
  return fmt::format("{}", fmt::join(kernels, ", "));
}

// What the methods' choices say of the study.
std::vector<std::string> choices_lines(const experiment::Study& study) {
  experiment::Choices choices(study);
  std::vector<std::string> lines;
  if (choices.are_none()) lines.emplace_back("warning: no partitioner finds a plan at any point; see `edgecut plan`");
  if (choices.are_alike()) {
    lines.emplace_back(
        "warning: all partitioners choose the same plan at every point; the study says nothing about them (try another "
        "uplink, network or input size)");
  }
  for (const auto& axis : choices.idle_axes()) {
    lines.push_back(fmt::format("note: no partitioner's plan changes over {}", axis));
  }
  if (!lines.empty() && choices.replications() < study.replications()) {
    lines.push_back(fmt::format("note: of {} replications the plans of {} were looked at", study.replications(),
                                choices.replications()));
  }
  return lines;
}

}  // namespace

void check(const CheckOptions& options) {
  const auto opened = open_study(options.scenario, true);
  const auto file = opened->document.file.string();
  const auto& study = opened->study;
  print(fmt::format("{}: ok, {} = {}{}\n", file, extent_text(study), study.until() ? "at least " : "",
                    counted(study.runs().size(), "run")));
  print(fmt::format("{}: kernel: {}\n", file, kernels_text(study)));
  for (const auto& line : choices_lines(study)) print(fmt::format("{}: {}\n", file, line));
  print_derived_limits(study, file);
  for (const auto& line : foreign_nominals(study)) print(fmt::format("{}: warning: {}\n", file, line));
  for (const auto& line : scenario::foreign_figures(study.given())) print(fmt::format("{}: warning: {}\n", file, line));
  for (const auto& line : scenario::file_notes(study.given())) print(fmt::format("{}: note: {}\n", file, line));
  print(options.assumptions ? assumptions_text(study) : assumptions_line(study, options.scenario));
}

}  // namespace edgecut::commands
