// How many random cases a test draws.
#pragma once

#include <algorithm>

namespace edgecut::test {

/// `count`, or a tenth of it under a sanitizer: there each case takes ten times as long, and a hundred of a kind show what
/// memory does as well as a thousand.
constexpr int draws(int count) {
#ifdef __SANITIZE_ADDRESS__
  return std::max(1, count / 10);
#else
  return count;
#endif
}

}  // namespace edgecut::test
