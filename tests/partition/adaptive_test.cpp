// When a plan is kept and when it is left, by hand on one chain.
#include "partition/methods/adaptive.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "partition/methods/resource_aware.hpp"
#include "plan/make_problem.hpp"

namespace edgecut::adaptive_test {
using partition::AdaptiveOptions;
using partition::AdaptiveSession;
using partition::ResourceAware;
using partition::ResourceAwareOptions;

namespace {

const dnn::Network& network() {
  static const auto net = make_network({{"in", {}, 10}, {"a", {0}, 2}, {"b", {1}, 0}});
  return net;
}

// At u B/s: device only 12 s, after a 4 + 2 / u + 0.8, cloud only 10 / u + 1.2.
//   u     1      2      2.5    5
// after a  6.8    5.8    5.6    5.2
// cloud   11.2    6.2    5.2    3.2
plan::Problem problem_at(double uplink) {
  auto problem = make_problem(network(), {0, 4, 8}, {0, 0.4, 0.8});
  problem.link.up = Bandwidth(uplink);
  return problem;
}

struct Played {
  explicit Played(AdaptiveOptions options = {}) : session(rule, options) {}

  std::string operator()(const plan::Problem& problem) {
    last = session.partition(problem, {});
    return last.plan ? plan::describe(network(), *last.plan) : "none";
  }

  ResourceAware rule{ResourceAwareOptions{}};
  AdaptiveSession session;
  partition::Decision last;
};

}  // namespace

TEST_CASE("a plan is kept under small moves and left under large ones, and switches are counted") {
  Played play;
  CHECK(play(problem_at(1)) == "after a");
  CHECK(play.last.switching == 0_s);
  CHECK(play(problem_at(2)) == "after a");
  CHECK(play(problem_at(2.5)) == "after a");  // cloud only gains 0.4 of 5.6 s, 7 %
  CHECK(play.session.switches() == 0);
  CHECK(play(problem_at(5)) == "cloud only");  // 2 of 5.2 s, 38 %
  CHECK(play.last.switching == 0.6_s);
  CHECK(play.session.switches() == 1);
  CHECK(play(problem_at(5)) == "cloud only");  // the same figures
  CHECK(play.last.switching == 0_s);
  CHECK(play(problem_at(2)) == "cloud only");  // after a gains 0.4 of 6.2 s, 6 %
  CHECK(play(problem_at(1)) == "after a");     // 4.4 of 11.2 s
  CHECK(play.session.switches() == 2);
}

TEST_CASE("without hysteresis every gain is followed") {
  Played play({0.0, 0.6_s, 100});
  play(problem_at(1));
  CHECK(play(problem_at(2.5)) == "cloud only");
}

TEST_CASE("a latency gain has to pay for the pause within the horizon") {
  Played slow({0.1, 6_s, 3});  // 2 s x 3 = 6 s, no more than the pause
  slow(problem_at(1));
  CHECK(slow(problem_at(5)) == "after a");
  Played fast({0.1, 5.9_s, 3});
  fast(problem_at(1));
  CHECK(fast(problem_at(5)) == "cloud only");
  CHECK(fast.last.switching == 5.9_s);
}

TEST_CASE("joules are not weighed against the pause") {
  // After a 2 W x 4 s + 3 W x 2 / u, cloud only 3 W x 10 / u: 14 and 30 J at 1 B/s, 9.5 and 7.5 J at 4 B/s.
  const auto energy_at = [](double uplink) {
    auto problem = problem_at(uplink);
    problem.objective = plan::Objective::energy;
    problem.transmit_base = 3_W;
    return problem;
  };
  Played play({0.1, 600_s, 1});
  CHECK(play(energy_at(1)) == "after a");
  CHECK(play(energy_at(4)) == "cloud only");
}

TEST_CASE("a plan that breaks a limit is left at once, however small the gain") {
  Played play;
  play(problem_at(1));
  auto problem = problem_at(2.5);
  problem.constraints.deadline = 5.5_s;  // 5.6 s after a, 5.2 s in the cloud
  CHECK(play(problem) == "cloud only");
  CHECK(play.last.switching == 0.6_s);
  problem.constraints.deadline = 5_s;
  CHECK(play(problem) == "none");
  CHECK(play(problem_at(2.5)) == "cloud only");  // as it was deployed
  CHECK(play.session.switches() == 1);
}

TEST_CASE("a plan that breaks a budget is left at once") {
  const auto net = make_network({{"in", {}, 10}, {"a", {0}, 2, 0, 50}, {"b", {1}, 0, 0, 50}});
  ResourceAwareOptions options;
  options.adaptive = AdaptiveOptions{};
  const ResourceAware rule(options);
  CHECK(rule.is_stateful());
  const auto session = rule.start(1);
  auto problem = make_problem(net, {0, 4, 8}, {0, 0.4, 0.8});
  CHECK(plan::describe(net, *session->partition(problem, {}).plan) == "after a");
  problem.constraints.deadline = 60_s;  // 1 FLOP/s x 60 s / 200 FLOP: 30 % on the device; a has 50 %
  const auto decision = session->partition(problem, {});
  CHECK(plan::describe(net, *decision.plan) == "cloud only");
  CHECK(decision.switching == 0.6_s);
}

TEST_CASE("a queue on the device makes throughput scarce until it is empty") {
  // At u = 2.45 cloud only takes 10 / u + 1.2 = 5.28 s and after a 5.62 s; their slowest stages are 4.08 s and 4 s.
  AdaptiveOptions options;
  options.queue = 3;
  options.hysteresis = 0.0;
  Played play(options);
  const auto at = [&](std::size_t waiting) {
    partition::Situation situation;
    situation.requests_waiting = waiting;
    return plan::describe(network(), *play.session.partition(problem_at(2.45), situation).plan);
  };
  CHECK(at(0) == "cloud only");
  CHECK(at(2) == "cloud only");
  CHECK(at(3) == "after a");
  CHECK(at(1) == "after a");
  CHECK(at(0) == "cloud only");
  CHECK(play.session.switches() == 2);
}

}  // namespace edgecut::adaptive_test
