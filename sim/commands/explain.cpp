#include "commands/explain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "commands/common.hpp"
#include "config/map.hpp"
#include "dnn/keys.hpp"
#include "experiment/study.hpp"
#include "platform/keys.hpp"
#include "reference/explain.hpp"
#include "reference/schema.hpp"
#include "scenario/keys.hpp"
#include "workload/keys.hpp"

namespace edgecut::commands {
namespace {

constexpr auto how_to_ask =
    "edgecut explain KEY      a key of a file: link.uplink, or its end, uplink\n"
    "edgecut explain COLUMN   a column of the results: latency_mean_s\n"
    "\n"
    "edgecut list keys        all keys\n"
    "edgecut list metrics     all columns\n"
    "edgecut schema KIND      a JSON Schema, by which an editor explains keys as you write\n";

std::string column_text(const metrics::Column& column) {
  const auto unit = column.unit.empty() ? std::string_view("none") : column.unit;
  const auto* when = column.distrust.starts_with("always") ? "" : "do not trust it when ";
  return fmt::format("{}: {}\n  column of the results; unit {}\n  estimated by {}\n  {}{}\n", column.name,
                     column.meaning, unit, column.estimated, when, column.distrust);
}

// Every name that an answer is known for: paths, their last words, and columns.
std::vector<std::string> known_names(const std::vector<reference::Place>& places,
                                     const std::vector<metrics::Column>& columns) {
  std::vector<std::string> names;
  for (const auto& place : places) names.emplace_back(place.key->name);
  for (const auto& column : columns) names.emplace_back(column.name);
  std::ranges::sort(names);
  const auto repeated = std::ranges::unique(names);
  names.erase(repeated.begin(), repeated.end());
  for (const auto& place : places) names.push_back(place.path);
  return names;
}

}  // namespace

std::span<const reference::Root> roots() {
  static const std::array all{
      reference::Root{"scenario", "", "A scenario", scenario::scenario_record},
      reference::Root{"device", "device", "A device file", platform::device_record},
      reference::Root{"cloud", "cloud", "A cloud file", platform::cloud_record},
      reference::Root{"link", "link", "A link file", platform::link_record},
      reference::Root{"network", "network", "A network file", dnn::network_record},
      reference::Root{"workload", "workload", "The workload of a scenario", workload::workload_record},
      reference::Root{"benchmarks", "benchmarks", "A file of measured networks", platform::benchmarks_record},
  };
  return all;
}

void explain(const std::string& name) {
  if (name.empty()) {
    print(how_to_ask);
    return;
  }
  const auto all = reference::places(roots());
  const auto places = reference::places_of(all, name);
  const auto columns = experiment::Study::columns();
  const auto column = std::ranges::find(columns, name, &metrics::Column::name);
  const auto root = std::ranges::find(roots(), name, &reference::Root::name);
  if (places.empty() && column == columns.end() && root == roots().end()) {
    throw config::Error(config::unknown_name("key or column", name, known_names(all, columns)));
  }
  auto text = root == roots().end() ? "" : reference::explain(*root);
  if (!places.empty()) text += (text.empty() ? "" : "\n") + reference::explain(places);
  if (column != columns.end()) text += (text.empty() ? "" : "\n") + column_text(*column);
  print(text);
}

void schema(const std::string& kind) {
  const auto found = std::ranges::find(roots(), kind, &reference::Root::name);
  print(reference::json_schema(*found));
}

}  // namespace edgecut::commands
