// What a method sees of a world that moves, when it decides, what a change of plan costs, and how often anybody is asked.
#include <catch2/catch.hpp>

#include <vector>

#include "engine/systems.hpp"

namespace edgecut::decisions_test {
using namespace edgecut::test;
using belief::Awareness;
using platform::Course;
using platform::CourseStep;

namespace {

constexpr double MB = 1e6;

Approx exactly(double value) {
  return Approx(value).epsilon(1e-12).margin(1e-12);
}

Course steps(const std::vector<CourseStep>& list, std::optional<Seconds> period = std::nullopt) {
  Course course;
  course.steps.emplace();
  course.steps->steps = std::make_shared<const std::vector<CourseStep>>(list);
  course.steps->period = period;
  return course;
}

// The best cut, and how often it was asked for.
class Best final : public partition::Partitioner {
 public:
  [[nodiscard]] partition::Decision partition(const plan::Problem& problem) const override {
    ++asked;
    waits.push_back(problem.cloud_wait.value());
    const auto& cpu = problem.processors.front();
    heads.push_back(cpu.layer_time.back().value());
    joules.push_back(cpu.layer_energy.empty() ? (cpu.active_increment * cpu.layer_time.back()).value()
                                              : cpu.layer_energy.back().value());
    limits.push_back(problem.constraints.energy.value_or(Joules()).value());
    const plan::Candidate* best = nullptr;
    const auto candidates = plan::prefix_candidates(problem);
    for (const auto& candidate : candidates) {
      if (best == nullptr || plan::is_better(candidate, *best, problem.objective)) best = &candidate;
    }
    return {best->plan, "best"};
  }
  mutable std::int64_t asked = 0;
  // Of each problem: the wait for the cloud, seconds and joules of the last layer on the device, the limit on energy.
  mutable std::vector<double> waits, heads, joules, limits;
};

// Cloud only for the first requests, device only from number `from` on, after a pause.
class Switching final : public partition::Partitioner {
 public:
  Switching(int from, Seconds pause) : from_(from), pause_(pause) {}
  [[nodiscard]] partition::Decision partition(const plan::Problem& problem) const override {
    return {plan::cut_after(problem, 0), ""};
  }
  [[nodiscard]] bool is_stateful() const override { return true; }
  [[nodiscard]] std::unique_ptr<partition::Session> start(std::uint64_t /*seed*/) const override {
    return std::make_unique<Turn>(*this);
  }

 private:
  class Turn final : public partition::Session {
   public:
    explicit Turn(const Switching& of) : of_(of) {}
    partition::Decision partition(const plan::Problem& problem, const partition::Situation& /*situation*/) override {
      const int number = count_++;
      const auto last = number < of_.from_ ? 0 : problem.network->size() - 1;
      return {plan::cut_after(problem, last), "", number == of_.from_ ? of_.pause_ : Seconds()};
    }

   private:
    const Switching& of_;
    int count_ = 0;
  };
  int from_;
  Seconds pause_;
};

Recording play(Lab& lab, const partition::Partitioner& partitioner) {
  Recorder recorder;
  engine::simulate(lab.system, partitioner, recorder);
  return std::move(recorder.recording);
}

// 1 MB/s up until `fall`, a tenth of it after. At 1 MB/s the cloud is best (2.5 s), then the cut after b (6.625 s; all
// in the cloud 11.5 s).
Spec falling(Seconds fall, std::int64_t requests) {
  auto spec = cloud_only();
  spec.link.motion.up = steps({{0_s, MB}, {fall, 0.1 * MB}});
  spec.workload = one_at_a_time(requests);
  return spec;
}

std::vector<double> latencies(const Recording& run) {
  std::vector<double> result;
  for (const auto& e : run.ended) result.push_back((e.timeline.ended - e.timeline.arrived).value());
  return result;
}

dnn::Network heavy_chain() {
  std::vector<dnn::Layer> layers = chain().layers();
  for (auto& layer : layers) layer.weights = layer.inputs.empty() ? Bytes() : Bytes(MB);
  return {"heavy", "a chain with weights", "none", "fp32", layers};
}

}  // namespace

TEST_CASE("Who decides at the start plays on with what was then") {
  Lab lab({falling(2_s, 2)});
  lab.system.awareness.bandwidth = Awareness::Bandwidth::exact;
  const Best best;
  const auto run = play(lab, best);
  REQUIRE(latencies(run)[0] == exactly(2.5));
  REQUIRE(latencies(run)[1] == exactly(11.5));
  REQUIRE(run.run.decisions.cuts_made == 1);
  REQUIRE(run.run.decisions.plan_changes == 0);
}

TEST_CASE("Who decides at each request by the exact bandwidth takes the best cut of the moment") {
  Lab lab({falling(2_s, 3)});
  lab.system.awareness.bandwidth = Awareness::Bandwidth::exact;
  lab.system.awareness.decide = Awareness::Decide::per_request;
  const Best best;
  const auto run = play(lab, best);
  REQUIRE(latencies(run)[0] == exactly(2.5));
  REQUIRE(latencies(run)[1] == exactly(6.625));
  REQUIRE(latencies(run)[2] == exactly(6.625));
  REQUIRE(run.run.decisions.cuts_made == 2);
  REQUIRE(run.run.decisions.plan_changes == 1);
  REQUIRE(run.changes.size() == 1);
  REQUIRE(run.changes[0].time.value() == exactly(2.5));
}

TEST_CASE("An estimate knows a fall once a transfer has shown it") {
  // The second request still believes in 1 MB/s; its upload shows 0.1.
  Lab lab({falling(2_s, 3)});
  lab.system.awareness.bandwidth = Awareness::Bandwidth::estimate;
  lab.system.awareness.decide = Awareness::Decide::per_request;
  const Best best;
  const auto run = play(lab, best);
  REQUIRE(latencies(run)[1] == exactly(11.5));
  REQUIRE(latencies(run)[2] == exactly(6.625));
}

TEST_CASE("An estimate that is forgotten gives way to what was believed before") {
  // After the third request's cut at b the fourth comes 40 s later: it believes in 1 MB/s again.
  auto spec = falling(2_s, 4);
  spec.workload = periodic(0.025, 4);
  Lab lab({spec});
  auto& awareness = lab.system.awareness;
  awareness.bandwidth = Awareness::Bandwidth::estimate;
  awareness.decide = Awareness::Decide::per_request;
  awareness.forget = 100_s;
  const Best best;
  REQUIRE(latencies(play(lab, best))[3] == exactly(6.625));
  awareness.forget = 30_s;
  REQUIRE(latencies(play(lab, best))[3] == exactly(11.5));
}

TEST_CASE("Who decides every 10 s looks at the first request of each") {
  // Requests at 0, 4, 8 and 12 s; the bandwidth falls at 3 s.
  auto spec = falling(3_s, 4);
  spec.workload = periodic(0.25, 4);
  Lab lab({spec});
  lab.system.awareness.bandwidth = Awareness::Bandwidth::exact;
  lab.system.awareness.decide = Awareness::Decide::periodically;
  lab.system.awareness.period = 10_s;
  const auto run = play(lab, Best());
  REQUIRE(run.plans[2] == run.plans[0]);
  REQUIRE(run.plans[3] != run.plans[0]);
  REQUIRE(run.run.decisions.plan_changes == 1);
}

TEST_CASE("Ten thousand requests under two bandwidths are two cuts") {
  auto spec = cloud_only();
  spec.link.motion.up = steps({{0_s, MB}, {20_s, 0.1 * MB}}, 50_s);
  spec.workload = one_at_a_time(10000);
  Lab lab({spec, spec});
  lab.system.kernel = kernel::Choice::express;
  lab.system.awareness.bandwidth = Awareness::Bandwidth::exact;
  lab.system.awareness.decide = Awareness::Decide::per_request;
  const Best best;
  const auto run = play(lab, best);
  REQUIRE(run.run.decisions.cuts_made == best.asked);
  REQUIRE(best.asked == 4);  // for each of the two devices' problems
  REQUIRE(run.run.decisions.plan_changes > 1000);
}

TEST_CASE("Estimates that hardly differ are one belief") {
  // Within 0.1 and 4 MB/s there are ln(40) / ln(1.02) = 186 of them.
  Course course;
  course.gauss_markov = platform::GaussMarkovCourse{MB, 0.5 * MB, 0.9, 0.5_s, 0.1 * MB, 4 * MB};
  auto spec = cloud_only();
  spec.result = Bytes();
  spec.link.motion.up = course;
  spec.workload = one_at_a_time(5000);
  Lab lab({spec});
  lab.system.kernel = kernel::Choice::express;
  auto& awareness = lab.system.awareness;
  awareness.bandwidth = Awareness::Bandwidth::estimate;
  awareness.estimator.kind = belief::EstimatorOptions::Kind::ewma;
  awareness.decide = Awareness::Decide::per_request;
  const Best best;
  const auto run = play(lab, best);
  REQUIRE(run.run.decisions.cuts_made == best.asked);
  REQUIRE(best.asked > 20);
  REQUIRE(best.asked <= 187);
}

TEST_CASE("An outage is planned around and not divided by") {
  auto spec = falling(100_s, 1);
  spec.link.motion.outages = {{0_s, 50_s}};
  Lab lab({spec});
  lab.system.awareness.bandwidth = Awareness::Bandwidth::exact;
  lab.system.awareness.decide = Awareness::Decide::per_request;
  REQUIRE(latencies(play(lab, Best()))[0] == exactly(7.0));  // all on the device
}

TEST_CASE("Who sees the load of processors leaves the device when somebody else takes it") {
  // At 0.1 MB/s the cut after b takes 6.625 s; with a tenth of the processor left, all in the cloud is best.
  auto spec = falling(0.5_s, 2);
  spec.workload = periodic(0.02, 2);  // at 0 and 50 s
  spec.loads = {{0, steps({{0_s, 0.0}, {40_s, 0.9}})}};
  Lab lab({spec});
  auto& awareness = lab.system.awareness;
  awareness.bandwidth = Awareness::Bandwidth::exact;
  awareness.decide = Awareness::Decide::per_request;
  REQUIRE(latencies(play(lab, Best()))[1] == exactly(0.25 + (3.0 / 0.1) + 2.5 + 0.5 + 0.25 + 0.125));
  awareness.speeds = true;
  REQUIRE(latencies(play(lab, Best()))[1] == exactly(11.5));
}

TEST_CASE("The wait for the cloud is known where the load is, and as old as it may be") {
  // Both send at 0 and arrive at 1.25; one is served until 2.125, the other waits. At t = 2 there are 0.125 s and 0.875 s
  // of work; a look that is 3 s old at most is that of t = 0, when nothing waited.
  auto second = cloud_only();
  second.workload = periodic(0.5, 2);
  Lab lab({cloud_only(), second});
  lab.system.awareness.decide = Awareness::Decide::per_request;
  lab.system.awareness.server_load = true;
  const Best now;
  play(lab, now);
  REQUIRE(now.waits.back() == exactly(1.0));
  lab.system.awareness.load_age = 3_s;
  const Best old;
  play(lab, old);
  REQUIRE(old.waits == std::vector<double>{0.0, 0.0});
}

TEST_CASE("A switch of plan stands before the first request of the new plan, and before those that come meanwhile") {
  // Requests at 0, 5 and 10 s. The second switches for 3 s and computes from 8 to 15, the third from 15 to 22.
  auto spec = device_only();
  spec.workload = periodic(0.2, 3);
  Lab lab({spec});
  const auto run = play(lab, Switching(1, 3_s));
  REQUIRE(latencies(run)[0] == exactly(2.5));
  REQUIRE(run.time("head started", 1) == exactly(8.0));
  REQUIRE(run.end(1).timeline.parts.preparing.value() == exactly(3.0));
  REQUIRE(run.end(1).timeline.ended.value() == exactly(15.0));
  REQUIRE(run.end(2).timeline.parts.preparing.value() == 0.0);
  REQUIRE(run.end(2).timeline.ended.value() == exactly(22.0));
  REQUIRE(run.run.decisions.pauses.value() == exactly(3.0));
}

TEST_CASE("Who comes while the device switches waits for it, too, and the parts are the latency") {
  auto spec = device_only();
  spec.workload = periodic(0.2, 3);
  Lab lab({spec});
  const auto run = play(lab, Switching(1, 7_s));  // from 5 to 12; the third comes at 10
  const auto& parts = run.end(2).timeline.parts;
  REQUIRE(run.time("head started", 1) == exactly(12.0));
  REQUIRE(parts.preparing.value() == exactly(2.0));
  REQUIRE(parts.device_queue.value() == exactly(7.0));
  REQUIRE(run.end(2).timeline.ended.value() == exactly(26.0));
}

TEST_CASE("A device that goes off while it switches fails who waits, and is ready when it is back") {
  auto spec = device_only();
  spec.off = {{6_s, 9_s}};
  spec.workload = periodic(0.2, 3);
  Lab lab({spec});
  const auto run = play(lab, Switching(1, 20_s));
  REQUIRE(run.end(1).outcome == events::Outcome::failed);
  REQUIRE(run.end(2).timeline.ended.value() == exactly(17.0));  // 7 s from t = 10
}

TEST_CASE("The weights of the head come from storage before its first use, and again after the device was off") {
  // 3 MB at 2 MB/s before the first at 0; none before the second at 10; the third, begun at 20, fails at 22.
  auto spec = device_only();
  spec.network = heavy_chain();
  spec.off = {{22_s, 23_s}};
  spec.workload = periodic(0.1, 4);
  Lab lab({spec});
  lab.system.model_storage = Bandwidth(2 * MB);
  const auto run = lab.run();
  REQUIRE(latencies(run)[0] == exactly(1.5 + 7.0));
  REQUIRE(latencies(run)[1] == exactly(7.0));
  REQUIRE(run.end(2).outcome == events::Outcome::failed);
  REQUIRE(run.end(3).timeline.parts.preparing.value() == exactly(1.5));
}

TEST_CASE("After a change of the cut only the weights that are missing are loaded") {
  // Cloud only needs none; then the cut after b, of which a and b are missing: 2 MB.
  auto spec = falling(2_s, 3);
  spec.network = heavy_chain();
  Lab lab({spec});
  lab.system.awareness.bandwidth = Awareness::Bandwidth::exact;
  lab.system.awareness.decide = Awareness::Decide::per_request;
  lab.system.model_storage = Bandwidth(MB);
  const auto run = play(lab, Best());
  REQUIRE(latencies(run)[0] == exactly(2.5));
  REQUIRE(latencies(run)[1] == exactly(2.0 + 6.625));
  REQUIRE(latencies(run)[2] == exactly(6.625));
}

TEST_CASE("Who would wait for a plan finds the queue full as who would wait for the processor does") {
  // 3 MB at 0.2 MB/s keep the device until 15. The first to come waits, at 1 the queue has room for one more, and none at
  // 2 and 3.
  auto spec = device_only();
  spec.network = heavy_chain();
  spec.workload = periodic(1.0, 4);
  spec.workload.queue_limit = 2;
  Lab lab({spec});
  lab.system.model_storage = Bandwidth(0.2 * MB);
  const auto run = lab.run();
  REQUIRE(run.end(0).outcome == events::Outcome::completed);
  REQUIRE(run.end(1).outcome == events::Outcome::completed);
  REQUIRE(run.end(2).outcome == events::Outcome::dropped);
  REQUIRE(run.end(3).outcome == events::Outcome::dropped);
}

namespace {

// A single layer of so many seconds, at 4 W above the idle 2 W, which the cloud would take for ever to do.
Spec layer_of(double seconds, workload::Workload workload) {
  Spec spec;
  spec.network = network({{1e3, {}}, {1e3, {0}}});
  spec.truth = times({{0, seconds}}, {0, 1e6});
  spec.workload = workload;
  return spec;
}

}  // namespace

TEST_CASE("Who sees the temperature plans with the speed and the power of its step") {
  // Towards 25 + 10 x 6 = 85 C with 100 s: 60 C after 87.5 s, in the second inference; from there half the speed at the
  // same increment, which is twice the joules. The third, fourth and fifth are planned with that.
  auto spec = layer_of(50, one_at_a_time(5));
  platform::Thermal thermal;
  thermal.ambient = 25.0;
  thermal.resistance = 10.0;
  thermal.time_constant = 100_s;
  thermal.hysteresis = 5.0;
  thermal.steps = {{60.0, 0.5, 1.0}};
  spec.device.thermal = thermal;
  for (const bool sees : {false, true}) {
    Lab lab({spec});
    lab.system.awareness.temperature = sees;
    lab.system.awareness.decide = Awareness::Decide::per_request;
    const Best best;
    const auto run = play(lab, best);
    REQUIRE(run.ended.size() == 5);
    CHECK(latencies(run).back() == exactly(100));
    CHECK(best.heads == (sees ? std::vector<double>{50, 100} : std::vector<double>{50}));
    CHECK(best.joules == (sees ? std::vector<double>{200, 400} : std::vector<double>{200}));
  }
}

TEST_CASE("Who sees the battery plans with what its charge leaves for the rest of the lifetime") {
  // 100 J for 20 s, an inference a second: at first 5 W, which leave 3 J above idle; each takes 2 J, so that at second n
  // (100 - 4 n) / (20 - n) W - 2 W are left: 4 J at 10, 6 J at 15, but 5 J is the limit that holds anyhow.
  auto spec = layer_of(0.5, periodic(1, 16));
  spec.device.battery.emplace();
  spec.device.battery->capacity = 100_J;
  Lab lab({spec});
  lab.system.clients[0].lifetime = world::Lifetime{20_s, 1_s, 5_J};
  lab.system.awareness.battery = true;
  lab.system.awareness.decide = Awareness::Decide::per_request;
  const Best best;
  play(lab, best);
  const auto near = [](double value) { return Approx(value).epsilon(0.01); };  // beliefs are a hundredth apart
  CHECK(best.limits.front() == near(3));
  CHECK(best.limits.back() == 5.0);
  CHECK(std::ranges::any_of(best.limits, [&](double limit) { return limit == near(4); }));
  CHECK(std::ranges::is_sorted(best.limits));
}

}  // namespace edgecut::decisions_test
