// Processors whose speed changes while they compute, against arithmetic.
#include "kernel/run.hpp"

namespace edgecut::speed_test {
using namespace edgecut::kernel_tests;

KERNEL_TEST_CASE("A computation feels at once that its processor has become slower") {
  Run<TestType> run(cores(1));
  run.compute(4, 1);
  run.at(1.0, 9, [&] { run.kernel->set_speed({0}, 0.5); });  // 3 s left at half speed
  run.go();
  REQUIRE(run.time(1) == exactly(7.0));
}

KERNEL_TEST_CASE("A computation crosses slower and faster times") {
  // 1 s of work in the first second, 0.25 in the next, 3 in the one after: 4.25 of 6 at t = 3, and 1.75 more at 1.
  Run<TestType> run(cores(1));
  run.compute(6, 1);
  run.at(1.0, 11, [&] { run.kernel->set_speed({0}, 0.25); });
  run.at(2.0, 12, [&] { run.kernel->set_speed({0}, 3.0); });
  run.at(3.0, 13, [&] { run.kernel->set_speed({0}, 1.0); });
  run.go();
  REQUIRE(run.time(1) == exactly(4.75));
}

KERNEL_TEST_CASE("A speed that is set before anything computes holds for what comes") {
  Run<TestType> run(cores(2));
  run.kernel->set_speed({0}, 0.5);
  run.compute(1, 1);
  run.at(3.0, 9, [&] { run.compute(1, 2); });
  run.go();
  REQUIRE(run.time(1) == exactly(2.0));
  REQUIRE(run.time(2) == exactly(5.0));
}

KERNEL_TEST_CASE("Computations that share their cores share the speed") {
  // Three on two cores at 2/3 each; from t = 1 at 1/3 each. 1/3 s of work is left of the first: 1 s. Then two at 1/2.
  Run<TestType> run(cores(2));
  run.compute(1, 1);
  run.compute(2, 2);
  run.compute(2, 3);
  run.at(1.0, 9, [&] { run.kernel->set_speed({0}, 0.5); });
  run.go();
  REQUIRE(run.time(1) == exactly(2.0));
  REQUIRE(run.time(2) == exactly(4.0));  // 2/3 + 1/3 by t = 2, 1 more at 1/2
  REQUIRE(run.time(3) == exactly(4.0));
}

KERNEL_TEST_CASE("What a cancelled computation leaves is work and not time") {
  Run<TestType> run(cores(1));
  run.compute(4, 1);
  double left = 0.0;
  run.at(1.0, 8, [&] { run.kernel->set_speed({0}, 0.5); });
  run.at(3.0, 9, [&] { left = run.cancel(1); });  // 1 s and 1 s of 4 s done
  run.go();
  REQUIRE(left == exactly(2.0));
}

KERNEL_TEST_CASE("The speed of one processor is not the other's") {
  auto two = cores(1);
  two.processors.push_back(two.processors[0]);
  Run<TestType> run(two);
  run.kernel->set_speed({1}, 4.0);
  run.compute(2, 1, 0);
  run.compute(2, 2, 1);
  run.go();
  REQUIRE(run.time(1) == exactly(2.0));
  REQUIRE(run.time(2) == exactly(0.5));
}

}  // namespace edgecut::speed_test
