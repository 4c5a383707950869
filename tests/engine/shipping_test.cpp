// Weights that travel before a plan can be played, by hand and on both kernels. Layers a, b and c of the chain weigh 1, 2
// and 4 MB; the link takes 1 MB/s both ways and 0.25 s a way.
#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "engine/systems.hpp"

namespace edgecut::shipping_test {
using namespace edgecut::test;
using belief::Awareness;
using events::FailureReason;
using events::Outcome;
using world::Models;
using Kind = events::ResourceUse::Kind;
using platform::CourseStep;

namespace {

constexpr double MB = 1e6;

Approx exactly(double value) {
  return Approx(value).epsilon(1e-9).margin(1e-12);
}

Spec heavy(Spec spec, std::int64_t requests = 1) {
  auto layers = chain().layers();
  for (std::size_t v = 1; v < layers.size(); ++v) layers[v].weights = Bytes(MB * (1 << (v - 1)));
  spec.network = dnn::Network("heavy", "a chain with weights", "none", "fp32", layers);
  spec.workload = one_at_a_time(requests);
  return spec;
}

platform::Course steps(const std::vector<CourseStep>& list) {
  platform::Course course;
  course.steps.emplace();
  course.steps->steps = std::make_shared<const std::vector<CourseStep>>(list);
  return course;
}

Recording play(Lab& lab, Models models, kernel::Choice kernel, const partition::Partitioner* partitioner = nullptr) {
  lab.system.models = models;
  lab.system.kernel = kernel;
  Recorder recorder;
  engine::simulate(lab.system, partitioner == nullptr ? lab.plans : *partitioner, recorder);
  return std::move(recorder.recording);
}

Recording play(const std::vector<Spec>& specs, Models models, kernel::Choice kernel) {
  Lab lab(specs, cloud(4));
  return play(lab, models, kernel);
}

double latency(const Recording& run, std::uint32_t request) {
  const auto& t = run.end(request).timeline;
  return (t.ended - t.arrived).value();
}
double preparing(const Recording& run, std::uint32_t request) {
  return run.end(request).timeline.parts.preparing.value();
}

// The best cut of the layer order under what is believed.
class Best final : public partition::Partitioner {
 public:
  [[nodiscard]] partition::Decision partition(const plan::Problem& problem) const override {
    const plan::Candidate* best = nullptr;
    const auto candidates = plan::prefix_candidates(problem);
    for (const auto& candidate : candidates) {
      if (best == nullptr || plan::is_better(candidate, *best, problem.objective)) best = &candidate;
    }
    return {best->plan, "best"};
  }
};

// A plan for each request, one after the other and again, each after a pause when it is another than the last.
class InTurn final : public partition::Partitioner {
 public:
  InTurn(std::vector<plan::Plan> plans, Seconds pause) : plans_(std::move(plans)), pause_(pause) {}
  [[nodiscard]] partition::Decision partition(const plan::Problem& /*problem*/) const override {
    return {plans_.front(), ""};
  }
  [[nodiscard]] bool is_stateful() const override { return true; }
  [[nodiscard]] std::unique_ptr<partition::Session> start(std::uint64_t /*seed*/) const override {
    return std::make_unique<Turn>(*this);
  }

 private:
  class Turn final : public partition::Session {
   public:
    explicit Turn(const InTurn& of) : of_(of) {}
    partition::Decision partition(const plan::Problem& /*problem*/,
                                  const partition::Situation& /*situation*/) override {
      const auto number = count_++;
      return {of_.plans_[number % of_.plans_.size()], "", number > 0 ? of_.pause_ : Seconds()};
    }

   private:
    const InTurn& of_;
    std::size_t count_ = 0;
  };
  std::vector<plan::Plan> plans_;
  Seconds pause_;
};

plan::Plan cut(std::size_t layers, std::size_t encoding = 0) {
  return {0, first(layers + 1, 4), {}, encoding, 0};
}

}  // namespace

TEST_CASE("The tail's weights go up before its first use, and not again") {
  // 7 MB and half a round trip; then 1 MB up, 0.875 s of tail, 125 kB down: 2.5 s as ever.
  const auto run = play({heavy(cloud_only(), 2)}, Models::from_device, either());
  CHECK(preparing(run, 0) == exactly(7.25));
  CHECK(latency(run, 0) == exactly(7.25 + 2.5));
  CHECK(latency(run, 1) == exactly(2.5));
  CHECK(run.run.shipped_up.value() == exactly(7 * MB));
  CHECK(run.run.shipped_down == 0_B);
  REQUIRE(run.shippings.size() == 1);
  CHECK(run.shippings[0].time == 0_s);
  CHECK(run.shippings[0].size.value() == exactly(7 * MB));
  CHECK(run.shippings[0].over == Kind::uplink);
  CHECK(run.shipped[0].time.value() == exactly(7.25));
  // A result's bytes are those of the inference.
  CHECK(run.end(0).up.value() == exactly(MB));
}

TEST_CASE("The head's weights are asked for and come down before its first use, and not again") {
  // 0.25 s to ask, 3 MB, 0.25 s.
  const auto run = play({heavy(cut_after(2), 2)}, Models::from_server, either());
  CHECK(preparing(run, 0) == exactly(3.5));
  CHECK(latency(run, 0) == exactly(3.5 + 4.375));
  CHECK(latency(run, 1) == exactly(4.375));
  CHECK(run.run.shipped_down.value() == exactly(3 * MB));
  CHECK(run.run.shipped_up == 0_B);
  REQUIRE(run.shippings.size() == 1);
  CHECK(run.shippings[0].over == Kind::downlink);
}

TEST_CASE("Where nothing is missing nothing travels: all on the device that has it, all in the cloud that has it") {
  const auto kernel = either();
  const auto device = play({heavy(device_only())}, Models::from_device, kernel);
  CHECK(latency(device, 0) == exactly(7.0));
  const auto server = play({heavy(cloud_only())}, Models::from_server, kernel);
  CHECK(latency(server, 0) == exactly(2.5));
  CHECK(device.shippings.size() + server.shippings.size() == 0);
}

TEST_CASE("After a change of cut the missing weights come down, as fast as the link is at the time") {
  // All in the cloud until the uplink falls: 2.375 s. Then the cut after b, whose 3 MB are asked for by 2.625 and come at
  // 1 MB/s until 4 and at 0.25 MB/s for the other 1.625 MB: until 10.5, and 0.25 s. It takes 6.5 s; the third, too.
  auto spec = heavy(cloud_only(), 3);
  spec.result = Bytes();
  spec.link.motion.up = steps({{0_s, MB}, {2_s, 0.1 * MB}});
  spec.link.motion.down = steps({{0_s, MB}, {4_s, 0.25 * MB}});
  Lab lab({spec});
  lab.system.awareness.bandwidth = Awareness::Bandwidth::exact;
  lab.system.awareness.decide = Awareness::Decide::per_request;
  const Best best;
  const auto run = play(lab, Models::from_server, either(), &best);
  CHECK(latency(run, 0) == exactly(2.375));
  CHECK(preparing(run, 1) == exactly(10.75 - 2.375));
  CHECK(run.end(1).time.value() == exactly(17.25));
  CHECK(latency(run, 2) == exactly(6.5));
  CHECK(run.run.shipped_down.value() == exactly(3 * MB));
}

TEST_CASE("Only what a new cut needs beyond the old one travels, and going back costs nothing") {
  // a and b, 3 MB; with c, 4 MB more; a and b again.
  Lab lab({heavy(cut_after(2), 3)});
  const InTurn plans({cut(2), cut(3), cut(1)}, Seconds());
  const auto run = play(lab, Models::from_server, either(), &plans);
  REQUIRE(run.shippings.size() == 2);
  CHECK(run.shippings[0].size.value() == exactly(3 * MB));
  CHECK(run.shippings[1].size.value() == exactly(4 * MB));
  CHECK(preparing(run, 1) == exactly(4.5));
  CHECK(preparing(run, 2) == 0.0);
}

TEST_CASE("The pause of a switch and the load from storage come after the weights") {
  // The second request's device-only plan: 7 MB down (7.5 s), then 3 s to switch and 3.5 s from storage at 2 MB/s.
  Lab lab({heavy(cloud_only(), 2)});
  lab.system.model_storage = Bandwidth(2 * MB);
  const InTurn plans({cut(0), cut(3)}, 3_s);
  const auto run = play(lab, Models::from_server, either(), &plans);
  CHECK(latency(run, 0) == exactly(2.5));
  CHECK(preparing(run, 1) == exactly(7.5 + 3 + 3.5));
  CHECK(latency(run, 1) == exactly(14 + 7));
}

TEST_CASE("A device that was off still has in storage what it was sent, and loads it from there") {
  auto spec = heavy(cut_after(2), 3);
  spec.workload = periodic(0.05, 3);  // at 0, 20 and 40 s
  spec.off = {{30_s, 31_s}};
  Lab lab({spec});
  lab.system.model_storage = Bandwidth(2 * MB);
  const auto run = play(lab, Models::from_server, either());
  CHECK(preparing(run, 0) == exactly(3.5 + 1.5));
  CHECK(preparing(run, 1) == 0.0);
  CHECK(preparing(run, 2) == exactly(1.5));
  CHECK(run.shippings.size() == 1);
}

TEST_CASE("Who comes while weights travel waits for them behind the first, and counts for the queue limit") {
  // The weights are there at 7.25. Requests at 0, 2 and 4 find room for two.
  auto spec = heavy(cloud_only());
  spec.workload = periodic(0.5, 3);
  spec.workload.queue_limit = 2;
  const auto run = play({spec}, Models::from_device, either());
  CHECK(preparing(run, 0) == exactly(7.25));
  CHECK(preparing(run, 1) == exactly(5.25));
  CHECK(run.time("upload started", 0) == exactly(7.25));
  CHECK(run.time("upload started", 1) == exactly(8.25));
  CHECK(run.end(2).outcome == Outcome::dropped);
}

TEST_CASE("A message that waits for the radio is not one of the requests that the queue limit counts") {
  // The first request sends b's 5 MB from 3 to 8 s. The second's plan, at 4, needs b's weights in the cloud: 6 MB, which
  // wait for the radio, until 14, and 0.25 s. The third, at 5, finds one that waits; the fourth, at 6, two.
  auto spec = cut_after(2);
  auto layers = network({{1e6, {}}, {1e6, {0}}, {5e6, {1}}, {1e5, {2}}}).layers();
  layers[2].weights = Bytes(6 * MB);
  spec.network = dnn::Network("heavy", "b weighs", "none", "fp32", layers);
  spec.workload = periodic(1.0, 4);
  spec.workload.arrivals = workload::Arrivals::trace;
  spec.workload.traces.emplace();
  spec.workload.traces->files = {std::make_shared<const std::vector<Seconds>>(seconds({0, 4, 5, 6}))};
  spec.workload.queue_limit = 2;
  Lab lab({spec});
  const InTurn plans({cut(2), cut(1), cut(1), cut(1)}, Seconds());
  const auto run = play(lab, Models::from_device, either(), &plans);
  CHECK(run.shippings.at(0).time.value() == exactly(8));
  CHECK(preparing(run, 1) == exactly(10.25));
  CHECK(run.end(2).outcome == Outcome::completed);
  CHECK(run.end(3).outcome == Outcome::dropped);
}

TEST_CASE("A second device with the same network does not ship again, and waits for what is under way") {
  Lab lab({heavy(cloud_only())}, cloud(2));
  lab.system.clients[0].devices = 2;
  const auto run = play(lab, Models::from_device, either());
  CHECK(latency(run, 0) == exactly(9.75));
  CHECK(latency(run, 1) == exactly(9.75));
  CHECK(run.run.shipped_up.value() == exactly(7 * MB));
  CHECK(run.shippings.size() == 1);
}

TEST_CASE("Two networks are shipped each, and share what both links cross") {
  // 7 MB each over a backhaul of 1 MB/s: 14 s.
  Lab lab({heavy(cloud_only()), heavy(cloud_only())}, cloud(2));
  lab.system.backhaul = platform::Backhaul{1000000_Bps, 1000000_Bps};
  const auto run = play(lab, Models::from_device, either());
  CHECK(preparing(run, 0) == exactly(14.25));
  CHECK(preparing(run, 1) == exactly(14.25));
  CHECK(run.run.shipped_up.value() == exactly(14 * MB));
}

TEST_CASE("Who ordered the weights pays for them: slope x bytes and base x time") {
  // 7 MB up: 7 J and 0.5 W x 7 s. The inference itself: 1 MB up, 1.5 J, and 125 kB down, 0.25 + 0.03125 J.
  const auto run = play({heavy(cloud_only(), 2)}, Models::from_device, either());
  CHECK(run.end(0).energy.total().value() == exactly(10.5 + 1.78125));
  CHECK(run.end(1).energy.total().value() == exactly(1.78125));
  CHECK(run.run.devices[0].transmit.value() == exactly(10.5 + 2 * 1.5));
  CHECK(run.run.devices[0].total.value() == exactly(2 * 12.25 + 10.5 + 2 * 1.78125));
}

TEST_CASE("Weights wake the radio, and what it drew is what requests pay") {
  // Promotion 1 s at 1 W, a tail of 2 s at 0.5 W. Requests 40 s apart: every tail but the last ends by itself.
  auto spec = heavy(cloud_only());
  spec.workload = periodic(0.025, 3);
  spec.link.promotion = {1_s, 1_W};
  spec.link.tail = {2_s, 0.5_W};
  const auto run = play({spec}, Models::from_device, either());
  CHECK(preparing(run, 0) == exactly(1 + 7.25));
  double sum = 0.0;
  for (const auto& end : run.ended) sum += end.energy.total().value();
  const double last_tail = 2 * 0.5 - 0.25 * 0.5;  // the run ends 0.25 s after the last byte
  CHECK(sum == exactly(run.run.devices[0].radio.value() + last_tail));
}

TEST_CASE("A device that goes off while weights travel fails who waits, and others bring what they then lack") {
  // Device 0 is off from 3 to 5 s, 3 MB sent. Device 1, which waited, sends all 7 MB from 3 on: until 10.25. The second
  // request of device 0 comes at 5 and waits for them.
  auto spec = heavy(cloud_only(), 2);
  spec.off = {{3_s, 5_s}};
  auto other = heavy(cloud_only());
  Lab lab({spec, other}, cloud(2));
  lab.system.clients[1].network = lab.system.clients[0].network;
  const auto run = play(lab, Models::from_device, either());
  CHECK(run.end(0).outcome == Outcome::failed);
  CHECK(run.end(0).reason == FailureReason::device_off);
  CHECK(run.end(0).time == 3_s);
  CHECK(run.end(0).energy.transmit.value() == exactly(3 + 1.5));
  CHECK(run.end(1).time.value() == exactly(10.25 + 2.5));
  CHECK(run.end(2).timeline.arrived == 5_s);
  CHECK(preparing(run, 2) == exactly(5.25));
  CHECK(run.run.shipped_up.value() == exactly(10 * MB));
}

TEST_CASE("A device that goes off while its weights come down asks for all of them when it is back") {
  // 2 of 3 MB by 2.25; again from the request at 10 on.
  auto spec = heavy(cut_after(2));
  spec.workload = periodic(0.1, 2);
  spec.off = {{2.25_s, 3_s}};
  const auto run = play({spec}, Models::from_server, either());
  CHECK(run.end(0).reason == FailureReason::device_off);
  CHECK(preparing(run, 1) == exactly(3.5));
  CHECK(run.run.shipped_down.value() == exactly(5 * MB));
}

TEST_CASE("A battery runs empty while weights travel at the instant that their bytes say") {
  // 2 W idle, 0.5 W and 1 uJ/B x 1 MB/s: 3.5 W; 7 J last 2 s.
  auto spec = heavy(cloud_only());
  spec.device.battery = platform::Battery{7_J, 1.0, 1.0, {}};
  const auto run = play({spec}, Models::from_device, either());
  CHECK(run.end(0).reason == FailureReason::battery_empty);
  CHECK(run.run.batteries[0].died->value() == Approx(2.0).epsilon(1e-6));
  CHECK(run.run.shipped_up.value() == Approx(2 * MB).epsilon(1e-6));
}

TEST_CASE("What no plan needs makes room where storage has none for both") {
  // The head after b as it is, 3 MB, and by an encoding at half its size, 1.5 MB, in turn.
  const auto sizes = [](double storage, kernel::Choice kernel) {
    auto spec = heavy(cut_after(2), 4);
    spec.device.storage = Bytes(storage);
    Lab lab({spec});
    auto problem = *lab.system.clients[0].problem;
    problem.encodings.resize(2);
    for (auto& encoding : problem.encodings) {
      encoding.output = problem.output;
      encoding.encode.resize(4);
      encoding.decode.resize(4);
    }
    problem.encodings[1].head_ratio = 0.5;
    lab.system.clients[0].problem = &problem;
    const InTurn plans({cut(2, 0), cut(2, 1)}, Seconds());
    std::vector<double> shipped;
    for (const auto& e : play(lab, Models::from_server, kernel, &plans).shippings) shipped.push_back(e.size.value());
    return shipped;
  };
  const auto kernel = either();
  CHECK(sizes(4 * MB, kernel) == std::vector<double>{3 * MB, 1.5 * MB, 3 * MB, 1.5 * MB});
  CHECK(sizes(5 * MB, kernel) == std::vector<double>{3 * MB, 1.5 * MB});
}

TEST_CASE("With an edge server weights go up to it and on to the cloud, and down from the cloud by it") {
  // a on the device, b on the edge server, c in the cloud; the relay takes 0.5 MB/s and 0.125 s a way.
  auto spec = heavy(cut_after(1));
  spec.truth.edge = seconds({0, 0.25, 0.5, 1});
  spec.on_edge = {false, false, true, false};
  const auto wire = radio(500000_Bps, 500000_Bps, 0.25_s);
  const auto kernel = either();
  {
    // b and c, 6 MB: 6.25 s. c, 4 MB, on: 8.125 s.
    Lab lab({spec}, cloud(), wire);
    const auto run = play(lab, Models::from_device, kernel);
    CHECK(preparing(run, 0) == exactly(6.25 + 8.125));
    REQUIRE(run.shippings.size() == 2);
    CHECK(run.shippings[1].over == Kind::relay_up);
    CHECK(run.shippings[1].size.value() == exactly(4 * MB));
    CHECK(run.run.shipped_up.value() == exactly(6 * MB));
  }
  {
    // To ask 0.375 s; a and b, 3 MB, to the edge server: 6.125 s; a, 1 MB, on: 1.25 s.
    Lab lab({spec}, cloud(), wire);
    const auto run = play(lab, Models::from_server, kernel);
    CHECK(preparing(run, 0) == exactly(0.375 + 6.125 + 1.25));
    CHECK(run.run.shipped_down.value() == exactly(MB));
  }
}

TEST_CASE("What the edge server has the device gets from there") {
  // First b runs on the edge server, then on the device: its 2 MB come in 2.5 s, without the relay.
  auto spec = heavy(cut_after(1), 2);
  spec.truth.edge = seconds({0, 0.25, 0.5, 1});
  Lab lab({spec}, cloud(), radio(500000_Bps, 500000_Bps, 0.25_s));
  const plan::Plan on_edge{0, first(2, 4), {false, false, true, false}, 0, 0};
  const InTurn plans({on_edge, {0, first(3, 4), std::vector<bool>(4, false), 0, 0}}, Seconds());
  const auto run = play(lab, Models::from_server, either(), &plans);
  CHECK(preparing(run, 1) == exactly(2.5));
}

TEST_CASE("The edge server lacks what it was only asked about") {
  // First all runs on the device, whose 7 MB come from the cloud: asked for in 0.375 s, 14.125 s over the relay, 7.25 s
  // over the link. Then b runs on the edge server: asked for in 0.375 s, 2 MB over the relay in 4.125 s, told in 0.25 s.
  auto spec = heavy(cut_after(3), 2);
  spec.truth.edge = seconds({0, 0.25, 0.5, 1});
  const auto wire = radio(500000_Bps, 500000_Bps, 0.25_s);
  const plan::Plan on_device{0, first(4, 4), std::vector<bool>(4, false), 0, 0};
  const plan::Plan on_edge{0, first(2, 4), {false, false, true, false}, 0, 0};
  const auto kernel = either();
  {
    Lab lab({spec}, cloud(), wire);
    const InTurn plans({on_device, on_edge}, Seconds());
    const auto run = play(lab, Models::from_server, kernel, &plans);
    CHECK(preparing(run, 0) == exactly(0.375 + 14.125 + 7.25));
    CHECK(preparing(run, 1) == exactly(0.375 + 4.125 + 0.25));
  }
  {
    // A device of each kind, with the same network: neither waits for what the other was sent.
    spec.workload = one_at_a_time(1);
    auto other = spec;
    other.on_device = on_edge.on_device;
    other.on_edge = on_edge.on_edge;
    other.workload = periodic(1, 1);
    Lab lab({spec, other}, cloud(), wire);
    lab.system.clients[1].network = lab.system.clients[0].network;
    const auto run = play(lab, Models::from_server, kernel);
    CHECK(run.ended.size() == 2);
  }
}

TEST_CASE("Weights for the cloud go by the device's direct link where the plan does") {
  // 7 MB at 0.25 MB/s, and 0.5 s.
  auto spec = heavy(cloud_only());
  spec.truth.edge = seconds({0, 0.25, 0.5, 1});
  spec.direct = radio(250000_Bps, 250000_Bps, 1_s);
  Lab lab({spec}, cloud(), radio(500000_Bps, 500000_Bps, 0.25_s));
  const auto run = play(lab, Models::from_device, either());
  CHECK(preparing(run, 0) == exactly(28.5));
}

TEST_CASE("Who fetched weights over the direct link and computes at home pays that link's tail") {
  // Asked for in 0.5 s, 7 MB at 0.25 MB/s in 28 s, 0.5 s. The tail of 40 s at 0.5 W begins with the last byte. Layers a, b
  // and c take 7 s, and so the request ends 7.5 s after it: 3.75 J were drawn by then, and 16.25 J are after the run.
  auto spec = heavy(cut_after(3));
  spec.truth.edge = seconds({0, 0.25, 0.5, 1});
  spec.direct = radio(250000_Bps, 250000_Bps, 1_s);
  spec.direct->tail = {40_s, 0.5_W};
  Lab lab({spec}, cloud(), radio(500000_Bps, 500000_Bps, 0.25_s));
  const auto run = play(lab, Models::from_server, either());
  CHECK(preparing(run, 0) == exactly(29));
  CHECK(latency(run, 0) == exactly(29 + 7));
  CHECK(run.end(0).energy.tail.value() == exactly(20));
  CHECK(run.run.devices[0].tail.value() == exactly(3.75));
  CHECK(run.run.devices[0].tail_after.value() == exactly(16.25));
}

TEST_CASE("A shipment is one more transfer that an estimate of the bandwidth learns from") {
  // Believed 1 MB/s, really 0.1: the first, all in the cloud, ships 7 MB; the second cuts after b.
  auto spec = heavy(cloud_only(), 2);
  spec.workload = periodic(0.01, 2);
  spec.link.motion.up = steps({{0_s, 0.1 * MB}});
  Lab lab({spec});
  lab.system.awareness.bandwidth = Awareness::Bandwidth::estimate;
  lab.system.awareness.decide = Awareness::Decide::per_request;
  const Best best;
  const auto run = play(lab, Models::from_device, either(), &best);
  CHECK(preparing(run, 0) == exactly(70.25));
  CHECK(run.plans[1]->on_device == first(3, 4));
}

TEST_CASE("Weights travel alike on both kernels in fleets that move, switch off and change their plans") {
  const auto run = [](Models models, kernel::Choice kernel) {
    auto one = heavy(cloud_only());
    one.workload = poisson(0.15, 40);
    one.link.motion.up = steps({{0_s, MB}, {37_s, 0.1 * MB}, {91_s, MB}, {150_s, 0.3 * MB}});
    one.link.motion.down = steps({{0_s, 0.8 * MB}, {52_s, 0.2 * MB}, {120_s, 1.5 * MB}});
    one.off = {{4.1_s, 9.3_s}, {60.7_s, 64.9_s}};
    auto other = heavy(cloud_only());
    other.workload = poisson(0.1, 30);
    other.link.promotion = {0.3_s, 1_W};
    other.link.tail = {1.7_s, 0.5_W};
    Lab lab({one, other}, cloud(2, 2));
    lab.system.clients[0].devices = 3;
    lab.system.clients[1].devices = 2;
    lab.system.backhaul = platform::Backhaul{1300000_Bps, 1100000_Bps};
    lab.system.awareness.bandwidth = Awareness::Bandwidth::exact;
    lab.system.awareness.decide = Awareness::Decide::per_request;
    lab.system.model_storage = Bandwidth(2.3 * MB);
    const Best best;
    return play(lab, models, kernel, &best);
  };
  for (const auto models : {Models::from_device, Models::from_server}) {
    const auto express = run(models, kernel::Choice::express);
    const auto reference = run(models, kernel::Choice::reference);
    REQUIRE(express.ended.size() == 3 * 40 + 2 * 30);
    for (std::uint32_t i = 0; i < express.ended.size(); ++i) {
      REQUIRE(express.end(i).outcome == reference.end(i).outcome);
      REQUIRE(express.end(i).time.value() == Approx(reference.end(i).time.value()).epsilon(1e-9));
      // Parts are the whole of a latency.
      const auto& p = express.end(i).timeline.parts;
      const Seconds sum = p.preparing + p.device_queue + p.head + p.radio_queue + p.upload + p.edge_queue + p.edge +
                          p.relay + p.cloud_queue + p.tail + p.download;
      if (express.end(i).outcome == Outcome::completed) REQUIRE(sum.value() == exactly(latency(express, i)));
    }
    CHECK(express.shippings.size() > 1);
    CHECK(express.run.shipped_up.value() == exactly(reference.run.shipped_up.value()));
    CHECK(express.run.shipped_down.value() == exactly(reference.run.shipped_down.value()));
  }
}

}  // namespace edgecut::shipping_test
