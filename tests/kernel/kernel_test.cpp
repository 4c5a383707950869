// What every kernel must do, against arithmetic: time, sharing of links and cores, batches, cancelling.
#include "kernel/run.hpp"
#include "sweep/processes.hpp"

namespace edgecut::kernel_test {
using namespace edgecut::kernel_tests;

KERNEL_TEST_CASE("1 MB over 1 MB/s takes exactly 1 s") {
  Run<TestType> run(links({1}));
  run.send(0, 1, 1);
  run.go();
  REQUIRE(run.time(1) == 1.0);
}

KERNEL_TEST_CASE("A flow goes at the rate of the narrowest link on its way") {
  Run<TestType> run(links({4, 1}, 2));
  run.send(0, 3, 1);  // 3 MB at min(4, 2) MB/s
  run.go();
  REQUIRE(run.time(1) == exactly(1.5));
}

KERNEL_TEST_CASE("Two equal flows share a backhaul equally") {
  Run<TestType> run(links({10, 10}, 1));
  run.send(0, 1, 1);
  run.send(1, 1, 2);
  run.go();
  REQUIRE(run.time(1) == exactly(2.0));  // each at 0.5 MB/s
  REQUIRE(run.time(2) == exactly(2.0));
  REQUIRE(run.batches.size() == 1);
}

KERNEL_TEST_CASE("Two flows on one access link share it equally, and the longer goes on alone") {
  Run<TestType> run(links({1}));
  run.send(0, 1, 1);
  run.send(0, 3, 2);
  run.go();
  REQUIRE(run.time(1) == exactly(2.0));  // 1 MB at 0.5 MB/s
  REQUIRE(run.time(2) == exactly(4.0));  // 1 MB by then, 2 MB more at 1 MB/s
}

KERNEL_TEST_CASE("Up and down do not share") {
  Run<TestType> run(links({1, 1}, 1));
  run.send(0, 1, 1, Direction::up);
  run.send(1, 2, 2, Direction::down);
  run.go();
  REQUIRE(run.time(1) == 1.0);
  REQUIRE(run.time(2) == 2.0);
}

KERNEL_TEST_CASE("Flows with caps of their own share a backhaul max-min fairly") {
  // Caps 1, 4, 10 MB/s on 7 MB/s: the first has its 1, the others 3 each. From t = 1, when B's 3 MB are through: A 1, C
  // 6. From t = 2, when A's 2 MB are: C alone has 12 - 3 - 6 = 3 MB left, at 7.
  Run<TestType> run(links({1, 4, 10}, 7));
  run.send(0, 2, 1);
  run.send(1, 3, 2);
  run.send(2, 12, 3);
  run.go();
  REQUIRE(run.time(2) == exactly(1.0));
  REQUIRE(run.time(1) == exactly(2.0));
  REQUIRE(run.time(3) == exactly(2.0 + 3.0 / 7.0));
}

KERNEL_TEST_CASE("Max-min is the same downwards, and rates rise and fall as flows come and go") {
  // Caps 2 and 8 on 6 MB/s. B alone: 6 MB/s. At t = 1 A joins: 2 and 4. At t = 2 A's 2 MB are through: B at 6 again,
  // with 16 - 6 - 4 = 6 MB left: t = 3.
  Run<TestType> run(links({2, 8}, 6));
  run.send(1, 16, 1, Direction::down);
  run.at(1.0, 9, [&] { run.send(0, 2, 2, Direction::down); });
  run.go();
  REQUIRE(run.time(2) == exactly(2.0));
  REQUIRE(run.time(1) == exactly(3.0));
}

KERNEL_TEST_CASE("Flows share a backhaul by weight") {
  // Weights 1, 3, 2 and caps 10, 10, 1 MB/s on 9 MB/s: the third has its 1, which is less than 2 x 9/6; of the other 8 the
  // first has 2 and the second 6. From t = 1, when the second's 6 MB are through, the first has 8, with 10 - 2 left.
  auto topology = links({10, 10, 1}, 9);
  topology.accesses[1].weight = 3;
  topology.accesses[2].weight = 2;
  Run<TestType> run(topology);
  run.send(0, 10, 1);
  run.send(1, 6, 2);
  run.send(2, 2, 3);
  run.go();
  REQUIRE(run.time(2) == exactly(1.0));
  REQUIRE(run.time(1) == exactly(2.0));
  REQUIRE(run.time(3) == exactly(2.0));
}

KERNEL_TEST_CASE("A weight is each flow's, not the access's") {
  // Two flows of weight 2 and one of weight 1 on 5 MB/s: 2, 2 and 1 MB/s. What a cancelled one leaves is bytes.
  auto topology = links({10, 10}, 5);
  topology.accesses[0].weight = 2;
  Run<TestType> run(topology);
  run.send(0, 8, 1);
  run.send(0, 8, 2);
  run.send(1, 8, 3);
  double left = 0.0;
  run.at(1.0, 9, [&] { left = run.cancel(2); });  // then 10/3 and 5/3 MB/s
  run.go();
  REQUIRE(left == Approx(6.0 * MB));
  REQUIRE(run.time(1) == exactly(1.0 + 6.0 / (10.0 / 3.0)));  // 2.8
  REQUIRE(run.time(3) == exactly(2.8 + (7.0 - 1.8 * 5.0 / 3.0) / 5.0));
}

KERNEL_TEST_CASE("Weights hold through an outage") {
  auto topology = varying_links({10, 10}, 3);
  topology.accesses[0].weight = 2;
  Run<TestType> run(topology);
  run.send(0, 4, 1);
  run.send(1, 2, 2);
  run.at(1.0, 8, [&] { run.set_backhaul(0); });
  run.at(5.0, 9, [&] { run.set_backhaul(3); });
  run.go();
  REQUIRE(run.time(1) == exactly(6.0));  // 2 MB/s for a second before and a second after
  REQUIRE(run.time(2) == exactly(6.0));
}

KERNEL_TEST_CASE("A cap just below the equal share leaves the rest to the others") {
  // 2 MB/s between a cap of 0.9999999 MB/s and one of 10: the second has 1.0000001 MB/s.
  Run<TestType> run(links({0.9999999, 10}, 2));
  run.send(0, 50, 1);
  run.send(1, 10.000001, 2);
  run.go();
  REQUIRE(run.time(2) == Approx(10.0).epsilon(1e-12));
  REQUIRE(run.time(1) == Approx(50.0 / 0.9999999).epsilon(1e-12));
}

KERNEL_TEST_CASE("Twenty flows whose caps differ by a millionth share a backhaul by hand") {
  // Caps 1 + i x 1e-6 MB/s for i = 0..19 on 20.0000190 MB/s: the sum of the caps is 20 + 190e-6 = 20.00019, so the
  // backhaul binds. Water-filling: the level L satisfies sum min(cap, L) = 20.000019. With caps 0..m-1 below L:
  // m + 1e-6 m(m-1)/2 + (20 - m) L = 20.000019. For L = 1 + x e-6: m(m-1)/2 + (20-m) x = 19, with m-1 < x <= m: m = 1:
  // 19 x = 19, x = 1. So the first has 1 MB/s and all the others 1.000001.
  std::vector<double> rates;
  for (int i = 0; i < 20; ++i) rates.push_back(1.0 + i * 1e-6);
  Run<TestType> run(links(rates, 20.000019));
  for (std::uint32_t i = 0; i < 20; ++i) run.send(i, i == 0 ? 8.0 : 2.000002, i);
  run.go();
  REQUIRE(run.time(0) == Approx(8.0).epsilon(1e-11));
  for (std::uint32_t i = 1; i < 20; ++i) REQUIRE(run.time(i) == Approx(2.0).epsilon(1e-11));
}

KERNEL_TEST_CASE("A backhaul that cannot bind changes nothing") {
  Run<TestType> run(links({1, 2, 3}, 6));  // 1 + 2 + 3 = 6
  for (std::uint32_t i = 0; i < 3; ++i) run.send(i, 6, i);
  run.go();
  REQUIRE(run.time(0) == 6.0);
  REQUIRE(run.time(1) == 3.0);
  REQUIRE(run.time(2) == 2.0);
}

KERNEL_TEST_CASE("One core does one job after the other's time when it is handed them one by one") {
  Run<TestType> run(cores(1));
  run.on(1, [&] { run.compute(2, 2); });
  run.on(2, [&] { run.compute(3, 3); });
  run.compute(1, 1);
  run.go();
  REQUIRE(run.time(1) == 1.0);
  REQUIRE(run.time(2) == 3.0);
  REQUIRE(run.time(3) == 6.0);
}

KERNEL_TEST_CASE("8 equal jobs on 4 cores take twice as long") {
  Run<TestType> run(cores(4));
  for (std::uint64_t i = 0; i < 8; ++i) run.compute(1, i);
  run.go();
  REQUIRE(run.batches.size() == 1);
  REQUIRE(run.batches[0].time == exactly(2.0));
  REQUIRE(run.batches[0].tokens.size() == 8);
}

KERNEL_TEST_CASE("A job uses at most one core") {
  Run<TestType> run(cores(4));
  run.compute(1, 1);
  run.compute(2, 2);
  run.compute(3, 3);
  run.go();
  REQUIRE(run.time(1) == 1.0);
  REQUIRE(run.time(2) == 2.0);
  REQUIRE(run.time(3) == 3.0);
}

KERNEL_TEST_CASE("Three unequal jobs share two cores as processor sharing says") {
  // Each at 2/3 until the first (1 s) is through at 1.5; then two jobs on two cores: 3 - 1 = 2 s and 4 - 1 = 3 s more.
  Run<TestType> run(cores(2));
  run.compute(1, 1);
  run.compute(3, 2);
  run.compute(4, 3);
  run.go();
  REQUIRE(run.time(1) == exactly(1.5));
  REQUIRE(run.time(2) == exactly(3.5));
  REQUIRE(run.time(3) == exactly(4.5));
}

KERNEL_TEST_CASE("A late job slows the one that runs") {
  // Alone for 0.5 s, then at half speed: the first has 0.5 s of work left, which takes 1 s; the second has then 0.5
  // left.
  Run<TestType> run(cores(1));
  run.compute(1, 1);
  run.at(0.5, 9, [&] { run.compute(1, 2); });
  run.go();
  REQUIRE(run.time(1) == exactly(1.5));
  REQUIRE(run.time(2) == exactly(2.0));
}

KERNEL_TEST_CASE("Processors do not disturb one another, nor do links") {
  auto topology = links({1});
  topology.processors = {{"a", 1, {}, {}, {}}, {"b", 1, {}, {}, {}}};
  Run<TestType> run(topology);
  run.compute(1, 1, 0);
  run.compute(2, 2, 1);
  run.send(0, 3, 3);
  run.go();
  REQUIRE(run.time(1) == 1.0);
  REQUIRE(run.time(2) == 2.0);
  REQUIRE(run.time(3) == 3.0);
}

KERNEL_TEST_CASE("Timers and completions of one instant come in one batch") {
  auto topology = links({1});
  topology.processors = {{"a", 1, {}, {}, {}}, {"b", 2, {}, {}, {}}};
  Run<TestType> run(topology);
  run.compute(1, 1, 0);
  run.compute(1, 2, 1);
  run.send(0, 1, 3);
  run.at(1.0, 4);
  run.at(1.0, 5);
  run.go();
  REQUIRE(run.batches.size() == 1);
  REQUIRE(run.batches[0].time == 1.0);
  REQUIRE(run.batches[0].tokens == std::vector<std::uint64_t>{1, 2, 3, 4, 5});
}

KERNEL_TEST_CASE("A completion that a rounding error puts after a timer still comes in its batch") {
  // 0.1 + 0.2 is 0.30000000000000004 in doubles.
  auto topology = links({1});
  topology.processors = {{"a", 1, {}, {}, {}}};
  Run<TestType> run(topology);
  run.on(1, [&] { run.compute(0.2, 2); });
  run.compute(0.1, 1);
  run.at(0.3, 3);
  run.send(0, 0.3, 4);
  run.go();
  REQUIRE(run.batches.size() == 2);
  REQUIRE(run.batches[1].tokens == std::vector<std::uint64_t>{2, 3, 4});
  REQUIRE(run.batches[1].time == exactly(0.3));
}

KERNEL_TEST_CASE("What rounding errors put before a timer still comes in its batch") {
  // 100 times 0.1 s are 9.99999999999998 s in doubles, and so is the end of the last of 100 computations.
  Run<TestType> run(cores(1));
  int left = 100;
  run.on(1, [&] {
    if (--left > 0) run.compute(0.1, 1);
  });
  run.compute(0.1, 1);
  run.at(10.0, 2);
  run.go();
  REQUIRE(run.batches.size() == 100);
  REQUIRE(run.batches.back().tokens == std::vector<std::uint64_t>{1, 2});
}

KERNEL_TEST_CASE("What is half a nanosecond apart is two instants") {
  Run<TestType> run(cores(1));
  run.compute(1.0 + 5e-10, 1);
  run.at(1.0, 2);
  run.go();
  REQUIRE(run.batches.size() == 2);
  REQUIRE(run.time(2) == 1.0);
  REQUIRE(run.time(1) == Approx(1.0 + 5e-10).epsilon(1e-15));
}

KERNEL_TEST_CASE("What a batch starts now is a batch of its own at the same instant") {
  Run<TestType> run(cores(1));
  run.at(1.0, 1, [&] { run.at(1.0, 2); });
  run.at(1.0, 3);
  run.go();
  REQUIRE(run.batches.size() == 2);
  REQUIRE(run.batches[0].tokens == std::vector<std::uint64_t>{1, 3});
  REQUIRE(run.batches[1].tokens == std::vector<std::uint64_t>{2});
  REQUIRE(run.batches[1].time == 1.0);
}

KERNEL_TEST_CASE("Timers come in order of time, however they were set") {
  Run<TestType> run(cores(1));
  for (const int i : {5, 3, 9, 1, 7, 2, 8, 4, 6, 0}) run.at(i * 0.125, static_cast<std::uint64_t>(i));
  run.go();
  REQUIRE(run.batches.size() == 10);
  for (std::size_t i = 0; i < 10; ++i) {
    REQUIRE(run.batches[i].tokens == std::vector<std::uint64_t>{i});
    REQUIRE(run.batches[i].time == 0.125 * static_cast<double>(i));
  }
}

KERNEL_TEST_CASE("A run with nothing to do ends at once") {
  Run<TestType> run(cores(1));
  run.go();
  REQUIRE(run.batches.empty());
  REQUIRE(run.kernel->now() == 0_s);
}

KERNEL_TEST_CASE("Cancelling a computation returns the seconds of one core that were left") {
  Run<TestType> run(cores(1));
  double left = -1.0;
  run.compute(3, 1);
  run.at(1.25, 9, [&] { left = run.cancel(1); });
  run.go();
  REQUIRE(left == exactly(1.75));
  REQUIRE(run.time(1) == -1.0);  // not reported
}

KERNEL_TEST_CASE("Cancelling one of two that share a core returns what was left and lets the other speed up") {
  Run<TestType> run(cores(1));
  double left = -1.0;
  run.compute(3, 1);
  run.compute(3, 2);
  run.at(2.0, 9, [&] { left = run.cancel(1); });
  run.go();
  REQUIRE(left == exactly(2.0));         // half speed for 2 s: 1 of 3 s done
  REQUIRE(run.time(2) == exactly(4.0));  // 2 s left at full speed
}

KERNEL_TEST_CASE("Cancelling a flow returns the bytes that were left and lets the others speed up") {
  Run<TestType> run(links({10, 10}, 2));
  double left = -1.0;
  run.send(0, 4, 1);
  run.send(1, 4, 2);
  run.at(1.0, 9, [&] { left = run.cancel(1); });
  run.go();
  REQUIRE(left == exactly(3.0 * MB));    // 1 MB/s each
  REQUIRE(run.time(2) == exactly(2.5));  // 3 MB left at 2 MB/s
  REQUIRE(run.time(1) == -1.0);
}

KERNEL_TEST_CASE("What is cancelled as it starts has everything left") {
  auto topology = links({1});
  topology.processors = {{"a", 1, {}, {}, {}}};
  Run<TestType> run(topology);
  double work = -1.0;
  double bytes = -1.0;
  run.at(1.0, 9, [&] {
    run.compute(2, 1);
    run.send(0, 3, 2);
    work = run.cancel(1);
    bytes = run.cancel(2);
  });
  run.go();
  REQUIRE(work == exactly(2.0));
  REQUIRE(bytes == exactly(3.0 * MB));
  REQUIRE(run.batches.size() == 1);
}

KERNEL_TEST_CASE("A cancelled activity's place is used again without a mix-up") {
  Run<TestType> run(cores(4));
  run.compute(5, 1);
  run.compute(6, 2);
  run.at(1.0, 9, [&] {
    run.cancel(1);
    run.compute(1, 3);
    run.compute(2, 4);
  });
  run.go();
  REQUIRE(run.time(1) == -1.0);
  REQUIRE(run.time(2) == 6.0);
  REQUIRE(run.time(3) == 2.0);
  REQUIRE(run.time(4) == 3.0);
}

KERNEL_TEST_CASE("A processor that was off computes again once it is on") {
  Run<TestType> run(cores(1));
  run.on(1, [&] { run.kernel->set_on({0}, false); });
  run.compute(1, 1);
  run.at(3.0, 2, [&] {
    run.kernel->set_on({0}, true);
    run.compute(1, 3);
  });
  run.go();
  REQUIRE(run.time(3) == 4.0);
}

KERNEL_TEST_CASE("A timer in the past is an internal error") {
  Run<TestType> run(cores(1));
  REQUIRE_THROWS_AS(run.at(-1.0, 1), InternalError);
  run.at(2.0, 1, [&] { REQUIRE_THROWS_AS(run.at(1.0, 2), InternalError); });
  run.go();
  REQUIRE(run.time(2) == -1.0);
}

KERNEL_TEST_CASE("Work of nothing, flows of nothing and fractions of a byte are internal errors") {
  auto topology = links({1});
  topology.processors = {{"a", 1, {}, {}, {}}};
  Run<TestType> run(topology);
  REQUIRE_THROWS_AS(run.compute(0, 1), InternalError);
  REQUIRE_THROWS_AS(run.compute(-1, 1), InternalError);
  REQUIRE_THROWS_AS(run.compute(std::nan(""), 1), InternalError);
  REQUIRE_THROWS_AS(run.send(0, 0, 1), InternalError);
  REQUIRE_THROWS_AS(run.send(0, -1, 1), InternalError);
  REQUIRE_THROWS_AS(run.kernel->transfer({0}, Direction::up, Bytes(10.5), {1}), InternalError);
}

KERNEL_TEST_CASE("Computing on a processor that is off is an internal error") {
  Run<TestType> run(cores(1));
  run.kernel->set_on({0}, false);
  REQUIRE_THROWS_AS(run.compute(1, 1), InternalError);
}

KERNEL_TEST_CASE("Cancelling what has ended is an internal error") {
  Run<TestType> run(cores(1));
  run.compute(1, 1);
  run.on(1, [&] { REQUIRE_THROWS_AS(run.cancel(1), InternalError); });
  run.go();
  REQUIRE(run.time(1) == 1.0);
}

KERNEL_TEST_CASE("An error in what handles a batch comes out of the run") {
  Run<TestType> run(cores(1));
  run.at(1.0, 1, [] { throw InternalError("from the handler"); });
  REQUIRE_THROWS_AS(run.go(), InternalError);
}

KERNEL_TEST_CASE("An error in a run is what the parent of its process hears, whatever else was under way") {
  const auto results = sweep::run_processes(
      1, 1,
      [](std::size_t) {
        auto topology = links({1, 1}, 1);
        topology.processors = {{"a", 1, {}, {}, {}}};
        Run<TestType> run(topology);
        run.compute(2, 1);
        run.compute(3, 2);
        run.send(0, 2, 3);
        run.send(1, 3, 4, Direction::down);
        run.at(1.0, 5, [] { throw InternalError("from the handler"); });
        run.go();
        return std::string();
      },
      [](std::size_t) {});
  REQUIRE(results[0].failure == "from the handler");
}

KERNEL_TEST_CASE("10,000 chained tasks do not drift") {
  Run<TestType> run(cores(1));
  int left = 10000;
  run.on(1, [&] {
    if (--left > 0) run.compute(0.1, 1);
  });
  run.compute(0.1, 1);
  run.go();
  REQUIRE(run.batches.size() == 10000);
  REQUIRE(run.batches.back().time == Approx(1000.0).epsilon(1e-9));
}

KERNEL_TEST_CASE("10,000 chained flows beside a long one do not drift") {
  // 100 kB flows and one of 2 GB share 2 MB/s: each of the chain at 1 MB/s, 0.1 s. The long one has 1 GB left at t =
  // 1000 s and then the backhaul to itself: 500 s.
  Run<TestType> run(links({10, 10}, 2));
  int left = 10000;
  run.on(1, [&] {
    if (--left > 0) run.send(0, 0.1, 1);
  });
  run.send(0, 0.1, 1);
  run.send(1, 2000, 2);
  run.go();
  REQUIRE(run.batches.size() == 10001);
  REQUIRE(run.batches[9999].time == Approx(1000.0).epsilon(1e-9));
  REQUIRE(run.batches.back().time == Approx(1500.0).epsilon(1e-9));
}

}  // namespace edgecut::kernel_test
