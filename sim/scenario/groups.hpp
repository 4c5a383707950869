// Fleets of different devices: `fleet: {groups: [...]}`.
#pragma once

#include <string>
#include <vector>

#include "config/value.hpp"

namespace edgecut::scenario {

/// Devices alike, as a scenario of their own that shares servers, backhaul and cells with the other groups.
struct Group {
  std::string name;
  config::Value scenario;
  bool has_own_cell = false;  // that no other group is in
};

/// The groups of a scenario; none where it has no `fleet.groups`. Each has `devices`, a number, and may say device,
/// processors, link, battery, beside, network, input, result, workload, device_off, cell and weight instead of what the
/// scenario says. Throws config::Error on anything else, on a second group of a name, and where the fleet has `devices`
/// too.
std::vector<Group> read_groups(const config::Value& scenario);

/// Sets a key of a map, or adds it as if it stood at `where`.
void put(config::Value& map, const std::string& key, const config::Value& value, const config::Location& where);

}  // namespace edgecut::scenario
