// Batches, disciplines, admission, autoscaling and tenants as the engine plays them, by hand and against queueing theory.
#include "engine/serving.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <string>
#include <vector>

#include "engine/systems.hpp"
#include "plan/plan.hpp"

namespace edgecut::serving_test {
using namespace edgecut::test;
using events::FailureReason;
using events::Outcome;
using Kind = events::ResourceUse::Kind;

namespace {

// One device whose requests reach the cloud, 1 ns late, at these times and take `work` there.
Spec asks(const std::vector<double>& times, double work, int priority = 0) {
  Spec spec;
  spec.network = network({{1000, {}}, {1000, {0}}});
  spec.truth = test::times({{0, 1}}, {0, work});
  spec.link = radio(Bandwidth(1e12), Bandwidth(1e12), 0_s);
  spec.result = 0_B;
  spec.on_device = {true, false};
  spec.workload.arrivals = workload::Arrivals::trace;
  spec.workload.requests = static_cast<std::int64_t>(times.size());
  spec.workload.traces.emplace();
  spec.workload.traces->files = {std::make_shared<const std::vector<Seconds>>(seconds(times))};
  spec.workload.priority = priority;
  return spec;
}

platform::Cloud batching(int max_size, double max_wait, double fixed, int slots = 1) {
  auto result = cloud(1, slots);
  result.serving.batching =
      platform::Batching{max_size, Seconds(max_wait), platform::BatchTimes::modelled(fixed, max_size)};
  return result;
}

// All clients run one network, as devices of a fleet do.
void share_network(Lab& lab) {
  for (auto& client : lab.system.clients) client.network = lab.system.clients.front().network;
}

// When each request ended, in order of arrival, on that kernel.
std::vector<double> ends(const Recording& recording) {
  std::vector<double> result(recording.ended.size());
  for (const auto& end : recording.ended) result.at(end.request.index) = end.time.value();
  return result;
}

void check_ends(Lab& lab, const std::vector<double>& expected) {
  for (const auto kernel : {kernel::Choice::reference, kernel::Choice::express}) {
    lab.system.kernel = kernel;
    const auto recording = lab.run();
    const auto found = ends(recording);
    INFO(kernel::name(kernel) << "\n" << recording.text());
    REQUIRE(found.size() == expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) CHECK(found[i] == Approx(expected[i]).margin(2e-8));
  }
}

// The mean wait of 40,000 probes that come as a Poisson process and want next to nothing: what an arrival finds.
double wait_of_probes(const platform::Cloud& server, int priority = 0) {
  auto spec = asks({0}, 1e-9, priority);
  spec.workload = poisson(0.5, 40000);
  spec.workload.priority = priority;
  Lab lab({spec}, server);
  lab.system.kernel = kernel::Choice::express;
  lab.system.seed = 5;
  const auto recording = lab.run();
  double sum = 0.0;
  for (const auto& end : recording.ended) sum += end.timeline.parts.cloud_queue.value();
  return sum / static_cast<double>(recording.ended.size());
}

platform::Cloud with_tenants(int slots, double rate, double work, bool is_random, int priority = 0) {
  auto result = cloud(1, slots);
  result.serving.tenants = platform::Tenants{Frequency(rate), Seconds(work), is_random, priority};
  return result;
}

}  // namespace

TEST_CASE("Batches at fixed arrivals take what the arithmetic says") {
  // One every 0.1 s, alone 0.2 s, b of them 0.2 (0.5 + 0.5 b) s. The first waits for 0.25 s, until there are three.
  std::vector<double> times;
  times.reserve(12);
  for (int i = 0; i < 12; ++i) times.push_back(i * 0.1);
  Lab lab({asks(times, 0.2)}, batching(4, 0.25, 0.5));
  // 0.25 + 0.4, then four that wait already, twice: 0.5 each; then the last, which has waited for more than 0.25 s.
  check_ends(lab, {0.65, 0.65, 0.65, 1.15, 1.15, 1.15, 1.15, 1.65, 1.65, 1.65, 1.65, 1.85});
  const auto recording = lab.run();
  CHECK(recording.server().mean_batch == 3.0);  // 12 in 4
  // The slot works from 0.25 s on: 1.6 s of 1.85 s.
  CHECK(recording.use(Kind::cloud).work.value() == Approx(1.6));
}

TEST_CASE("A batch goes on without a device that goes off, and ends when nobody is left in it") {
  auto off = asks({0}, 1.0);
  off.off = {{0.75_s, 9_s}};
  Lab one({off, asks({0}, 1.0)}, batching(2, 1, 0.5));
  share_network(one);
  auto recording = one.run();
  CHECK(recording.end(0).reason == FailureReason::device_off);
  CHECK(recording.end(1).time.value() == Approx(1.5));  // 1 s x (0.5 + 0.5 x 2)

  // The third waits for the slot, which is free at 0.75 s, and then for its own 0.25 s of company.
  Lab both({off, off, asks({0.5}, 1.0)}, batching(2, 0.5, 0.5));
  share_network(both);
  recording = both.run();
  CHECK(recording.end(1).reason == FailureReason::device_off);
  CHECK(recording.end(2).time.value() == Approx(2.0));  // from 1 s on
}

TEST_CASE("A device that goes off in the instant in which its batch ends leaves the slot free once") {
  auto off = asks({0}, 1.0);
  off.link.uplink = off.link.downlink = Bandwidth(1024);
  off.input = 1024_B;  // at the server after exactly 1 s
  off.off = {{2_s, 9_s}};
  auto server = batching(2, 0, 0.5);
  Lab lab({off, asks({1.5, 1.5}, 1.0)}, server);
  share_network(lab);
  const auto recording = lab.run();
  CHECK(recording.end(0).reason == FailureReason::device_off);
  CHECK(recording.end(1).time.value() == Approx(3.5));  // both from 2 s on
  CHECK(recording.end(2).time.value() == Approx(3.5));
}

TEST_CASE("Who has the higher priority overtakes who waits, and nobody who is served") {
  auto server = cloud();
  server.serving.order = platform::Order::priority;
  // Served at 0 s; at 1 s the one of priority 1 goes first.
  Lab lab({asks({0, 0.25, 0.5}, 1.0), asks({0.75}, 1.0, 1)}, server);
  check_ends(lab, {1, 3, 4, 2});
}

TEST_CASE("The earliest deadline goes first, though it came last") {
  auto server = cloud();
  server.serving.order = platform::Order::deadline;
  auto slow = asks({1}, 1.0);
  slow.link.uplink = 200_Bps;  // 1000 B: at the server at 6 s
  Lab lab({asks({0, 2}, 10.0), slow}, server);
  lab.system.deadline = 100_s;
  check_ends(lab, {10, 11, 21});  // the second to arrive came from the slow device
}

TEST_CASE("Who finds a server's queue full is dropped there and then, for that reason") {
  auto server = cloud();
  server.serving.queue_limit = 1;
  Lab lab({asks({0, 0.25, 0.5, 1.5}, 1.0)}, server);
  check_ends(lab, {1, 2, 0.5, 3});
  const auto recording = lab.run();
  CHECK(recording.end(2).outcome == Outcome::dropped);
  CHECK(recording.end(2).reason == FailureReason::server_full);
  CHECK(recording.end(3).outcome == Outcome::completed);  // at 1.5 s one is served and nobody waits
}

TEST_CASE("A shared server shares among as many as it admits") {
  auto server = cloud(1, 1, platform::Discipline::shared);
  server.serving.queue_limit = 1;
  // 1 s of the first is done at 1 s; then both at half speed: its second takes until 3 s. The other has 1 s left.
  Lab lab({asks({0, 1, 1.5}, 2.0)}, server);
  check_ends(lab, {3, 4, 1.5});
}

TEST_CASE("A host that is called for serves when it has started up, and is paid for from the call") {
  auto server = cloud();
  platform::Autoscaling rule;
  rule.max_hosts = 2;
  rule.target_utilisation = 0.5;
  rule.interval = 1_s;
  rule.start_up = 1.5_s;
  server.serving.autoscaling = rule;
  server.price = 3.6;
  server.power = platform::HostPower{100_W, 300_W};
  // At 1 s the slot has been busy throughout: 1 host x 100 % / 50 % = 2. The second host is ready at 2.5 s.
  Lab lab({asks({0, 0, 0, 0}, 1.0)}, server);
  check_ends(lab, {1, 2, 3, 3.5});
  const auto recording = lab.run();
  REQUIRE(recording.hosts.size() == 2);
  CHECK(recording.hosts[0].time.value() == Approx(1));
  CHECK((recording.hosts[0].ready == 1 && recording.hosts[0].paid == 2));
  CHECK(recording.hosts[1].time.value() == Approx(2.5));
  CHECK((recording.hosts[1].ready == 2 && recording.hosts[1].paid == 2));
  const auto use = recording.server();
  CHECK(use.hosts.value() == Approx(1 + 2 * 2.5));  // one for 1 s, two for 2.5 s
  CHECK(use.price.value_or(0) == Approx(0.006));    // 6 s at 0.001 USD/s
  REQUIRE(use.energy);
  CHECK(use.energy->value() == Approx(100 * 6 + 200 * 4));  // idle for 6 s, 4 s of work
}

TEST_CASE("A host that goes is paid for until what runs on it is done") {
  auto server = cloud(2);
  platform::Autoscaling rule;
  rule.max_hosts = 2;
  rule.target_queue = 1;
  rule.interval = 1_s;
  server.serving.autoscaling = rule;
  // Nobody waits at 1 s, so that one host goes; the two jobs end at 1.5 s, and the third runs alone from 2 s to 3.5 s.
  Lab lab({asks({0, 0, 2}, 1.5)}, server);
  check_ends(lab, {1.5, 1.5, 3.5});
  CHECK(lab.run().server().hosts.value() == Approx(2 * 1.5 + 1 * 2.0));
}

TEST_CASE("Hosts of a plain server cost the whole run") {
  auto server = cloud(3, 2);
  server.price = 3600;
  server.power = platform::HostPower{10_W, 30_W};
  Lab lab({asks({0, 1}, 2.0)}, server);
  const auto use = lab.run().server();
  CHECK(use.hosts.value() == Approx(9));  // three for 3 s
  CHECK(use.price.value_or(0) == Approx(9));
  REQUIRE(use.energy);
  CHECK(use.energy->value() == Approx(10 * 9 + 20 * 4 / 2.0));  // 4 s on one of two slots
}

TEST_CASE("On an idle system a batch of one waits as the closed form says") {
  auto spec = cloud_only();
  Lab lab({spec}, batching(8, 0.125, 0.5));
  const auto recording = lab.run();
  const auto& client = lab.system.clients.front();
  const auto cost = plan::evaluate(*client.problem, plan::Plan{0, *spec.on_device, {}, 0, 0});
  CHECK(cost.wait == 0.125_s);
  CHECK(recording.end(0).time.value() == Approx(cost.latency.value()).epsilon(1e-9));
}

TEST_CASE("What waits or is served is known to those who look at the server's load") {
  auto server = cloud();
  server.serving.order = platform::Order::priority;
  kernel::Topology topology;
  topology.processors.push_back({"cloud", 1, {}, {}, {}});
  const auto kernel = kernel::make_kernel(kernel::Choice::express, topology);
  engine::Serving serving(server, Kind::cloud, 1, *kernel, {0});
  CHECK(serving.wait(1.0, 0_s) == 0_s);
  for (const std::uint32_t slot : {0U, 1U, 2U}) serving.join(slot, 0, 0_s, {nullptr, 2_s}, 0_s);
  CHECK(serving.serve(0_s).size() == 1);
  CHECK(serving.wait(1.0, 0.5_s) == 5.5_s);  // 1.5 s of the first, 2 s each of the others
  CHECK(serving.wait(0.5, 0_s) == 12_s);     // at half speed
}

// --- queueing theory: others' jobs are the load, our requests look at it

TEST_CASE("The mean wait among tenants is that of M/M/1, M/M/3 and M/D/1", "[unsanitized]") {
  // rho / (mu (1 - rho)) at rho = 0.7.
  CHECK(wait_of_probes(with_tenants(1, 0.7, 1, true)) == Approx(0.7 / 0.3).epsilon(0.05));
  // Erlang C of 2.1 erlang on 3 servers: (2.1^3/3!) / 0.3 / (1 + 2.1 + 2.1^2/2 + 2.1^3/3! / 0.3) = 0.4923;
  // the wait is C / (3 - 2.1).
  const double top = 2.1 * 2.1 * 2.1 / 6 / 0.3;
  const double erlang_c = top / (1 + 2.1 + 2.1 * 2.1 / 2 + top);
  CHECK(wait_of_probes(with_tenants(3, 2.1, 1, true)) == Approx(erlang_c / 0.9).epsilon(0.05));
  // Half of M/M/1's.
  CHECK(wait_of_probes(with_tenants(1, 0.7, 1, false)) == Approx(0.7 / 0.6).epsilon(0.05));
}

TEST_CASE("With priorities the mean waits are Cobham's") {
  // W0 / ((1 - load that goes before) (1 - that and one's own)), with W0 = rho / mu of exponential work, rho = 0.7.
  auto server = with_tenants(1, 0.7, 1, true);
  server.serving.order = platform::Order::priority;
  CHECK(wait_of_probes(server, 1) == Approx(0.7).epsilon(0.05));
  CHECK(wait_of_probes(server, -1) == Approx(0.7 / (0.3 * 0.3)).epsilon(0.06));
}

}  // namespace edgecut::serving_test
