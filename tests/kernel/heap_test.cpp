#include "kernel/heap.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <vector>

#include "units/random.hpp"

namespace edgecut::heap_test {

using edgecut::kernel::Heap;

namespace {

// Whether a heap does as a sorted map does, and each item knows its place, over many random steps.
template <std::size_t own>
void check(std::uint64_t seed) {
  edgecut::RandomStream random(seed, {"heap"});
  Heap<std::uint32_t, own> heap;
  std::map<std::uint32_t, double> keys;  // by item
  std::vector<std::uint32_t> places(2000);
  const auto moved = [&](std::uint32_t item, std::uint32_t at) { places[item] = at; };
  const auto key = [&] { return static_cast<double>(random() % 100); };  // ties among them
  for (std::uint32_t step = 0; step < places.size(); ++step) {
    const auto dice = random() % 10;
    if (keys.empty() || dice < 5) {
      keys[step] = key();
      heap.push(keys[step], step, moved);
    } else {
      const auto at = std::next(keys.begin(), static_cast<std::ptrdiff_t>(random() % keys.size()));
      if (dice < 8) {
        at->second = key();
        heap.change(places[at->first], at->second, moved);
      } else {
        heap.erase(places[at->first], moved);
        keys.erase(at);
      }
    }
    REQUIRE(heap.size() == keys.size());
    if (keys.empty()) continue;
    double least = 100.0;
    for (const auto& [item, of_it] : keys) least = std::min(least, of_it);
    REQUIRE(heap.top().key == least);
    REQUIRE(keys.at(heap.top().item) == least);
  }
}

}  // namespace

TEST_CASE("A heap has the least key on top and knows where each item stands") {
  check<0>(1);
  check<1>(2);
  check<3>(3);
}

}  // namespace edgecut::heap_test
