#include "commands/version.hpp"

#include "edgecut_commit.hpp"  // made at each build by commit.cmake

namespace edgecut::commands {

std::string version() {
  return EDGECUT_VERSION;
}

std::string commit() {
  return EDGECUT_COMMIT;
}

}  // namespace edgecut::commands
