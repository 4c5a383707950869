// Closed forms of a radio that sleeps: what waking it and its tail add to one inference on an idle system.
#include <catch2/catch.hpp>

#include "plan/make_problem.hpp"

namespace edgecut::radio_test {

namespace {

// in (6 B) -> a (4 B) -> b (2 B): 3 and 5 s on the device, 1 and 2 s in the cloud, 1 B/s up, 2 B/s down, half a round
// trip of 0.5 s, 1 B back. Waking takes 0.25 s at 8 W, the tail 10 s at 3 W.
struct Chain {
  dnn::Network network = make_network({{"in", {}, 6}, {"a", {0}, 4}, {"b", {1}, 2}});
  plan::Problem problem = make_problem(network, {0, 3, 5}, {0, 1, 2});
  Chain() {
    problem.link.down = 2_Bps;
    problem.link.set_rtt(1_s);
    problem.sleep = {0.25_s, 8_W, 10_s, 3_W};
    set_result(problem, 1_B);
  }
  [[nodiscard]] plan::Cost cut_after(dnn::LayerIndex last) const {
    return plan::evaluate(problem, plan::cut_after(problem, last));
  }
};

}  // namespace

TEST_CASE("The first byte of an inference waits for the radio to wake up") {
  const Chain chain;
  const auto cost = chain.cut_after(1);
  CHECK(cost.promotion == 0.25_s);
  CHECK(cost.upload.value() == Approx(0.25 + 4 + 0.5));
  CHECK(cost.up_transfer == 4_s);                                   // a stream keeps the radio awake
  CHECK(cost.latency.value() == Approx(3 + 4.75 + 2 + 0.5 + 0.5));  // head, upload, tail, download
  CHECK(cost.promotion_energy == 2_J);                              // 0.25 s at 8 W
}

TEST_CASE("The radio stays connected from the last byte up to the first byte down, and for its tail's time after") {
  const Chain chain;
  // Half a round trip and the tail in the cloud, 0.5 + 2 s; after the result 10 s; at 3 W.
  CHECK(chain.cut_after(1).tail_energy.value() == Approx(3 * (2.5 + 10)));
  CHECK(chain.cut_after(0).tail_energy.value() == Approx(3 * (3.5 + 10)));
}

TEST_CASE("Where nothing comes back the tail follows the upload") {
  Chain chain;
  set_result(chain.problem, 0_B);
  CHECK(chain.cut_after(1).tail_energy.value() == Approx(3 * 10));
}

TEST_CASE("An inference that stays on the device leaves the radio asleep") {
  const auto cost = Chain().cut_after(2);
  CHECK(cost.promotion == 0_s);
  CHECK(cost.promotion_energy == 0_J);
  CHECK(cost.tail_energy == 0_J);
  CHECK(cost.energy_inference.value() == Approx(2 * 8));  // 2 W above idle for 8 s
}

TEST_CASE("Waking and tail are part of an inference's energy") {
  const auto cost = Chain().cut_after(1);
  CHECK(cost.energy_inference.value() == Approx(2 * 3 + 2 + 37.5));
}

TEST_CASE("A plan that returns keeps the radio connected in between, and wakes it once") {
  auto network = make_network({{"in", {}, 6}, {"a", {0}, 4}, {"b", {1}, 2}, {"c", {2}, 2}});
  auto problem = make_problem(network, {0, 3, 5, 7}, {0, 1, 2, 4});
  problem.link.set_rtt(1_s);
  problem.sleep = {0.25_s, 8_W, 10_s, 3_W};
  problem.allows_return = true;
  set_result(problem, 1_B);
  // in up, a in the cloud, back, b on the device, up again, c in the cloud, result down.
  plan::Plan plan{0, {true, false, true, false}};
  const auto cost = plan::evaluate(problem, plan);
  // Between transfers: 0.5 + 1 (a), 0.5 + 5 (b), 0.5 + 4 (c).
  CHECK(cost.tail_energy.value() == Approx(3 * (11.5 + 10)));
  CHECK(cost.promotion_energy == 2_J);
  // Back on the device for good, the tail runs while it computes.
  plan.on_device = {true, false, true, true};
  CHECK(plan::evaluate(problem, plan).tail_energy.value() == Approx(3 * (1.5 + 10)));
}

}  // namespace edgecut::radio_test
