#include "metrics/quantiles.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <boost/random/exponential_distribution.hpp>
#include <boost/random/lognormal_distribution.hpp>
#include <cmath>

#include "units/random.hpp"

namespace edgecut::quantiles_test {
using metrics::Keeping;
using metrics::Quantiles;

namespace {

std::vector<double> lognormal(std::size_t count, double sigma, std::uint64_t seed) {
  RandomStream random(seed, {"quantiles"});
  boost::random::lognormal_distribution<double> any(-1.0, sigma);
  std::vector<double> values(count);
  for (double& value : values) value = any(random);
  return values;
}

Quantiles of(const std::vector<double>& values, Keeping keeping) {
  Quantiles quantiles(keeping);
  for (const double value : values) quantiles.add(value);
  return quantiles;
}

const std::vector<double> many{0.0, 0.001, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1.0};

}  // namespace

TEST_CASE("Quantiles lie between order statistics where they do not fall on one") {
  // Of 1, 2, 3, 4 the median is at position 0.5 x 3 = 1.5, and the 95th percentile at 2.85: 3 + 0.85 x (4 - 3).
  const auto at = of({4, 1, 3, 2}, Keeping::automatic).at({0.0, 0.5, 0.95, 1.0});
  REQUIRE(*at[0] == 1.0);
  REQUIRE(*at[1] == 2.5);
  REQUIRE(*at[2] == Approx(3.85).epsilon(1e-15));
  REQUIRE(*at[3] == 4.0);
}

TEST_CASE("Of no number there is no quantile") {
  REQUIRE_FALSE(Quantiles(Keeping::automatic).at({0.5})[0]);
  REQUIRE_FALSE(Quantiles(Keeping::sketch).at({0.5})[0]);
}

TEST_CASE("Each quantile of a sketch is off by at most 2^-11 of itself") {
  for (const double sigma : {0.01, 1.0, 8.0}) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      for (const std::size_t count : {1UL, 2UL, 100UL, 20000UL}) {
        const auto values = lognormal(count, sigma, seed);
        const auto exact = of(values, Keeping::exact).at(many);
        const auto sketch = of(values, Keeping::sketch).at(many);
        for (std::size_t i = 0; i < many.size(); ++i) {
          INFO("sigma " << sigma << ", " << count << " numbers, p " << many[i]);
          REQUIRE(std::abs(*sketch[i] - *exact[i]) <= Quantiles::relative_error * *exact[i] * (1 + 1e-12));
        }
        REQUIRE(*sketch.front() == *exact.front());  // the least
        REQUIRE(*sketch.back() == *exact.back());    // the largest
      }
    }
  }
}

TEST_CASE("The sketch needs its error: numbers within a bucket are one to it") {
  // 1 and 1 + 2^-11 share a bucket, [1, 1 + 2^-10), whose middle is 1 + 2^-11.
  const double next = 1.0 + std::ldexp(1.0, -11);
  const auto at = of({0.5, 1.0, 1.0, 1.0, next}, Keeping::sketch).at({0.5});
  REQUIRE(*at[0] == next);
}

TEST_CASE("Zeros and numbers of any size go into a sketch") {
  const auto at = of({0.0, 0.0, 1e-300, 1.0, 1e300}, Keeping::sketch).at({0.0, 0.25, 0.5, 0.75, 1.0});
  REQUIRE(*at[1] == 0.0);
  REQUIRE(*at[2] == Approx(1e-300).epsilon(Quantiles::relative_error));
  REQUIRE(*at[3] == Approx(1.0).epsilon(Quantiles::relative_error));
  REQUIRE(*at[4] == 1e300);
}

TEST_CASE("Quantiles are exact up to 100,000 numbers and on demand") {
  auto values = lognormal(Quantiles::exact_up_to, 1.0, 7);
  REQUIRE(of(values, Keeping::automatic).is_exact());
  REQUIRE(of(values, Keeping::automatic).at(many) == of(values, Keeping::exact).at(many));
  values.push_back(0.3);
  const auto sketch = of(values, Keeping::automatic);
  REQUIRE_FALSE(sketch.is_exact());
  REQUIRE(sketch.at(many) == of(values, Keeping::sketch).at(many));  // also of what came before
  REQUIRE(of(values, Keeping::exact).is_exact());
  std::ranges::sort(values);
  REQUIRE(*of(values, Keeping::exact).at({0.5})[0] == metrics::quantile(values, 0.5));
}

}  // namespace edgecut::quantiles_test
