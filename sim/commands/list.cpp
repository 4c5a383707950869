#include "commands/list.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string_view>

#include "commands/explain.hpp"
#include "commands/list_metrics.hpp"
#include "config/catalogue.hpp"
#include "config/map.hpp"
#include "partition/registry.hpp"
#include "platform/platform_file.hpp"
#include "reference/key_page.hpp"
#include "reference/places.hpp"
#include "report/table.hpp"
#include "scenario/keys.hpp"

namespace edgecut::commands {

namespace {

template <class Describe>
void list_files(const config::Catalogue& catalogue, std::string_view folder, Describe describe) {
  report::Table table({"name", "what it is"});
  for (const auto& name : catalogue.names(folder))
    table.add({name, describe(config::make_scalar(name, "edgecut list"))});
  print(table.str());
}

std::string describe_device(const platform::Device& device) {
  std::vector<std::string> processors;
  for (const auto& processor : device.processors) processors.push_back(processor.name);
  return fmt::format("{}; {} free memory; {}", device.title, units::format(device.available_memory()),
                     fmt::join(processors, ", "));
}

void list_keys(const std::string& format) {
  if (format == "markdown") {
    print(reference::key_page(roots()));
    return;
  }
  report::Table table({"key", "what it is"});
  for (const auto& place : reference::places(roots())) table.add({place.path, std::string(place.key->sentence)});
  print(table.str());
}

}  // namespace

void list(const ListOptions& options) {
  const bool has_formats = options.what == "metrics" || (options.what == "keys" && options.format == "markdown");
  if (!has_formats && options.format != "table") {
    throw config::Error(fmt::format("--format {}: `edgecut list {}` prints a table{}; metrics come in all formats",
                                    options.format, options.what, options.what == "keys" ? " or markdown" : " alone"));
  }
  scenario::Library library(config::Catalogue::default_home());
  auto& catalogue = library.catalogue();
  config::Ledger ledger;
  if (options.what == "scenarios") {
    report::Table table({"name", "what it asks"});
    for (const auto& name : catalogue.names("scenarios")) {
      const auto root = config::parse_file(catalogue.home() / "scenarios" / (name + ".yaml"));
      config::Map scenario(root, scenario::scenario_record());
      table.add({name, scenario.get<std::string>("question")});
    }
    print(table.str());
  } else if (options.what == "networks") {
    list_files(catalogue, "scenarios/networks", [&](const config::Value& name) {
      const auto& network = library.network(name);
      return fmt::format("{}: {} layers, {:.3f} GMAC, {:.2f} M parameters", network.title(), network.size(),
                         static_cast<double>(network.total_macs()) / 1e9,
                         static_cast<double>(network.total_parameters()) / 1e6);
    });
  } else if (options.what == "devices") {
    list_files(catalogue, "platforms/devices", [&](const config::Value& name) {
      return describe_device(platform::read_device(catalogue.load(name, "platforms/devices", "device"), ledger));
    });
  } else if (options.what == "clouds") {
    list_files(catalogue, "platforms/clouds", [&](const config::Value& name) {
      return platform::read_cloud(catalogue.load(name, "platforms/clouds", "cloud"), ledger).title;
    });
  } else if (options.what == "links") {
    list_files(catalogue, "platforms/links", [&](const config::Value& name) {
      const auto link = platform::read_link(catalogue.load(name, "platforms/links", "link"), ledger);
      return fmt::format("{}: {} up, {} down, {} round trip", link.title, units::format(link.uplink),
                         units::format(link.downlink), units::format(link.rtt));
    });
  } else if (options.what == "partitioners") {
    report::Table table({"kind", "what it does"});
    for (const auto& kind : partition::kinds()) table.add({kind.name, kind.summary});
    for (const auto& planner : partition::planners()) table.add({planner.name, planner.summary});
    print(table.str());
  } else if (options.what == "keys") {
    list_keys(options.format);
  } else {
    list_metrics(options.format);
  }
}

}  // namespace edgecut::commands
