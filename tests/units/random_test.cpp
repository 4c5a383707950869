// Random streams by name: stable for ever (results are compared across versions), independent of one another.
#include "units/random.hpp"

#include <boost/random/normal_distribution.hpp>
#include <boost/random/uniform_01.hpp>
#include <catch2/catch.hpp>
#include <cmath>
#include <set>
#include <string>
#include <vector>

namespace edgecut::random_test {

using edgecut::RandomStream;

TEST_CASE("without names and with seed 0 it is SplitMix64 from state 0") {
  // The first outputs of SplitMix64 seeded with 0, as published with the generator (Vigna, splitmix64.c).
  RandomStream random(0, {});
  CHECK(random() == 0xe220a8397b1dcdafULL);
  CHECK(random() == 0x6e789e6aa1b965f4ULL);
  CHECK(random() == 0x06c45d188009454fULL);
}

TEST_CASE("named streams give the numbers they always gave") {
  // state = mix(seed); for each name state = mix(state ^ mix(FNV-1a(name) + golden)); computed by a second program.
  RandomStream third(42, {"arrivals", "3"});
  CHECK(third() == 0xa370b934d46cd92aULL);
  CHECK(third() == 0xd3b922d6d0a9a645ULL);
  RandomStream layer(42, {"layer time", "pi.cpu", "alexnet", "conv1"});
  CHECK(layer() == 0x10c8431fb261e2b7ULL);
  CHECK(layer() == 0x1b3bfb7ddce21dc8ULL);
}

TEST_CASE("the seed, each name, their order and where one ends and the next begins all matter") {
  const auto first = [](std::uint64_t seed, std::initializer_list<std::string_view> names) {
    return RandomStream(seed, names)();
  };
  const std::set<std::uint64_t> distinct{first(1, {"a", "b"}), first(2, {"a", "b"}), first(1, {"b", "a"}),
                                         first(1, {"ab"}),     first(1, {"a"}),      first(1, {"a", "", "b"}),
                                         first(1, {"a", "c"}), first(1, {}),         first(1, {""})};
  CHECK(distinct.size() == 9);
}

TEST_CASE("a stream does not notice how much another one draws") {
  RandomStream one(7, {"arrivals", "0"});
  RandomStream other(7, {"arrivals", "1"});
  const auto expected = RandomStream(7, {"arrivals", "0"})();
  for (int i = 0; i < 1000; ++i) other();
  CHECK(one() == expected);
}

TEST_CASE("uniform numbers of 1000 streams of neighbouring names have the mean and variance of uniform ones") {
  // Mean of n uniforms: 1/2 with standard error sqrt(1/12/n) = 0.0091 for n = 1000; variance 1/12 = 0.0833. Six sigma.
  double sum = 0.0;
  double squares = 0.0;
  for (int i = 0; i < 1000; ++i) {
    RandomStream random(42, {"arrivals", std::to_string(i)});
    const double x = boost::random::uniform_01<double>()(random);
    sum += x;
    squares += x * x;
  }
  const double mean = sum / 1000.0;
  CHECK(mean == Approx(0.5).margin(6 * 0.0091));
  CHECK(squares / 1000.0 - mean * mean == Approx(1.0 / 12.0).margin(0.015));
}

TEST_CASE("neighbouring seeds are uncorrelated") {
  // Correlation of n = 10,000 independent normals has standard error 1/sqrt(n) = 0.01. Six sigma.
  double products = 0.0;
  for (int seed = 0; seed < 10000; ++seed) {
    RandomStream a(static_cast<std::uint64_t>(seed), {"layer time"});
    RandomStream b(static_cast<std::uint64_t>(seed) + 1, {"layer time"});
    products += boost::random::normal_distribution<double>()(a) * boost::random::normal_distribution<double>()(b);
  }
  CHECK(products / 10000.0 == Approx(0.0).margin(0.06));
}

}  // namespace edgecut::random_test
