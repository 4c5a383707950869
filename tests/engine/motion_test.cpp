// Bandwidths, outages and loads that move while a run goes on, beside arithmetic, on both kernels.
#include <catch2/catch.hpp>

#include <vector>

#include "engine/systems.hpp"

namespace edgecut::motion_test {
using namespace edgecut::test;
using kernel::Choice;
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

Choice any_kernel() {
  return GENERATE(Choice::reference, Choice::express);
}

// Everything in the cloud: 1 MB up at time 0, half of the rtt of 0.5 s, 0.875 s of tail, 125 kB down, half the rtt.
Spec sender(std::optional<Course> up, std::optional<Course> down = std::nullopt) {
  auto spec = cloud_only();
  spec.link.motion.up = std::move(up);
  spec.link.motion.down = std::move(down);
  return spec;
}

}  // namespace

TEST_CASE("An upload crosses steps up and down") {
  // 0.5 MB in the first half second, 0.1 MB in the next at 0.2 MB/s, then 0.4 MB at 4 MB/s: 1.1 s.
  Lab lab({sender(steps({{0_s, MB}, {0.5_s, 0.2 * MB}, {1_s, 4 * MB}}))});
  lab.system.kernel = any_kernel();
  const auto run = lab.run();
  REQUIRE(run.end(0).timeline.upload_finished.value() == exactly(1.1 + 0.25));
}

TEST_CASE("A download crosses a step, and the way up does not feel it") {
  // The download begins at 1 + 0.25 + 0.875 = 2.125 s: 62.5 kB by t = 2.1875 at 1 MB/s, the other half at 0.25 MB/s.
  Lab lab({sender(std::nullopt, steps({{0_s, MB}, {2.1875_s, 0.25 * MB}}))});
  lab.system.kernel = any_kernel();
  const auto t = lab.run().end(0).timeline;
  REQUIRE(t.upload_finished.value() == exactly(1.25));
  REQUIRE(t.download_started.value() == exactly(2.125));
  REQUIRE(t.ended.value() == exactly(2.125 + 0.0625 + 0.25 + 0.25));
}

TEST_CASE("Steps that repeat come again") {
  // 1 MB/s and 0 in turn, a quarter of a second each: 1 MB takes four quarters at work and three at rest.
  Lab lab({sender(steps({{0_s, MB}, {0.25_s, 0.0}}, 0.5_s))});
  lab.system.kernel = any_kernel();
  REQUIRE(lab.run().end(0).timeline.upload_finished.value() == exactly(1.75 + 0.25));
}

TEST_CASE("A transfer stands still during an outage and goes on after it, both ways") {
  auto spec = cloud_only();
  spec.link.motion.outages = {{0.5_s, 2.5_s}, {4.2_s, 5_s}};  // the download runs from 4.125 to 4.25 else
  Lab lab({spec});
  lab.system.kernel = any_kernel();
  const auto t = lab.run().end(0).timeline;
  REQUIRE(t.upload_finished.value() == exactly(3.25));
  REQUIRE(t.download_started.value() == exactly(4.125));
  REQUIRE(t.ended.value() == exactly(4.25 + 0.8 + 0.25));
}

TEST_CASE("A course goes on below an outage") {
  // Out from 0 to 2; at 1 the course falls to half, so that 1 MB takes 2 s from t = 2.
  auto spec = sender(steps({{0_s, MB}, {1_s, 0.5 * MB}}));
  spec.link.motion.outages = {{0_s, 2_s}};
  Lab lab({spec});
  lab.system.kernel = any_kernel();
  REQUIRE(lab.run().end(0).timeline.upload_finished.value() == exactly(4.25));
}

TEST_CASE("A backhaul that moves is felt by all who share it") {
  // Two flows of 1 MB at 1 MB/s each; from t = 0.5 the backhaul of 4 MB/s has 0.5, a quarter for each: 0.5 MB in 2 s.
  Lab lab({cloud_only(), cloud_only()}, cloud(2));
  lab.system.kernel = any_kernel();
  lab.system.backhaul = platform::Backhaul{Bandwidth(4 * MB), Bandwidth(4 * MB)};
  lab.system.backhaul->motion.up = steps({{0_s, 4 * MB}, {0.5_s, 0.5 * MB}});
  const auto run = lab.run();
  REQUIRE(run.end(0).timeline.upload_finished.value() == exactly(2.75));
  REQUIRE(run.end(1).timeline.upload_finished.value() == exactly(2.75));
}

TEST_CASE("The link between edge server and cloud moves too") {
  auto spec = cloud_only();
  spec.truth.edge = seconds({0, 1, 1, 1});
  auto relay = radio(Bandwidth(2 * MB), Bandwidth(2 * MB), 0_s);
  relay.motion.up = steps({{0_s, 2 * MB}, {1.5_s, 0.5 * MB}});
  // At the edge server at 1.25; 0.5 MB by t = 1.5, and 0.5 MB more at 0.5 MB/s.
  Lab lab({spec}, cloud(), relay);
  lab.system.kernel = any_kernel();
  REQUIRE(lab.run().end(0).timeline.tail_started.value() == exactly(2.5));
}

TEST_CASE("What moves is said at time 0 and at each change, in order") {
  Lab lab({sender(steps({{0_s, MB}, {0.5_s, 0.25 * MB}, {0.75_s, 0.25 * MB}, {1_s, 2 * MB}}))});
  const auto run = lab.run();
  std::vector<std::pair<double, double>> said;
  for (const auto& e : run.bandwidths) {
    REQUIRE(e.up);
    said.emplace_back(e.time.value(), e.bandwidth.value());
  }
  REQUIRE(said == std::vector<std::pair<double, double>>{{0.0, MB}, {0.5, 0.25 * MB}, {1.0, 2 * MB}});
}

TEST_CASE("Nothing is said of a world that stays as it is") {
  Lab lab({cloud_only()});
  const auto run = lab.run();
  REQUIRE(run.bandwidths.empty());
  REQUIRE(run.speeds.empty());
}

TEST_CASE("The use of a link that moves is held against what it was on average") {
  // Busy for the whole of the upload and idle after: 1 MB of the 0.5 x 1 + (end - 0.5) x 0.25 MB that could have gone.
  Lab lab({sender(steps({{0_s, MB}, {0.5_s, 0.25 * MB}}))});
  const auto run = lab.run();
  const double end = run.run.time.value();
  REQUIRE(end == exactly(2.5 + 0.25 + 0.875 + 0.125 + 0.25));
  const auto use = run.use(events::ResourceUse::Kind::uplink);
  REQUIRE(use.work.value() / end == exactly(1.0 / (0.5 + (end - 0.5) * 0.25)));
}

TEST_CASE("Each of a device's two links is held against its own average") {
  // Everything goes by the direct link: 1 MB up and 125 kB down, a request in 10 s. It is 10 times as wide as it is
  // usually, up, and half as wide down; the link to the edge server moves, too, but nothing is sent over it.
  auto spec = sender(steps({{0_s, 0.01 * MB}}), steps({{0_s, 100 * MB}}));
  spec.truth.edge = seconds({0, 1, 1, 1});
  spec.direct = radio(Bandwidth(MB), Bandwidth(MB), 0_s);
  spec.direct->motion.up = steps({{0_s, 10 * MB}});
  spec.direct->motion.down = steps({{0_s, 0.5 * MB}});
  spec.workload = periodic(0.1, 20);
  Lab lab({spec}, cloud(), radio());
  lab.system.kernel = any_kernel();
  const auto run = lab.run();
  using Kind = events::ResourceUse::Kind;
  CHECK(run.use(Kind::uplink).offered_load == exactly(0.1 * 0.1));
  CHECK(run.use(Kind::uplink).work.value() == exactly(20 * 0.1));
  CHECK(run.use(Kind::downlink).offered_load == exactly(0.1 * 0.25));
  CHECK(run.use(Kind::downlink).work.value() == exactly(20 * 0.25));
}

TEST_CASE("A radio's load is what it sends over both of its links") {
  // Two classes of a device: one by the edge server, 1 MB at 0.5 MB/s, one past it, 1 MB at 4 MB/s; one each in 10 s.
  auto by_edge = sender(steps({{0_s, 0.5 * MB}}));
  by_edge.truth.edge = seconds({0, 1, 1, 1});
  by_edge.direct = radio(Bandwidth(MB), Bandwidth(MB), 0_s);
  by_edge.direct->motion.up = steps({{0_s, 4 * MB}});
  by_edge.workload = periodic(0.1, 5);
  auto past_it = by_edge;
  past_it.joins = true;
  by_edge.on_edge = {false, true, true, true};
  Lab lab({by_edge, past_it}, cloud(), radio());
  lab.system.kernel = any_kernel();
  const auto use = lab.run().use(events::ResourceUse::Kind::uplink);
  CHECK(use.offered_load == exactly(0.1 * (2 + 0.25)));
  CHECK(use.work.value() == exactly(5 * (2 + 0.25)));
}

TEST_CASE("A server with a queue of its own is offered what others leave of it") {
  // 0.875 s of tail a second, of which half is somebody else's.
  auto server = cloud();
  server.serving.order = platform::Order::priority;
  auto spec = cloud_only();
  spec.link = radio(Bandwidth(100 * MB), Bandwidth(100 * MB), 0_s);
  spec.workload = periodic(1.0, 50);
  Lab lab({spec}, server);
  lab.system.cloud_load = steps({{0_s, 0.5}});
  const auto use = lab.run().use(events::ResourceUse::Kind::cloud);
  CHECK(use.offered_load == exactly(1.75));
  CHECK(use.mean_queue > 5.0);
}

TEST_CASE("Radio energy does not change with the shape of the bandwidth but with its time") {
  // 1 MB at 1 uJ/B and 0.5 W for 2.5 s.
  Lab lab({sender(steps({{0_s, MB}, {0.5_s, 0.25 * MB}}))});
  REQUIRE(lab.run().end(0).energy.transmit.value() == exactly(1.0 + 0.5 * 2.5));
}

TEST_CASE("Devices have random courses of their own, the same in every run") {
  Course course;
  course.gauss_markov = platform::GaussMarkovCourse{MB, 0.3 * MB, 0.5, 0.1_s, 0.1 * MB};
  const auto play = [&](Choice choice) {
    Lab lab({sender(course), sender(course)}, cloud(2));
    lab.system.kernel = choice;
    lab.system.seed = 3;
    const auto run = lab.run();
    return std::pair(run.end(0).timeline.upload_finished.value(), run.end(1).timeline.upload_finished.value());
  };
  const auto first = play(Choice::express);
  REQUIRE(first.first != first.second);
  const auto again = play(Choice::reference);
  REQUIRE(again.first == exactly(first.first));
  REQUIRE(again.second == exactly(first.second));
}

TEST_CASE("A processor that somebody else loads computes more slowly, and our energy is that of our work") {
  // 7 s of head; half of the processor is taken from t = 1 to t = 5: 1 + 2 by then, 4 s left.
  auto spec = device_only();
  spec.loads = {{0, steps({{0_s, 0.0}, {1_s, 0.5}, {5_s, 0.0}})}};
  Lab lab({spec});
  lab.system.kernel = any_kernel();
  const auto run = lab.run();
  REQUIRE(run.end(0).timeline.head_finished.value() == exactly(9.0));
  REQUIRE(run.end(0).energy.compute.value() == exactly(4.0 * 7.0));
  REQUIRE(run.run.devices[0].compute.value() == exactly(4.0 * 7.0));
  REQUIRE(run.speeds.size() == 3);
}

TEST_CASE("A cloud that somebody else loads computes more slowly") {
  // The tail begins at 1.25; a quarter of every slot is left until t = 2: 0.1875 of 0.875 s done.
  Lab lab({cloud_only()});
  lab.system.kernel = any_kernel();
  lab.system.cloud_load = steps({{0_s, 0.75}, {2_s, 0.0}});
  const auto run = lab.run();
  REQUIRE(run.end(0).timeline.tail_finished.value() == exactly(2.0 + 0.6875));
  const double end = run.run.time.value();
  const auto use = run.use(events::ResourceUse::Kind::cloud);
  REQUIRE(use.work.value() / end == exactly(0.875 / (end - 1.5)));  // 0.75 x 2 s were not ours
}

TEST_CASE("A run in which the world moves for ever ends with its last request") {
  Course course;
  course.markov = platform::MarkovCourse{{MB, 0.0}, {0.2_s, 0.1_s}, {{0, 1}, {1, 0}}};
  auto spec = sender(course);
  spec.workload = one_at_a_time(20);
  Lab lab({spec});
  lab.system.kernel = any_kernel();
  const auto run = lab.run();
  REQUIRE(run.ended.size() == 20);
  REQUIRE(run.run.time == run.end(19).time);
}

TEST_CASE("A link that is out for the whole run was asked for nothing and did nothing") {
  auto spec = device_only();
  spec.link.motion.outages = {{0_s, 1000_s}};
  Lab lab({spec});
  lab.system.kernel = any_kernel();
  const auto run = lab.run();
  REQUIRE(run.use(events::ResourceUse::Kind::uplink).work == Seconds());
  REQUIRE(run.use(events::ResourceUse::Kind::uplink).offered_load == 0.0);
}

}  // namespace edgecut::motion_test
