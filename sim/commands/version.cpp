#include "commands/version.hpp"

#include "edgecut_commit.hpp"  // made at each build by commit.cmake

namespace edgecut::commands {

std::string version() {
  return EDGECUT_VERSION;
}

std::string commit() {
  return EDGECUT_COMMIT;
}

std::string compiler() {
#ifdef __clang__
  return "clang " __clang_version__;
#else
  return "GCC " __VERSION__;
#endif
}

}  // namespace edgecut::commands
