// What only the express kernel promises, and how a kernel is chosen.
#include "kernel/run.hpp"

namespace edgecut::express_test {
using namespace edgecut::kernel_tests;

namespace {

// Thirds, sevenths and tenths, so that every rounding shows.
std::vector<Batch> play() {
  auto topology = varying_links({0.1, 0.3, 0.7}, 0.9);
  topology.processors = {{"a", 2, {}, {}, {}}};
  Run<Express> run(topology);
  for (std::uint32_t i = 0; i < 30; ++i) {
    run.at(0.1 * i, 100 + i, [&run, i] {
      run.compute(0.7 / (1 + i % 3), 200 + i);
      run.send(i % 3, 0.1 * (1 + i % 4), 300 + i);
      if (i % 7 == 6) run.set_backhaul(1.3 / i);
    });
  }
  run.go();
  return run.batches;
}

}  // namespace

TEST_CASE("A second express simulation in a process gives the same bits as the first") {
  const auto first = play();
  const auto second = play();
  REQUIRE(first.size() > 60);
  REQUIRE(first.size() == second.size());
  for (std::size_t i = 0; i < first.size(); ++i) {
    REQUIRE(first[i].time == second[i].time);
    REQUIRE(first[i].tokens == second[i].tokens);
  }
}

TEST_CASE("A computation that waits for nobody ends at its start plus its work to the last digit") {
  Run<Express> run(cores(2));
  run.at(0.1, 1, [&] { run.compute(0.7, 2); });
  run.at(0.3, 3, [&] { run.compute(0.9, 4); });
  run.go();
  REQUIRE(run.time(2) == 0.1 + 0.7);
  REQUIRE(run.time(4) == 0.3 + 0.9);
}

TEST_CASE("The express kernel keeps no account of energy") {
  Run<Express> run(cores(1, 1_W, 5_W));
  run.compute(1, 1);
  run.go();
  REQUIRE_FALSE(run.kernel->independent_energy({0}).has_value());
}

TEST_CASE("The reference kernel is made when it is asked for") {
  REQUIRE(make_kernel(kernel::Choice::reference, links({1}, 2))->choice() == kernel::Choice::reference);
}

TEST_CASE("The express kernel is made when it is asked for") {
  REQUIRE(make_kernel(kernel::Choice::express, links({1}, 2))->choice() == kernel::Choice::express);
}

TEST_CASE("The express kernel is picked where nothing is asked for") {
  REQUIRE(make_kernel(kernel::Choice::automatic, links({1}, 2))->choice() == kernel::Choice::express);
}

}  // namespace edgecut::express_test
