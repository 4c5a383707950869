// What only the reference kernel has: SimGrid's own account of energy, against arithmetic, and its loop.
#include <simgrid/s4u/Engine.hpp>

#include "kernel/run.hpp"

namespace edgecut::reference_test {
using namespace edgecut::kernel_tests;

namespace {

kernel::Topology metered(kernel::Topology topology) {
  topology.is_metered = true;
  return topology;
}

}  // namespace

TEST_CASE("The kernel's own energy: 4 cores idle, half busy, full, off") {
  // 2 W idle, 10 W with 4 cores busy, 0.5 W off. 0-1 idle: 2. 1-3 two cores: 2 + 8/2 = 6 W: 12. 3-4 four cores: 10.
  // 4-5 idle: 2. 5-7 off: 1. 7-8 idle: 2. Together 29 J.
  Run<Reference> run(metered(cores(4, 2_W, 10_W, 0.5_W)));
  run.at(1.0, 11, [&] {
    run.compute(3, 1);
    run.compute(3, 2);
  });
  run.at(3.0, 12, [&] {
    run.compute(1, 3);
    run.compute(1, 4);
  });
  run.at(5.0, 13, [&] { run.kernel->set_on({0}, false); });
  run.at(7.0, 14, [&] { run.kernel->set_on({0}, true); });
  run.at(8.0, 15);
  run.go();
  REQUIRE(run.kernel->independent_energy({0}).value().value() == exactly(29.0));
}

TEST_CASE("The kernel's own energy: more jobs than cores draw no more than all cores") {
  Run<Reference> run(metered(cores(2, 1_W, 5_W)));
  for (std::uint64_t i = 0; i < 4; ++i) run.compute(1, i);  // 4 core-seconds on 2 cores: 2 s at 5 W
  run.go();
  REQUIRE(run.kernel->independent_energy({0}).value().value() == exactly(10.0));
}

TEST_CASE("Without a meter there is no account") {
  Run<Reference> run(cores(2, 1_W, 5_W));
  run.compute(1, 1);
  run.go();
  REQUIRE_FALSE(run.kernel->independent_energy({0}).has_value());
}

TEST_CASE("SimGrid goes once through its loop for each instant") {
  // What a batch starts, stops or sets is known to SimGrid's models in the round that the batch is handed over in.
  std::size_t rounds = 0;
  simgrid::s4u::Engine::on_time_advance_cb([&rounds](double) { ++rounds; });
  auto topology = varying_links({1, 2}, 2);
  topology.processors = cores(1).processors;
  Run<Reference> run(topology);
  run.at(0.5, 11, [&] {
    run.compute(1, 1);
    run.send(0, 1, 2);
  });
  run.on(1, [&] { run.send(1, 1, 3); });     // t = 1.5, when the first flow ends too
  run.on(3, [&] { run.compute(0.25, 4); });  // t = 2
  run.at(1.75, 12, [&] { run.set(1, 4); });  // the backhaul's 2 MB/s hold it still
  run.go();
  REQUIRE(run.time(2) == exactly(1.5));
  REQUIRE(run.time(3) == exactly(2.0));
  REQUIRE(run.time(4) == exactly(2.25));
  REQUIRE(run.batches.size() == 5);
  REQUIRE(rounds == run.batches.size());
}

}  // namespace edgecut::reference_test
