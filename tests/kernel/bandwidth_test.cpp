// Bandwidths that change while flows are in flight, against arithmetic, and links that are not behind the backhaul.
#include "kernel/run.hpp"

namespace edgecut::bandwidth_test {
using namespace edgecut::kernel_tests;

KERNEL_TEST_CASE("A flow feels at once that its link has become narrower") {
  Run<TestType> run(varying_links({2}));
  run.send(0, 4, 1);
  run.at(1.0, 9, [&] { run.set(0, 1); });  // 2 of 4 MB are through
  run.go();
  REQUIRE(run.time(1) == exactly(3.0));
}

KERNEL_TEST_CASE("A flow feels at once that its link has become wider") {
  Run<TestType> run(varying_links({1}));
  run.send(0, 4, 1);
  run.at(1.0, 9, [&] { run.set(0, 3); });  // 3 MB left at 3 MB/s
  run.go();
  REQUIRE(run.time(1) == exactly(2.0));
}

KERNEL_TEST_CASE("A flow that starts in a fade speeds up when the fade is over") {
  Run<TestType> run(varying_links({5}));
  run.set(0, 0.5);
  run.send(0, 6, 1);
  run.at(2.0, 9, [&] { run.set(0, 5); });  // 1 MB through, 5 left
  run.go();
  REQUIRE(run.time(1) == exactly(3.0));
}

KERNEL_TEST_CASE("A transfer crosses steps up and down") {
  // 1 MB in the first second, 4 in the next, 0.5 MB/s for two: 6 of 10 MB at t = 4, and 2 MB/s from there.
  Run<TestType> run(varying_links({1}));
  run.send(0, 10, 1);
  run.at(1.0, 11, [&] { run.set(0, 4); });
  run.at(2.0, 12, [&] { run.set(0, 0.5); });
  run.at(4.0, 13, [&] { run.set(0, 2); });
  run.go();
  REQUIRE(run.time(1) == exactly(6.0));
}

KERNEL_TEST_CASE("Two flows on a link share what it has at the moment") {
  // 1 MB/s each, 2 each from t = 1: the first has its 3 MB at 2, and the other then 3 of 6 MB left at 4 MB/s.
  Run<TestType> run(varying_links({2}));
  run.send(0, 3, 1, Direction::down);
  run.send(0, 6, 2, Direction::down);
  run.at(1.0, 9, [&] { run.set(0, 4, Direction::down); });
  run.go();
  REQUIRE(run.time(1) == exactly(2.0));
  REQUIRE(run.time(2) == exactly(2.75));
}

KERNEL_TEST_CASE("A backhaul that changes is shared max-min fairly all the while") {
  // Caps 1, 4, 10 MB/s on 7, 4 and 20: rates 1, 3, 3; then 1, 1.5, 1.5; then 1, 4, 10. At t = 2 the second has 4.5 of
  // 8.5 MB and the third 4.5 of 24.5.
  Run<TestType> run(varying_links({1, 4, 10}, 7));
  run.send(0, 5, 1);
  run.send(1, 8.5, 2);
  run.send(2, 24.5, 3);
  run.at(1.0, 11, [&] { run.set_backhaul(4); });
  run.at(2.0, 12, [&] { run.set_backhaul(20); });
  run.go();
  REQUIRE(run.time(1) == exactly(5.0));
  REQUIRE(run.time(2) == exactly(3.0));
  REQUIRE(run.time(3) == exactly(4.0));
}

KERNEL_TEST_CASE("What a narrower access link leaves of the backhaul goes to the others") {
  // Caps 4 and 10 on 6 MB/s: 3 and 3; then 1 and 5; then 3 and 3 until t = 3, when the first has its 7 MB and the
  // other 11 of 17 MB.
  Run<TestType> run(varying_links({4, 10}, 6));
  run.send(0, 7, 1);
  run.send(1, 17, 2);
  run.at(1.0, 11, [&] { run.set(0, 1); });
  run.at(2.0, 12, [&] { run.set(0, 8); });
  run.go();
  REQUIRE(run.time(1) == exactly(3.0));
  REQUIRE(run.time(2) == exactly(4.0));
}

KERNEL_TEST_CASE("A backhaul that could not bind at first binds once the access links have grown") {
  // 1 and 1 on 4 MB/s, from t = 1 on 4 and 2: the backhaul gives each 2. The first has 3 - 1 = 2 MB left, the second
  // 5 - 1 - 2 = 2 MB at t = 2, at 2 MB/s.
  Run<TestType> run(varying_links({1, 1}, 4));
  run.send(0, 3, 1);
  run.send(1, 5, 2);
  run.at(1.0, 9, [&] {
    run.set(0, 4);
    run.set(1, 2);
  });
  run.go();
  REQUIRE(run.time(1) == exactly(2.0));
  REQUIRE(run.time(2) == exactly(3.0));
}

KERNEL_TEST_CASE("Up and down vary apart") {
  Run<TestType> run(varying_links({1, 1}, 2));
  run.send(0, 3, 1, Direction::up);
  run.send(0, 3, 2, Direction::down);
  run.at(1.0, 11, [&] { run.set(0, 2, Direction::down); });          // up 1 MB/s, down 2 MB/s: over at t = 2
  run.at(1.5, 12, [&] { run.set_backhaul(0.5, Direction::up); });    // up 1.5 MB left
  run.at(2.5, 13, [&] { run.set_backhaul(0.1, Direction::down); });  // nobody there
  run.go();
  REQUIRE(run.time(2) == exactly(2.0));
  REQUIRE(run.time(1) == exactly(4.5));
}

KERNEL_TEST_CASE("A bandwidth that is set to what it was changes nothing") {
  Run<TestType> run(varying_links({1, 3}, 2));
  run.send(0, 2, 1);
  run.send(1, 2, 2);
  run.at(1.0, 9, [&] {
    run.set(0, 1);
    run.set_backhaul(2);
  });
  run.go();
  REQUIRE(run.time(1) == exactly(2.0));
  REQUIRE(run.time(2) == exactly(2.0));
}

KERNEL_TEST_CASE("An outage stalls a flow and lets it go on afterwards, as often as it happens") {
  // 1 MB/s but for 1 s to 5 s and 6 s to 8 s: 1 MB by 1, 2 MB by 6, the third at 9.
  Run<TestType> run(varying_links({1}));
  run.send(0, 3, 1);
  run.at(1.0, 11, [&] { run.set(0, 0); });
  run.at(5.0, 12, [&] { run.set(0, 1); });
  run.at(6.0, 13, [&] { run.set(0, 0); });
  run.at(8.0, 14, [&] { run.set(0, 1); });
  run.go();
  REQUIRE(run.time(1) == exactly(9.0));
}

KERNEL_TEST_CASE("A flow that starts in an outage waits for its end") {
  Run<TestType> run(varying_links({0, 1}, 1));
  run.send(0, 1, 1);
  run.send(1, 1, 2);  // has the backhaul to itself
  run.at(4.0, 9, [&] { run.set(0, 0.5); });
  run.go();
  REQUIRE(run.time(2) == exactly(1.0));
  REQUIRE(run.time(1) == exactly(6.0));
}

KERNEL_TEST_CASE("In one flow's outage the others have its share of the backhaul") {
  // 1 MB/s each; from t = 1 the second alone at 2 MB/s; from t = 2 1 MB/s each again.
  Run<TestType> run(varying_links({5, 5}, 2));
  run.send(0, 2, 1);
  run.send(1, 4, 2);
  run.at(1.0, 11, [&] { run.set(0, 0); });
  run.at(2.0, 12, [&] { run.set(0, 5); });
  run.go();
  REQUIRE(run.time(1) == exactly(3.0));
  REQUIRE(run.time(2) == exactly(3.0));
}

KERNEL_TEST_CASE("An outage of the backhaul stalls all that are behind it and nobody else") {
  auto topology = varying_links({1, 2, 1}, 2);
  topology.accesses[2].behind_backhaul = false;
  Run<TestType> run(topology);
  run.send(0, 2, 1);  // 1 MB/s
  run.send(1, 2, 2);  // 1 MB/s
  run.send(2, 3, 3);  // 1 MB/s
  run.at(1.0, 11, [&] { run.set_backhaul(0); });
  run.at(4.0, 12, [&] { run.set_backhaul(2); });
  run.go();
  REQUIRE(run.time(1) == exactly(5.0));
  REQUIRE(run.time(2) == exactly(5.0));
  REQUIRE(run.time(3) == exactly(3.0));
}

KERNEL_TEST_CASE("A flow goes on when both its outages are over") {
  Run<TestType> run(varying_links({1}, 1));
  run.send(0, 2, 1);
  run.at(1.0, 11, [&] { run.set(0, 0); });
  run.at(2.0, 12, [&] { run.set_backhaul(0); });
  run.at(3.0, 13, [&] { run.set(0, 1); });
  run.at(4.0, 14, [&] { run.set_backhaul(1); });
  run.go();
  REQUIRE(run.time(1) == exactly(5.0));
}

KERNEL_TEST_CASE("A flow whose last byte is through as the outage begins is through") {
  Run<TestType> run(varying_links({1}));
  run.send(0, 2, 1);
  run.at(2.0, 11, [&] { run.set(0, 0); });
  run.at(3.0, 12, [&] { run.set(0, 1); });
  run.go();
  REQUIRE(run.time(1) == 2.0);
}

KERNEL_TEST_CASE("Cancelling a flow in an outage returns what was left of it") {
  Run<TestType> run(varying_links({1, 1}));
  double left = -1.0;
  double untouched = -1.0;
  run.send(0, 3, 1);
  run.at(1.0, 11, [&] { run.set(0, 0); });
  run.at(2.0, 12, [&] { run.send(0, 5, 2); });
  run.at(3.0, 13, [&] {
    left = run.cancel(1);
    untouched = run.cancel(2);
  });
  run.at(4.0, 14, [&] { run.set(0, 1); });
  run.go();
  REQUIRE(left == exactly(2.0 * MB));
  REQUIRE(untouched == exactly(5.0 * MB));
  REQUIRE(run.time(1) == -1.0);
}

KERNEL_TEST_CASE("Cancelling after steps returns what was left") {
  Run<TestType> run(varying_links({1, 9}, 3));
  double left = -1.0;
  run.send(0, 9, 1);
  run.send(1, 12, 2);                       // at 2 MB/s
  run.at(1.0, 11, [&] { run.set(0, 4); });  // 1.5 MB/s each
  run.at(3.0, 12, [&] { left = run.cancel(1); });
  run.go();
  REQUIRE(left == exactly(5.0 * MB));                    // 9 - 1 - 3
  REQUIRE(run.time(2) == exactly(5.33333333333333333));  // 12 - 2 - 3 = 7 MB at 3 MB/s
}

KERNEL_TEST_CASE("1000 steps and outages beside other flows do not drift") {
  // The first link has 2 MB/s in the first half of each second and nothing in the other, the backhaul 3 MB/s: the first
  // flow gets 1.5 MB/s and nothing in turn, the second 1.5 and 3: 750 MB and 2250 MB in 1000 s.
  Run<TestType> run(varying_links({2, 9}, 3));
  int changes = 0;
  run.send(0, 750, 1);
  run.send(1, 2250, 2);
  run.on(9, [&] {
    run.set(0, ++changes % 2 == 1 ? 0.0 : 2.0);
    if (changes < 2000) run.at(0.5 * (changes + 1), 9);
  });
  run.at(0.5, 9);
  run.go();
  REQUIRE(run.time(1) == Approx(999.5).epsilon(1e-12));
  REQUIRE(run.time(2) == Approx(1000.0).epsilon(1e-12));
}

KERNEL_TEST_CASE("A link that is not behind the backhaul shares only with its own flows") {
  // 1 MB/s each on the backhaul; on the link of its own 5 MB/s, 2.5 each.
  auto topology = links({5, 5, 5}, 2);
  topology.accesses[2].behind_backhaul = false;
  Run<TestType> run(topology);
  run.send(0, 1, 1);
  run.send(1, 1, 2);
  run.send(2, 5, 3);
  run.send(2, 5, 4);
  run.go();
  REQUIRE(run.time(1) == exactly(1.0));
  REQUIRE(run.time(2) == exactly(1.0));
  REQUIRE(run.time(3) == exactly(2.0));
  REQUIRE(run.time(4) == exactly(2.0));
}

KERNEL_TEST_CASE("A wide link that is not behind the backhaul does not make it bind, nor is it bound by it") {
  auto topology = links({1, 100}, 1);  // the backhaul can carry all that is behind it
  topology.accesses[1].behind_backhaul = false;
  Run<TestType> run(topology);
  run.send(0, 1, 1);
  run.send(1, 100, 2);
  run.go();
  REQUIRE(run.time(1) == 1.0);
  REQUIRE(run.time(2) == 1.0);
}

KERNEL_TEST_CASE("Setting a bandwidth where the topology does not say that they vary is an internal error") {
  Run<TestType> run(links({1}, 0.5));
  REQUIRE_THROWS_AS(run.set(0, 2), InternalError);
  REQUIRE_THROWS_AS(run.set_backhaul(2), InternalError);
}

KERNEL_TEST_CASE("A negative bandwidth and a backhaul that is not there are internal errors") {
  Run<TestType> run(varying_links({1}));
  REQUIRE_THROWS_AS(run.set(0, -1), InternalError);
  REQUIRE_THROWS_AS(run.set(0, std::nan("")), InternalError);
  REQUIRE_THROWS_AS(run.set_backhaul(1), InternalError);
}

KERNEL_TEST_CASE("An outage that never ends under a flow is an internal error") {
  Run<TestType> run(varying_links({1}));
  run.send(0, 2, 1);
  run.at(1.0, 9, [&] { run.set(0, 0); });
  REQUIRE_THROWS_AS(run.go(), InternalError);
}

KERNEL_TEST_CASE("Everything that can happen to a link happens at one instant") {
  // At t = 1 both links are open, with a flow of the first cancelled and another begun: the two flows of the first have
  // 1 MB/s each and the second's the 2 MB/s that are left, and so on until t = 3. From there the first link has 1 MB/s.
  Run<TestType> run(varying_links({0, 5}, 0));
  run.send(0, 4, 1);
  run.send(0, 3, 2);
  run.send(1, 9, 3);
  run.at(1.0, 9, [&] {
    run.cancel(1);
    run.set(0, 7);
    run.send(0, 5, 4);
    run.set(0, 0);
    run.set_backhaul(1);
    run.set_backhaul(0);
    run.set(0, 2);
    run.set_backhaul(4);
  });
  run.at(3.0, 10, [&] { run.set(0, 1); });
  run.go();
  // By t = 3: 2 of 3 MB, 2 of 5 MB, 4 of 9 MB. Then 0.5, 0.5 and 3 MB/s: the third over at 3 + 5/3, the second at 5,
  // with the fourth's last 2 MB at 1 MB/s.
  REQUIRE(run.time(1) == -1.0);
  REQUIRE(run.time(3) == exactly(3.0 + 5.0 / 3.0));
  REQUIRE(run.time(2) == exactly(5.0));
  REQUIRE(run.time(4) == exactly(7.0));
}

}  // namespace edgecut::bandwidth_test
