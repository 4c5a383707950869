#include <catch2/catch.hpp>

#include "sweep/frontier.hpp"
#include "sweep/tune.hpp"

namespace edgecut::search_test {

TEST_CASE("a point is on the frontier when none is as good everywhere and better somewhere") {
  // (2, 2) is beaten by (1, 2); the two equal points stay; (3, 0) is the best in its second figure.
  CHECK(sweep::pareto({{1, 2}, {2, 2}, {3, 0}, {1, 2}}) == std::vector<bool>{true, false, true, true});
  CHECK(sweep::pareto({{5}}) == std::vector<bool>{true});
  CHECK(sweep::pareto({}).empty());
}

TEST_CASE("a budget pays for as many candidates as halving leaves it") {
  // n candidates once, then ceil(n/2) x 1, ceil(n/4) x 2, ...: 1 costs 1; 2: 2 + 1 = 3; 3: 3 + 2 + 1 x 2 = 7; 4: 4 + 2 +
  // 1 x 2 = 8; 5: 5 + 3 + 2 x 2 + 1 x 4 = 16.
  CHECK(sweep::candidates_for(1) == 1);
  CHECK(sweep::candidates_for(3) == 2);
  CHECK(sweep::candidates_for(6) == 2);
  CHECK(sweep::candidates_for(7) == 3);
  CHECK(sweep::candidates_for(8) == 4);
  CHECK(sweep::candidates_for(15) == 4);
  CHECK(sweep::candidates_for(16) == 5);
}

}  // namespace edgecut::search_test
