// Where each declared key may stand.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "config/record.hpp"
#include "reference/roots.hpp"

namespace edgecut::reference {

/// A key at a place.
struct Place {
  std::string path;  // "device.processors.NAME.compute.conv", "workload.states[].rate"
  const config::Key* key = nullptr;
  const config::Record* record = nullptr;  // that it is of
};

/// Every place of every key, in the order of the declarations.
std::vector<Place> places(std::span<const Root> roots);

/// Where a path such as "link.uplink", or the end of one, stands: that of the whole path where there is one, else all
/// that end so. [] may be left out or be a number. Any name stands for NAME where nothing is called so.
std::vector<Place> places_of(const std::vector<Place>& all, const std::string& path);

/// The records that the value of a type may have keys of.
std::vector<const config::Record*> records_in(const config::Type& type);

}  // namespace edgecut::reference
