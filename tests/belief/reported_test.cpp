// What an operating system remembers of a figure: a value some time ago, and a mean over a window.
#include <catch2/catch.hpp>

#include "belief/reported.hpp"

namespace edgecut::reported_test {
using belief::Reported;

TEST_CASE("a reported figure is what it was some time ago") {
  Reported clock(1.0);
  clock.set(2_s, 0.5);
  clock.set(3_s, 0.25);
  CHECK(clock.at(0_s) == 1.0);
  CHECK(clock.at(1.9_s) == 1.0);
  CHECK(clock.at(2_s) == 0.5);
  CHECK(clock.at(10_s) == 0.25);
  CHECK(clock.at(Seconds(-1.0)) == 1.0);
}

TEST_CASE("the mean over a window weighs each value with its time") {
  Reported speed(1.0);
  speed.set(10_s, 0.2);
  // 0.75 s of 1 and 0.25 s of 0.2; then all of it; before the start as at the start.
  CHECK(speed.mean(10.25_s, 1_s) == Approx(0.8));
  CHECK(speed.mean(11_s, 1_s) == Approx(0.2));
  CHECK(speed.mean(0.5_s, 1_s) == Approx(1.0));
  CHECK(speed.mean(10.25_s, 0_s) == 0.2);
}

TEST_CASE("what nobody asks for any more is forgotten, and the rest stays") {
  Reported speed(1.0);
  for (int i = 1; i <= 10; ++i) speed.set(Seconds(i), 1.0 / i);
  const double mean = speed.mean(10_s, 2_s);
  speed.forget(8_s);
  CHECK(speed.mean(10_s, 2_s) == mean);
  CHECK(speed.at(9_s) == Approx(1.0 / 9.0));
}

}  // namespace edgecut::reported_test
