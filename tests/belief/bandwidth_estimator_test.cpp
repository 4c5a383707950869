// Estimates by hand.
#include "belief/bandwidth_estimator.hpp"

#include <catch2/catch.hpp>
#include <utility>
#include <vector>

namespace edgecut::bandwidth_estimator_test {
using belief::BandwidthEstimator;
using belief::EstimatorOptions;
using Kind = EstimatorOptions::Kind;

namespace {

// After transfers of 100 B at these rates, with a prior of 7 B/s.
double estimate(const EstimatorOptions& options, const std::vector<double>& rates) {
  BandwidthEstimator estimator(options, 7_Bps);
  for (const double rate : rates) estimator.observe(100_B, Seconds(100.0 / rate));
  return estimator.estimate().value();
}

}  // namespace

TEST_CASE("before the first transfer every estimate is the prior, and after it is what was seen") {
  for (const auto kind : {Kind::last, Kind::ewma, Kind::harmonic_mean, Kind::percentile}) {
    CHECK(estimate({.kind = kind}, {}) == 7.0);
    CHECK(estimate({.kind = kind}, {20}) == Approx(20.0));
  }
}

TEST_CASE("last: the last transfer alone") {
  CHECK(estimate({.kind = Kind::last}, {20, 5}) == Approx(5.0));
}

TEST_CASE("EWMA: the weight of the last, the rest of what was") {
  // 20; 0.25 x 40 + 0.75 x 20 = 25; 0.25 x 5 + 0.75 x 25 = 20
  CHECK(estimate({.kind = Kind::ewma, .weight = 0.25}, {20, 40}) == Approx(25.0));
  CHECK(estimate({.kind = Kind::ewma, .weight = 0.25}, {20, 40, 5}) == Approx(20.0));
}

TEST_CASE("harmonic mean: over the last n alone") {
  CHECK(estimate({.kind = Kind::harmonic_mean, .window = 2}, {10, 40}) == Approx(16.0));     // 2 / (0.1 + 0.025)
  CHECK(estimate({.kind = Kind::harmonic_mean, .window = 2}, {1, 10, 40}) == Approx(16.0));  // 1 is forgotten
}

TEST_CASE("percentile: between the two nearest of the last n") {
  const std::vector<double> rates{1, 50, 20, 40, 30};  // 1 is forgotten; 20, 30, 40, 50
  const auto at = [&](double share) {
    return estimate({.kind = Kind::percentile, .window = 4, .percentile = share}, rates);
  };
  CHECK(at(0.0) == Approx(20.0));
  CHECK(at(0.5) == Approx(35.0));   // place 1.5
  CHECK(at(0.25) == Approx(27.5));  // place 0.75
  CHECK(at(1.0) == Approx(50.0));
}

TEST_CASE("what carried nothing or took no time says nothing of the bandwidth") {
  BandwidthEstimator estimator({.kind = Kind::harmonic_mean}, 7_Bps);
  estimator.observe(0_B, 1_s);
  estimator.observe(10_B, 0_s);
  CHECK(estimator.estimate() == 7_Bps);
}

}  // namespace edgecut::bandwidth_estimator_test
