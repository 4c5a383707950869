// Partitioners with a memory: asked before each request, told after it.
#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

#include "engine/systems.hpp"

namespace edgecut::session_test {
using namespace edgecut::test;

namespace {

// In turn everything on the device and everything in the cloud; notes what it is told.
class Alternating final : public partition::Partitioner {
 public:
  struct Told {
    bool on_device;
    partition::Outcome outcome;
  };

  [[nodiscard]] partition::Decision partition(const plan::Problem& problem) const override {
    return {plan::cut_after(problem, 0), "cloud"};
  }
  [[nodiscard]] bool is_stateful() const override { return true; }
  [[nodiscard]] std::unique_ptr<partition::Session> start(std::uint64_t /*seed*/) const override {
    ++sessions;
    return std::make_unique<Turns>(*this);
  }

  mutable int sessions = 0;
  mutable std::vector<Told> told;

 private:
  class Turns final : public partition::Session {
   public:
    explicit Turns(const Alternating& of) : of_(of) {}
    partition::Decision partition(const plan::Problem& problem, const partition::Situation& /*situation*/) override {
      const auto last = turn_++ % 2 == 0 ? problem.network->size() - 1 : 0;
      return {plan::cut_after(problem, last), "in turn"};
    }
    void observe(const partition::Outcome& outcome) override {
      of_.told.push_back({outcome.plan->on_device.back(), outcome});
    }

   private:
    const Alternating& of_;
    std::size_t turn_ = 0;
  };
};

TEST_CASE("A partitioner with a memory is asked for every request and told what came of each") {
  auto spec = device_only();
  spec.workload = one_at_a_time(4);
  Lab lab({spec, spec});
  const Alternating alternating;
  Recorder recorder;
  engine::simulate(lab.system, alternating, recorder);
  CHECK(alternating.sessions == 2);  // one for each device
  REQUIRE(alternating.told.size() == 8);
  const auto& problem = *lab.system.clients[0].problem;
  const auto whole = plan::evaluate(problem, plan::cut_after(problem, problem.network->size() - 1));
  std::vector<bool> on_device;
  for (const auto& [is_on_device, outcome] : alternating.told) {
    on_device.push_back(is_on_device);
    if (is_on_device) {
      CHECK(outcome.latency.value() == Approx(whole.latency.value()));
      CHECK(outcome.head == outcome.latency);
      CHECK(outcome.up == 0_B);
    } else {
      CHECK(outcome.head == 0_s);
      CHECK(outcome.upload > 0_s);
      CHECK(outcome.up == plan::evaluate(problem, plan::cut_after(problem, 0)).up);
    }
    CHECK(outcome.ended - outcome.arrived == outcome.latency);
  }
  CHECK(std::ranges::count(on_device, true) == 4);
}

}  // namespace

}  // namespace edgecut::session_test
