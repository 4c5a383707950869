// A partitioner from the text that a scenario would hold.
#pragma once

#include <string>

#include "config/map.hpp"
#include "partition/registry.hpp"

namespace edgecut {

inline partition::PartitionerPtr make_partitioner(const std::string& text, const partition::Setting& setting) {
  const auto value = config::parse_text(text, "p.yaml");
  const auto& kind = partition::kind_of(value);
  return config::read(value, partition::options_record(kind), [&](config::Map& map) {
    map.child("kind");
    return kind.make(map, setting);
  });
}

}  // namespace edgecut
