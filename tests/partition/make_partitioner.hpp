// A partitioner from the text that a scenario would hold.
#pragma once

#include <string>

#include "config/map.hpp"
#include "partition/registry.hpp"

namespace edgecut {

inline partition::PartitionerPtr make_partitioner(const std::string& text, const partition::Setting& setting) {
  const auto value = config::parse_text(text, "p.yaml");
  return config::read(value,
                      [&](config::Map& map) { return partition::find_kind(map.child("kind")).make(map, setting); });
}

}  // namespace edgecut
