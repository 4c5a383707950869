// Who is served next, with whom and on how many slots, by hand.
#include "engine/server.hpp"

#include <catch2/catch.hpp>

#include <limits>
#include <optional>
#include <vector>

#include "engine/systems.hpp"

namespace edgecut::server_test {
using engine::Autoscaler;
using engine::Server;

namespace {

using Jobs = std::vector<std::uint32_t>;

// What names a network here: two different addresses.
const int network_a = 0;
const int network_b = 0;

Server::Job job(std::uint32_t id, double urgency = 0.0, const void* network = &network_a, double work = 1.0) {
  return {id, urgency, {network, Seconds(work)}};
}

// Those who start now, batch by batch.
std::vector<Jobs> start(Server& server, double now) {
  std::vector<Jobs> started;
  while (const auto* batch = server.start_next(Seconds(now))) started.push_back(batch->jobs);
  return started;
}

platform::Cloud batching(int max_size, double max_wait, int slots = 1, double fixed = 0.5) {
  auto cloud = test::cloud(1, slots);
  cloud.serving.batching =
      platform::Batching{max_size, Seconds(max_wait), platform::BatchTimes::modelled(fixed, max_size)};
  return cloud;
}

}  // namespace

TEST_CASE("By arrival, who came first is served first, one on each slot") {
  Server server(test::cloud(1, 2));
  for (std::uint32_t id : {5U, 3U, 9U}) server.join(job(id, server.urgency(0, 1_s)), 0_s);
  CHECK(start(server, 0) == std::vector<Jobs>{{5}, {3}});
  CHECK(server.waiting() == 1);
  CHECK(server.longest_queue() == 1);
  server.leave(2_s);
  CHECK(start(server, 2) == std::vector<Jobs>{{9}});
  CHECK(server.queue_integral(4_s) == 2.0);  // one waited from 0 to 2 s
  CHECK(server.busy_integral(4_s) == 8.0);   // two slots throughout
}

TEST_CASE("By priority the highest goes first, then who came first, and nobody is interrupted") {
  auto cloud = test::cloud();
  cloud.serving.order = platform::Order::priority;
  Server server(cloud);
  server.join(job(1, server.urgency(0, 9_s)), 0_s);
  CHECK(start(server, 0) == std::vector<Jobs>{{1}});
  server.join(job(2, server.urgency(0, 9_s)), 1_s);
  server.join(job(3, server.urgency(5, 9_s)), 2_s);
  server.join(job(4, server.urgency(-1, 9_s)), 2_s);
  server.join(job(5, server.urgency(5, 9_s)), 3_s);
  CHECK(start(server, 3).empty());
  Jobs order;
  for (double now = 4; now < 8; ++now) {
    server.leave(Seconds(now));
    order.push_back(start(server, now).front().front());
  }
  CHECK(order == Jobs{3, 5, 2, 4});
}

TEST_CASE("By deadline the earliest goes first, and who has none goes last") {
  auto cloud = test::cloud();
  cloud.serving.order = platform::Order::deadline;
  Server server(cloud);
  const Seconds never(std::numeric_limits<double>::infinity());
  server.join(job(1, server.urgency(0, never)), 0_s);
  server.join(job(2, server.urgency(9, 7_s)), 0_s);
  server.join(job(3, server.urgency(0, 5_s)), 0_s);
  server.join(job(4, server.urgency(0, 7_s)), 0_s);
  Jobs order;
  for (double now = 0; now < 4; ++now) {
    order.push_back(start(server, now).front().front());
    server.leave(Seconds(now));
  }
  CHECK(order == Jobs{3, 2, 4, 1});
}

TEST_CASE("A batch starts when it is full, or when its first has waited long enough") {
  Server server(batching(3, 0.5, 2));
  server.join(job(1), 0_s);
  CHECK(start(server, 0).empty());
  CHECK(server.next_batch_due() == 0.5_s);
  server.join(job(2), 0.25_s);
  CHECK(start(server, 0.25).empty());
  CHECK(server.next_batch_due() == 0.5_s);
  CHECK(start(server, 0.5) == std::vector<Jobs>{{1, 2}});
  for (std::uint32_t id : {3U, 4U, 5U, 6U}) server.join(job(id), 1_s);
  CHECK(start(server, 1) == std::vector<Jobs>{{3, 4, 5}});
  CHECK_FALSE(server.next_batch_due());  // both slots are taken
  server.leave(3_s);
  CHECK(start(server, 3) == std::vector<Jobs>{{6}});  // it has waited for 2 s
}

TEST_CASE("The time of a batch is modelled, or between those that were measured") {
  Server server(batching(4, 0, 1, 0.75));  // 0.75 + 0.25 b
  server.join(job(1, 0, &network_a, 2.0), 0_s);
  server.join(job(2, 0, &network_a, 2.0), 0_s);
  server.join(job(3, 0, &network_a, 2.0), 0_s);
  const auto* batch = server.start_next(0_s);
  REQUIRE(batch != nullptr);
  CHECK(batch->work == 3_s);  // 2 s x (0.75 + 0.25 x 3)
  server.add_offer(Frequency(1), 2_s);
  CHECK(server.offered_load() == 0.875);  // 2 s x (0.75 + 0.25 x 4) / 4: at best, in full batches

  const platform::BatchTimes measured({{1, 0.010}, {2, 0.011}, {4, 0.013}, {8, 0.022}});
  CHECK(measured.factor(1) == 1.0);
  CHECK(measured.factor(2) == Approx(1.1));
  CHECK(measured.factor(3) == Approx(1.2));    // halfway between 11 and 13 ms
  CHECK(measured.factor(7) == Approx(1.975));  // 13 + 3/4 x 9 = 19.75 ms
  CHECK(measured.factor(8) == Approx(2.2));
}

TEST_CASE("Only equal tails of one network share a batch") {
  Server server(batching(2, 1, 3));
  server.join(job(1, 0, &network_a, 1.0), 0_s);
  server.join(job(2, 0, &network_b, 1.0), 0_s);
  server.join(job(3, 0, &network_a, 2.0), 0_s);  // another cut
  CHECK(start(server, 0).empty());
  server.join(job(4, 0, &network_b, 1.0), 0_s);
  CHECK(start(server, 0) == std::vector<Jobs>{{2, 4}});
  server.join(job(5, 0, nullptr), 0_s);  // alone, and at once
  CHECK(start(server, 0) == std::vector<Jobs>{{5}});
  CHECK(start(server, 1) == std::vector<Jobs>{{1}});
}

TEST_CASE("Of two batches that may start, the one with the most urgent job does") {
  auto cloud = batching(2, 0);
  cloud.serving.order = platform::Order::priority;
  Server server(cloud);
  server.join(job(1, server.urgency(0, 0_s), &network_a), 0_s);
  server.join(job(2, server.urgency(0, 0_s), &network_b), 0_s);
  server.join(job(3, server.urgency(1, 0_s), &network_b), 0_s);
  CHECK(start(server, 0) == std::vector<Jobs>{{3, 2}});
}

TEST_CASE("Who finds the queue full is not taken") {
  auto cloud = test::cloud(1, 2);
  cloud.serving.queue_limit = 1;
  Server server(cloud);
  for (std::uint32_t id = 0; id < 3; ++id) {
    CHECK(server.admits());
    server.join(job(id), 0_s);
    start(server, 0);
  }
  CHECK_FALSE(server.admits());  // two served, one waits
  server.leave(1_s);
  start(server, 1);
  CHECK(server.admits());

  cloud.processor.discipline = platform::Discipline::shared;
  Server shared(cloud);
  for (std::uint32_t id = 0; id < 3; ++id) {
    CHECK(shared.admits());
    shared.join(job(id), 0_s);
    start(shared, 0);
  }
  CHECK_FALSE(shared.admits());  // three on two slots: one beyond them
}

TEST_CASE("Who leaves the queue is not served") {
  Server server(batching(3, 1));
  for (std::uint32_t id : {1U, 2U, 3U}) server.join(job(id), 0_s);
  CHECK(server.withdraw(2, 0_s));
  CHECK_FALSE(server.withdraw(2, 0_s));
  CHECK(start(server, 0.5).empty());
  CHECK(start(server, 1) == std::vector<Jobs>{{1, 3}});
}

TEST_CASE("Hosts follow the utilisation, and begin to serve when they have started up") {
  platform::Autoscaling rule;
  rule.max_hosts = 4;
  rule.target_utilisation = 0.5;
  rule.interval = 10_s;
  rule.start_up = 15_s;
  Server server(test::cloud(1, 2));  // two slots a host
  Autoscaler scaler(rule, 1);
  server.join(job(1), 0_s);
  server.join(job(2), 0_s);
  server.join(job(3), 0_s);
  CHECK(start(server, 0) == std::vector<Jobs>{{1}, {2}});
  // Both slots busy for 10 s: 1 host x 100 % / 50 % = 2 hosts, one more; at 20 s the same again, one is on its way.
  CHECK(scaler.look(server, 10_s) == 1);
  CHECK(scaler.look(server, 20_s) == 0);
  CHECK_FALSE(scaler.start(24_s));
  CHECK(scaler.paid() == 2);
  CHECK(scaler.start(25_s));
  server.set_hosts(scaler.ready(), 25_s);
  CHECK(start(server, 25) == std::vector<Jobs>{{3}});
  // From 20 to 30 s: 2 busy of 2 for 5 s, 3 of 4 for 5 s: 25/30 busy, 2 x 0.8333 / 0.5 = 3.33, so 4 hosts.
  CHECK(scaler.look(server, 30_s) == 2);
  // From 30 to 40 s nothing runs: one host is enough, and those on their way are not wanted any more.
  for (int i = 0; i < 3; ++i) server.leave(30_s);
  CHECK(scaler.look(server, 40_s) == 0);
  CHECK(scaler.paid() == 1);
  CHECK(server.slots() == 2);
  CHECK_FALSE(scaler.start(50_s));
  // 1 host for 10 s, 2 for 20 s, 4 for 10 s, 1 for 10 s.
  CHECK(scaler.paid_integral(50_s) == Approx(10 + 40 + 40 + 10));
}

TEST_CASE("Hosts follow the queue") {
  platform::Autoscaling rule;
  rule.min_hosts = 2;
  rule.max_hosts = 9;
  rule.target_queue = 4;
  CHECK(rule.desired(2, 1.0, 0) == 2);
  CHECK(rule.desired(2, 1.0, 12) == 3);
  CHECK(rule.desired(2, 1.0, 13) == 4);
  CHECK(rule.desired(2, 1.0, 1000) == 9);
}

}  // namespace edgecut::server_test
