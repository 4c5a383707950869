#include "metrics/batch_means.hpp"

#include <catch2/catch.hpp>

#include <boost/random/normal_distribution.hpp>
#include <cmath>

#include "units/random.hpp"

namespace edgecut::batch_means_test {
using metrics::BatchMeans;

namespace {

// In how many of 400 runs the interval holds the true mean, 0, of a sequence in which each number is `memory` times the
// one before plus noise.
int covered(double memory, std::size_t count) {
  int hits = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    RandomStream random(seed, {"batch means"});
    boost::random::normal_distribution<double> noise;
    BatchMeans batches;
    double value = noise(random) / std::sqrt(1.0 - memory * memory);
    double sum = 0.0;
    for (std::size_t i = 0; i < count; ++i) {
      batches.add(value);
      sum += value;
      value = memory * value + noise(random);
    }
    if (std::abs(sum / static_cast<double>(count)) <= *batches.half_width()) ++hits;
  }
  return hits;
}

}  // namespace

TEST_CASE("There is no interval of fewer than ten numbers") {
  BatchMeans batches;
  for (int i = 0; i < 9; ++i) batches.add(i);
  REQUIRE_FALSE(batches.half_width());
  batches.add(9);
  REQUIRE(batches.half_width());
}

TEST_CASE("With batches of one the interval is Student's") {
  // 0 to 9: mean 4.5, variance 82.5 / 9 = 9.1667, t(9, 97.5 %) = 2.262157: 2.262157 x sqrt(9.1667 / 10) = 2.165852.
  BatchMeans batches;
  for (int i = 0; i < 10; ++i) batches.add(i);
  REQUIRE(*batches.half_width() == Approx(2.165852).epsilon(1e-6));
}

TEST_CASE("Batches double in size when there are 64, and stay between 32 and 63") {
  BatchMeans batches;
  for (int i = 0; i < 64; ++i) batches.add(1.0);
  REQUIRE(batches.batches() == 32);
  REQUIRE(batches.batch_size() == 2);
  for (int i = 64; i < 1000000; ++i) batches.add(1.0);
  REQUIRE(batches.batch_size() == 16384);  // 1e6 / 16,384 = 61.04
  REQUIRE(batches.batches() == 61);
  REQUIRE(*batches.half_width() == 0.0);
}

TEST_CASE("The interval is about the mean and not about its scale: twice the numbers, twice the width") {
  BatchMeans once;
  BatchMeans twice;
  RandomStream random(3, {"batch means"});
  boost::random::normal_distribution<double> noise;
  for (int i = 0; i < 5000; ++i) {
    const double value = noise(random);
    once.add(value);
    twice.add(2.0 * value);
  }
  REQUIRE(*twice.half_width() == Approx(2.0 * *once.half_width()).epsilon(1e-12));
}

TEST_CASE("The 95 % interval holds the mean in about 95 of 100 runs, of numbers that remember too") {
  // 400 runs: 380 expected, standard deviation sqrt(400 x 0.95 x 0.05) = 4.4.
  const int independent = covered(0.0, 2000);
  REQUIRE(independent >= 366);
  REQUIRE(independent <= 394);
  REQUIRE(covered(0.9, 20000) >= 360);  // 20,000 / 63 = 317 numbers a batch, which remember about 19
  REQUIRE(covered(0.9, 64) < 300);      // one or two numbers a batch: as the documentation warns
}

}  // namespace edgecut::batch_means_test
