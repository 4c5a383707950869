// Methods whose options have rules of their own: each is read in a file beside its method.
#pragma once

#include "config/map.hpp"
#include "partition/partitioner.hpp"

namespace edgecut::partition {

struct Setting;

PartitionerPtr make_resource_aware(config::Map& map, const Setting& setting);
PartitionerPtr make_scission(config::Map& map, const Setting& setting);

}  // namespace edgecut::partition
