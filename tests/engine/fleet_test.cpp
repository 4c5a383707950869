// Devices that are alike share one client.
#include <catch2/catch.hpp>

#include "engine/systems.hpp"
#include "units/ensure.hpp"

namespace edgecut::fleet_test {
using namespace edgecut::test;

namespace {

// What came of three devices of one sort and two of another, as five clients or as two.
Recording play(bool apart, kernel::Choice kernel) {
  auto one = cut_after(1);
  one.workload = poisson(0.2, 20);
  one.off = {{Seconds(30.0), Seconds(40.0)}};
  auto other = cut_after(2);
  other.workload = poisson(0.1, 15);
  other.direct = radio(250000_Bps, 250000_Bps, 0.125_s);
  other.device = board({cpu(6_W), cpu(7_W)});
  other.truth = times({{0, 1, 2, 4}, {0, 0.5, 1, 2}}, {0, 0.125, 0.25, 0.5});
  other.processor = 1;
  Lab lab(apart ? std::vector{one, one, one, other, other} : std::vector{one, other});
  if (!apart) {
    lab.system.clients[0].devices = 3;
    lab.system.clients[1].devices = 2;
  }
  lab.system.backhaul = platform::Backhaul{1500000_Bps, 1500000_Bps};
  lab.system.kernel = kernel;
  return lab.run();
}

}  // namespace

TEST_CASE("Devices that share a client do what as many clients do") {
  // A second run in the same process is the same to the last digit on the express kernel only.
  const auto apart = play(true, kernel::Choice::express);
  const auto together = play(false, kernel::Choice::express);
  REQUIRE(apart.ended.size() == 3 * 20 + 2 * 15);
  CHECK(together.text() == apart.text());
  REQUIRE(together.run.devices.size() == 5);
  for (std::size_t i = 0; i < 5; ++i) CHECK(together.run.devices[i].total == apart.run.devices[i].total);
  REQUIRE(together.run.resources.size() == apart.run.resources.size());
  const auto reference = play(false, kernel::Choice::reference);
  REQUIRE(reference.ended.size() == apart.ended.size());
  for (std::uint32_t i = 0; i < apart.ended.size(); ++i) {
    CHECK(reference.end(i).time.value() == Approx(apart.end(i).time.value()).margin(1e-8).epsilon(1e-9));
  }
}

TEST_CASE("More requests than their numbers can tell apart are refused") {
  auto spec = device_only();
  spec.workload = periodic(1.0, 1'000'000'000);
  Lab lab({spec});
  lab.system.clients[0].devices = 5;  // 5e9 > 2^32 = 4.29e9
  CHECK_THROWS_AS(lab.run(), InternalError);
}

}  // namespace edgecut::fleet_test
