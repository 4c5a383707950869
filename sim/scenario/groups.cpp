#include "scenario/groups.hpp"

#include <algorithm>

#include "config/map.hpp"
#include "scenario/keys.hpp"

namespace edgecut::scenario {
namespace {

using config::Value;

void erase(Value& map, std::string_view key) {
  std::erase_if(map.entries, [&](const config::Entry& entry) { return entry.key == key; });
}

Group make_group(const Value& scenario, const Value& entry) {
  if (!entry.is_map()) entry.fail("must be a map such as {name: cameras, devices: 10, device: raspberry_pi_4}");
  Group group{{}, scenario, false};
  erase(*group.scenario.find("fleet"), "groups");
  std::vector<std::string> known;
  for (const auto& key : group_record().keys) known.emplace_back(key.name);
  for (const auto& [key, value, where] : entry.entries) {
    if (std::ranges::find(known, key) == known.end()) {
      throw config::Error(where, entry.path, config::unknown_name("key", key, known));
    }
    if (key == "name") continue;
    if (key == "cell") group.has_own_cell = value.is_map();
    const bool is_of_fleet = key == "devices" || key == "cell" || key == "weight";
    // Looked for anew each time: a new key of the scenario moves its entries.
    put(is_of_fleet ? *group.scenario.find("fleet") : group.scenario, key, value, where);
  }
  const auto* name = entry.find("name");
  const auto* device = entry.find("device");
  if (name == nullptr && (device == nullptr || !device->is_scalar()))
    entry.fail("needs a `name:`, or a `device:` to be named by");
  group.name = config::as<std::string>(name != nullptr ? *name : *device);
  if (entry.find("devices") == nullptr) entry.fail("needs `devices:`, how many there are");
  return group;
}

}  // namespace

void put(Value& map, const std::string& key, const Value& value, const config::Location& where) {
  if (auto* there = map.find(key)) {
    *there = value;
  } else {
    map.entries.push_back({key, value, where});
  }
}

std::vector<Group> read_groups(const Value& scenario) {
  std::vector<Group> groups;
  const auto* fleet = scenario.find("fleet");
  const auto* list = fleet == nullptr ? nullptr : fleet->find("groups");
  if (list == nullptr) return groups;
  if (!list->is_list() || list->items.empty()) list->fail("must be a list of at least one group of devices");
  if (const auto* devices = fleet->find("devices")) devices->fail("each of the `groups` says how many it has");
  for (const auto& entry : list->items) {
    groups.push_back(make_group(scenario, entry));
    const auto same = [&](const Group& other) { return other.name == groups.back().name; };
    if (std::ranges::count_if(groups, same) > 1) {
      entry.fail("a second group of that name; give one another `name:`", {config::Mend::Kind::remove_value});
    }
  }
  return groups;
}

}  // namespace edgecut::scenario
