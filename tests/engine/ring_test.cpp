#include "engine/ring.hpp"

#include <catch2/catch.hpp>

#include <cstdint>
#include <deque>

#include "units/random.hpp"

namespace edgecut::ring_test {

using edgecut::engine::Ring;

TEST_CASE("A ring gives back in order what it was given, across its end") {
  Ring<int> ring;
  for (int i = 0; i < 3; ++i) ring.push_back(i);
  ring.pop_front();
  ring.pop_front();
  for (int i = 3; i < 7; ++i) ring.push_back(i);  // it grows from four cells while it begins in the third
  REQUIRE(ring.size() == 5);
  for (int i = 2; i < 7; ++i) {
    REQUIRE(ring.front() == i);
    ring.pop_front();
  }
  REQUIRE(ring.empty());
}

TEST_CASE("A ring does as a deque does, whoever leaves from wherever") {
  edgecut::RandomStream random(1, {"ring"});
  Ring<std::uint32_t> ring;
  std::deque<std::uint32_t> deque;
  for (std::uint32_t step = 0; step < 20000; ++step) {
    const auto dice = random() % 100;
    if (deque.empty() || dice < 40) {
      ring.push_back(step);
      deque.push_back(step);
    } else if (dice < 48) {
      const auto i = static_cast<std::size_t>(random() % (deque.size() + 1));
      ring.insert(i, step);
      deque.insert(deque.begin() + static_cast<std::ptrdiff_t>(i), step);
    } else if (dice < 85) {
      ring.pop_front();
      deque.pop_front();
    } else {
      const auto i = static_cast<std::size_t>(random() % deque.size());
      ring.erase(i);
      deque.erase(deque.begin() + static_cast<std::ptrdiff_t>(i));
    }
    REQUIRE(ring.size() == deque.size());
    if (!deque.empty()) REQUIRE(ring.front() == deque.front());
    if (step % 100 != 0) continue;
    for (std::size_t i = 0; i < deque.size(); ++i) REQUIRE(ring[i] == deque[i]);
  }
}

}  // namespace edgecut::ring_test
