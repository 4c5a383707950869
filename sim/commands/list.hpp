// `edgecut list`.
#pragma once

#include <string>

#include "commands/common.hpp"

namespace edgecut::commands {

struct ListOptions {
  std::string what;              // networks, devices, clouds, links, partitioners, metrics or keys
  std::string format = "table";  // of keys also markdown; of metrics csv and json, too
};

/// Prints what there is to choose from.
void list(const ListOptions& options);

}  // namespace edgecut::commands
