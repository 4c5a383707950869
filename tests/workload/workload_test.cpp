// Arrivals: periodic ones to the second, Poisson ones by their moments, and always the same for the same seed.
#include "workload/workload.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "config/error_of.hpp"
#include "units/ensure.hpp"

namespace edgecut::workload_test {
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using workload::Arrivals;
using workload::ArrivalTimes;

namespace {

workload::Workload read(const std::string& text) {
  return workload::read_workload(config::parse_text(text, "w.yaml"));
}

std::vector<double> first(std::size_t count, ArrivalTimes times) {
  std::vector<double> result;
  for (std::size_t i = 0; i < count; ++i) result.push_back(times.next().value());
  return result;
}

}  // namespace

TEST_CASE("a workload is read with its arrivals, rate, number of requests and queue limit") {
  const auto poisson = read("{arrivals: poisson, rate: 2 /s, requests: 100, queue_limit: 5}");
  CHECK(poisson.arrivals == Arrivals::poisson);
  CHECK(poisson.rate == Frequency(2));
  CHECK(poisson.requests == 100);
  CHECK(poisson.queue_limit == 5);
  CHECK(poisson.is_open());
  CHECK(*poisson.period() == 0.5_s);  // 1 / (2 /s)

  const auto closed = read("{arrivals: one_at_a_time, requests: 3}");
  CHECK_FALSE(closed.is_open());
  CHECK_FALSE(closed.period());
  CHECK_FALSE(closed.queue_limit);
}

TEST_CASE("what a workload cannot be is refused") {
  const auto error = [](const std::string& text) { return error_of([&] { read(text); }); };
  CHECK_THAT(error("{arrivals: poison, rate: 1 /s, requests: 1}"),
             StartsWith("w.yaml:1:12: arrivals: ") && Contains("did you mean 'poisson'?"));
  CHECK_THAT(error("{arrivals: poisson, requests: 1}"), Contains("missing key 'rate'"));
  CHECK_THAT(error("{arrivals: one_at_a_time, rate: 1 /s, requests: 1}"), StartsWith("w.yaml:1:33: rate: "));
  CHECK_THAT(error("{arrivals: poisson, rate: 0 /s, requests: 1}"), Contains("more than 0"));
  CHECK_THAT(error("{arrivals: poisson, rate: 1 s, requests: 1}"), Contains("is a time"));
  CHECK_THAT(error("{arrivals: one_at_a_time, requests: 0}"), Contains("at least 1"));
  CHECK_THAT(error("{arrivals: one_at_a_time, requests: 1.5}"), Contains("not a whole number"));
  CHECK_THAT(error("{arrivals: one_at_a_time, requests: 1, queue_limit: -1}"), Contains("at least 0"));
  CHECK_THAT(error("{arrivals: poisson, rate: 1 /s, requests: 1, phase: random}"), Contains("only periodic"));
  CHECK_THAT(error("{arrivals: one_at_a_time}"), Contains("missing key 'requests'"));
  CHECK_THAT(error("{requests: 5}"), Contains("missing key 'arrivals'"));
  CHECK_THAT(error("{arrivals: one_at_a_time, requests: 1, reqests: 2}"), Contains("did you mean 'requests'?"));
}

TEST_CASE("periodic requests come at 0 and then every period, without drift") {
  const auto times = first(100001, ArrivalTimes(read("{arrivals: periodic, rate: 10 /s, requests: 1}"), 1, 0));
  CHECK(times[0] == 0.0);
  CHECK(times[1] == 0.1);
  CHECK(times[100000] == 100000 * 0.1);  // a sum of 100,000 tenths would be off by 1e-8
}

TEST_CASE("aligned devices start together, random phases differ but the period stays") {
  const auto aligned = read("{arrivals: periodic, rate: 4 /s, requests: 1}");
  CHECK(first(3, ArrivalTimes(aligned, 1, 0)) == first(3, ArrivalTimes(aligned, 99, 7)));

  const auto random = read("{arrivals: periodic, rate: 4 /s, requests: 1, phase: random}");
  std::set<double> phases;
  double sum = 0.0;
  for (std::size_t device = 0; device < 1000; ++device) {
    const auto times = first(3, ArrivalTimes(random, 1, device));
    CHECK(times[0] >= 0.0);
    CHECK(times[0] < 0.25);
    CHECK(times[2] - times[1] == Approx(0.25).epsilon(1e-12));
    phases.insert(times[0]);
    sum += times[0];
  }
  CHECK(phases.size() == 1000);
  // Uniform on [0, 0.25): mean 0.125, standard error 0.25 / sqrt(12 x 1000) = 0.0023; six sigma.
  CHECK(sum / 1000.0 == Approx(0.125).margin(0.0137));
}

TEST_CASE("Poisson gaps have the mean, the variance and the tail of an exponential, and are uncorrelated") {
  constexpr int n = 200000;
  ArrivalTimes times(read("{arrivals: poisson, rate: 4 /s, requests: 1}"), 42, 0);
  double last = 0.0;
  double previous = 0.25;
  double sum = 0.0;
  double squares = 0.0;
  double products = 0.0;
  int long_gaps = 0;
  for (int i = 0; i < n; ++i) {
    const double now = times.next().value();
    const double gap = now - last;
    REQUIRE(gap >= 0.0);
    sum += gap;
    squares += gap * gap;
    products += (gap - 0.25) * (previous - 0.25);
    if (gap > 0.75) ++long_gaps;
    previous = gap;
    last = now;
  }
  // Mean 1/4, standard error (1/4)/sqrt(200,000) = 0.00056; variance 1/16, its standard error (1/16) sqrt(8/n) =
  // 0.0004; P(gap > 3 means) = e^-3 = 0.0498, standard error 0.00049; correlation of neighbours 0 +- 1/sqrt(n) =
  // 0.0022. Five sigma.
  const double mean = sum / n;
  CHECK(mean == Approx(0.25).margin(5 * 0.00056));
  CHECK(squares / n - mean * mean == Approx(1.0 / 16.0).margin(5 * 0.0004));
  CHECK(static_cast<double>(long_gaps) / n == Approx(std::exp(-3.0)).margin(5 * 0.00049));
  CHECK(products / n * 16.0 == Approx(0.0).margin(5 * 0.0022));
}

TEST_CASE("arrivals depend on the seed and the device, and on nothing else") {
  const auto poisson = read("{arrivals: poisson, rate: 4 /s, requests: 1}");
  const auto reference = first(10, ArrivalTimes(poisson, 1, 0));
  CHECK(first(10, ArrivalTimes(poisson, 1, 0)) == reference);
  CHECK(first(10, ArrivalTimes(poisson, 2, 0)) != reference);
  CHECK(first(10, ArrivalTimes(poisson, 1, 1)) != reference);
}

TEST_CASE("at twice the rate the same arrivals come twice as fast") {
  // Common random numbers along a sweep of the rate: gaps are the same draws times the period.
  const auto slow = first(50, ArrivalTimes(read("{arrivals: poisson, rate: 4 /s, requests: 1}"), 1, 0));
  const auto fast = first(50, ArrivalTimes(read("{arrivals: poisson, rate: 8 /s, requests: 1}"), 1, 0));
  for (std::size_t i = 0; i < 50; ++i) CHECK(fast[i] == Approx(slow[i] / 2.0).epsilon(1e-12));
}

TEST_CASE("no run goes on for longer than its clock keeps a nanosecond: 2^23 s") {
  // 8,388.608 periods of 1,000 s
  CHECK(read("{arrivals: periodic, rate: 0.001 /s, requests: 8389}").requests == 8389);
  CHECK_THROWS_WITH(read("{arrivals: periodic, rate: 0.001 /s, requests: 8390}"),
                    Catch::Contains("rate: the last of 8390 requests comes after 8.389e+06 s") &&
                        Catch::Contains("8388608 s (97 days)"));
  // Two at a time think 4e6 s twice before the fifth and the sixth.
  CHECK(read("{arrivals: closed_loop, outstanding: 2, think: 4e6 s, requests: 6}").requests == 6);
  CHECK_THROWS_WITH(read("{arrivals: closed_loop, outstanding: 2, think: 4e6 s, requests: 7}"),
                    Catch::Contains("think: the last of 7 requests"));
}

TEST_CASE("a closed workload has no arrival times: to ask for them is our mistake") {
  CHECK_THROWS_AS(ArrivalTimes(read("{arrivals: one_at_a_time, requests: 1}"), 1, 0), InternalError);
}

}  // namespace edgecut::workload_test
