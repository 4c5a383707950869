// Where the declarations begin: the kinds of file, and what they are called.
#pragma once

#include <string_view>
#include <vector>

#include "config/record.hpp"

namespace edgecut::reference {

/// One kind of file, or a part of a scenario.
struct Root {
  std::string_view name;  // "device"
  std::string_view path;  // how its keys' paths begin: those of a scenario with nothing
  std::string_view title;
  config::RecordOf record;
};

}  // namespace edgecut::reference
