// The algebra of quantities: dimensions multiply, divide and cancel, and what makes no sense does not compile.
#include "units/quantity.hpp"

#include <catch2/catch.hpp>
#include <concepts>
#include <type_traits>

namespace edgecut::quantity_test {

namespace {

template <class A, class B>
concept CanAdd = requires(A a, B b) { a + b; };
template <class A, class B>
concept CanSubtract = requires(A a, B b) { a - b; };
template <class A, class B>
concept CanCompare = requires(A a, B b) { a < b; };
template <class A, class B>
concept CanEqual = requires(A a, B b) { a == b; };
template <class A, class B>
concept CanAddTo = requires(A a, B b) { a += b; };

// The test of what does not compile: each of these would be a bug in a formula.
static_assert(CanAdd<Bytes, Bytes>);
static_assert(!CanAdd<Bytes, Seconds>);
static_assert(!CanAdd<Bytes, double>);
static_assert(!CanAdd<double, Bytes>);
static_assert(!CanAdd<Watts, Joules>);
static_assert(!CanAdd<Flops, FlopRate>);
static_assert(!CanAdd<Bandwidth, Bytes>);
static_assert(!CanSubtract<Seconds, Joules>);
static_assert(!CanSubtract<Seconds, int>);
static_assert(CanCompare<Seconds, Seconds>);
static_assert(!CanCompare<Seconds, Bytes>);
static_assert(!CanCompare<Seconds, double>);
static_assert(!CanEqual<Joules, Watts>);
static_assert(!CanAddTo<Joules, Watts>);
static_assert(!CanAddTo<Bytes, double>);
static_assert(!std::convertible_to<double, Seconds>);
static_assert(!std::convertible_to<Seconds, double>);
static_assert(!std::convertible_to<Bytes, Seconds>);
static_assert(!std::is_assignable_v<Bytes&, double>);

static_assert(std::same_as<decltype(Bytes() / Bandwidth()), Seconds>);
static_assert(std::same_as<decltype(Bytes() / Seconds()), Bandwidth>);
static_assert(std::same_as<decltype(Bandwidth() * Seconds()), Bytes>);
static_assert(std::same_as<decltype(Watts() * Seconds()), Joules>);
static_assert(std::same_as<decltype(Joules() / Seconds()), Watts>);
static_assert(std::same_as<decltype(Flops() / FlopRate()), Seconds>);
static_assert(std::same_as<decltype(JoulesPerByte() * Bandwidth()), Watts>);
static_assert(std::same_as<decltype(JoulesPerByte() * Bytes()), Joules>);
static_assert(std::same_as<decltype(1.0 / Frequency()), Seconds>);
static_assert(std::same_as<decltype(1.0 / Seconds()), Frequency>);
static_assert(std::same_as<decltype(Frequency() * Seconds()), double>);
static_assert(std::same_as<decltype(Bytes() / Bytes()), double>);
static_assert(std::is_trivially_copyable_v<Bytes>);
static_assert(sizeof(Bytes) == sizeof(double));

}  // namespace

TEST_CASE("a size over a bandwidth is a time") {
  // 1,000,000 B / (8 Mbit/s = 1,000,000 B/s) = 1 s.
  CHECK(1000000_B / 8.0_Mbps == 1_s);
  // 150,000 B / (20 Mbit/s x 125,000 B/s = 2,500,000 B/s) = 0.06 s.
  CHECK((150000_B / 20_Mbps).value() == Approx(0.06).epsilon(1e-15));
}

TEST_CASE("a power over a time is an energy, and the radio's slope times a rate is a power") {
  CHECK(5.1_W * 2_s == 10.2_J);
  // 438.39 mW/Mbps = 0.43839 W per 125,000 B/s = 3.50712e-6 J/B; at 5.85 Mbit/s 2.5645815 W.
  const JoulesPerByte slope(0.43839 / 125000.0);
  CHECK((slope * 5.85_Mbps).value() == Approx(2.5645815).epsilon(1e-12));
}

TEST_CASE("work over a rate is a time") {
  CHECK((2.0_FLOP * 1e9) / 4_GFLOPps == 0.5_s);
}

TEST_CASE("quantities of one dimension add, subtract, scale, negate and compare") {
  Seconds t = 1_s;
  t += 0.5_s;
  t -= 0.25_s;
  t *= 2.0;
  CHECK(t == 2.5_s);
  CHECK(t / 2.0 == 1.25_s);
  CHECK(2.0 * t == t * 2.0);
  CHECK(-t == Seconds(-2.5));
  CHECK(t - 3_s < Seconds());
  CHECK(Seconds().value() == 0.0);
}

TEST_CASE("where every dimension cancels a plain number is left") {
  const double share = 250_B / 1000_B;
  CHECK(share == 0.25);
}

TEST_CASE("literals of whole and of real numbers agree, and Mbps is bits") {
  CHECK(8_Mbps == 8.0_Mbps);
  CHECK(8_Mbps == 1000000_Bps);  // 8e6 bit/s / 8
  CHECK(1_GFLOPps == FlopRate(1e9));
  CHECK(3_B == 3.0_B);
  CHECK(3_W == 3.0_W);
}

}  // namespace edgecut::quantity_test
