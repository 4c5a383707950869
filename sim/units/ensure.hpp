// Our own mistakes, as opposed to the user's: always checked, also in release builds.
#pragma once

#include <stdexcept>
#include <string>

namespace edgecut {

/// Thrown when the program contradicts itself; the command line exits with 1.
class InternalError : public std::logic_error {
  using std::logic_error::logic_error;
};

inline void ensure(bool condition, const char* what) {
  if (!condition) throw InternalError(std::string("internal error: ") + what);
}

}  // namespace edgecut
