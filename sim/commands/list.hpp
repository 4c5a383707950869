// `edgecut list`.
#pragma once

#include <string>

#include "commands/common.hpp"

namespace edgecut::commands {

struct ListOptions {
  std::string what;              // networks, devices, clouds, links, partitioners or metrics
  std::string format = "table";  // of metrics also csv, json and markdown
};

/// Prints what there is to choose from.
void list(const ListOptions& options);

}  // namespace edgecut::commands
