// Which SimGrid simulates.
#pragma once

#include <string>

namespace edgecut::kernel {

/// Of the library that is loaded, such as "3.32.0".
std::string simgrid_version();

}  // namespace edgecut::kernel
