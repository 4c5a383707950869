// How many random cases a test draws.
#pragma once

#include <algorithm>

namespace edgecut::test {

/// Whether this was compiled with sanitizers.
#ifdef EDGECUT_SANITIZED
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif

/// `count`, or a tenth of it under a sanitizer: there each case takes ten times as long, and a hundred of a kind show what
/// memory does as well as a thousand.
constexpr int draws(int count) {
  return sanitized ? std::max(1, count / 10) : count;
}

}  // namespace edgecut::test
