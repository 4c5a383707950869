#include "commands/common.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdio>

#include "config/value.hpp"
#include "report/table.hpp"

namespace edgecut::commands {

void print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
}

std::vector<scenario::Override> overrides_of(const ScenarioOptions& options) {
  std::vector<scenario::Override> overrides;
  for (const auto& setting : options.settings) {
    const auto equals = setting.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw config::Error(
          fmt::format("--set {}: a setting is written PATH=VALUE, such as link.uplink=5Mbit/s", setting));
    }
    overrides.push_back({setting.substr(0, equals), setting.substr(equals + 1)});
  }
  return overrides;
}

std::string setting_line(const scenario::Experiment& experiment) {
  const auto& world = experiment.world();
  std::vector<std::string> processors;
  for (const auto index : world.processors) processors.push_back(world.device.processors[index].name);
  const auto fleet = world.devices > 1 ? fmt::format("{} x ", world.devices) : std::string();
  const auto edge = world.edge ? fmt::format("edge server {}, ", world.edge->server.title) : std::string();
  auto line = fmt::format("{} on {}{} ({}), {} up, {} down, {} round trip, {}cloud {} x {}\n", world.network->name(),
                          fleet, world.device.title, fmt::join(processors, ", "), units::format(world.link.uplink),
                          units::format(world.link.downlink), units::format(world.link.rtt), edge, world.cloud.hosts,
                          world.cloud.title);
  for (const auto* part : experiment.parts()) {
    if (part == &experiment) continue;
    const auto& other = part->world();
    if (part->joins()) {
      line += fmt::format("and {} on the same ({})\n", other.network->name(), part->request_class());
    } else {
      line += fmt::format("and {} on {} x {}, {} up\n", other.network->name(), other.devices, other.device.title,
                          units::format(other.link.uplink));
    }
  }
  return line;
}

std::string replications_text(const scenario::Study& study) {
  return study.until() ? fmt::format("{} to {}", study.replications(), study.until()->max)
                       : fmt::format("{}", study.replications());
}

std::string assumptions_text(const scenario::Study& study) {
  std::string text;
  for (const auto& source : study.assumptions()) {
    text += fmt::format("  {} = {}: {}\n", source.path, source.value, source.source);
  }
  return text.empty() ? text : "\nFigures without a public source:\n" + text;
}

void print_rows(const std::vector<metrics::Row>& rows, Format format) {
  print(format == Format::csv ? report::csv(rows) : report::json(rows));
}

}  // namespace edgecut::commands
