// Which program this is.
#pragma once

#include <string>

namespace edgecut::commands {

/// "0.1.0".
std::string version();

/// What `git describe --always --dirty` said when the program was built; "unknown" outside a repository.
std::string commit();

/// "GCC 12.2.0", which compiled the commands.
std::string compiler();

}  // namespace edgecut::commands
