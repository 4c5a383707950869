// What a scenario may say of each kind of partitioner: its options, declared once.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "config/record.hpp"
#include "partition/methods/resource_aware.hpp"

namespace edgecut::partition {

/// What scarcity may be of, by its word.
const std::vector<std::pair<std::string, Resource>>& resources();

using Options = std::vector<config::Key>;

Options no_options();
Options encoded_options();
Options fixed_options();
Options random_options();
Options autosplit_options();
Options offline_benchmark_options();
Options scission_options();
Options online_bandit_options();
Options resource_aware_options();
Options external_options();

}  // namespace edgecut::partition
