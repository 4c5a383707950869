// How servers take those who ask, as it is read: what must be refused, and the times of batches.
#include "platform/serving.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "config/error_of.hpp"
#include "platform/platform_file.hpp"

namespace edgecut::serving_test {
using Catch::Matchers::Contains;

namespace {

platform::Cloud cloud(const std::string& more, const std::string& discipline = "fifo") {
  config::Ledger ledger;
  return platform::read_cloud(
      config::parse_text("name: rack\n"
                         "memory: {size: 64 GB, reserve: 4 GB, source: m}\n"
                         "hosts: 2\n"
                         "processors:\n"
                         "  gpu:\n"
                         "    discipline: " +
                             discipline +
                             "\n"
                             "    compute: {model: three_constants, conv: 10 GFLOP/s, memory: 4 GB/s, overhead: 1 us, "
                             "framework: ncnn, source: m}\n"
                             "    nominal: {peak: 40 GFLOP/s, one_network: 14 GFLOP/s, source: m}\n" +
                             more,
                         "c.yaml"),
      ledger);
}

std::string error(const std::string& more, const std::string& discipline = "fifo") {
  return error_of([&] { cloud(more, discipline); });
}

}  // namespace

TEST_CASE("A server is read with all that it may have") {
  const auto server = cloud(
      "price: {value: 0.68 USD/h, source: m}\n"
      "power: {idle: 100 W, active: 250 W, source: m}\n"
      "batch_times: {1: 10 ms, 4: 13 ms, 8: 22 ms, source: m}\n"
      "serving:\n"
      "  discipline: priority\n"
      "  queue_limit: 5\n"
      "  batching: {max_size: 8, max_wait: 5 ms}\n"
      "  autoscaling: {max_hosts: 4, target_queue: 3, interval: 10 s, start_up: 30 s}\n"
      "  tenants: {rate: 2 /s, work: {mean: 100 ms}, priority: 1}\n");
  CHECK(server.price == 0.68);
  REQUIRE(server.power);
  CHECK(server.power->active == 250_W);
  const auto& serving = server.serving;
  CHECK(serving.order == platform::Order::priority);
  CHECK(serving.queue_limit == 5);
  REQUIRE(serving.batching);
  CHECK(serving.batching->times.factor(4) == Approx(1.3));
  CHECK(serving.idle_wait() == Seconds(0.005));
  REQUIRE(serving.autoscaling);
  CHECK(serving.autoscaling->max_hosts == 4);
  CHECK(server.most_slots() == 4);
  REQUIRE(serving.tenants);
  CHECK(serving.tenants->is_random);
  CHECK(cloud("serving: {discipline: shared}\n").processor.discipline == platform::Discipline::shared);
  CHECK_FALSE(cloud("").serving.any());
}

TEST_CASE("A speed-up of a batch is what it gets through in a second, over one alone") {
  const auto server = cloud("serving: {batching: {max_size: 4, max_wait: 0 s, speedup: {2: 1.6, 4: 2.5}}}\n");
  const auto& times = server.serving.batching->times;
  CHECK(times.factor(1) == 1.0);
  CHECK(times.factor(2) == Approx(1.25));   // 2 / 1.6
  CHECK(times.factor(3) == Approx(1.425));  // between 2 / 1.6 and 4 / 2.5
  CHECK(times.factor(4) == Approx(1.6));
}

TEST_CASE("What a server cannot do is refused with the key that asks for it") {
  const std::string batching = "serving: {batching: {max_size: 4, max_wait: 1 ms";
  CHECK_THAT(error(batching + "}}\n"), Contains("serving.batching: needs `speedup:` or `fixed_share:`"));
  CHECK_THAT(error(batching + ", speedup: {2: 1.5}}}\n"), Contains("says nothing of a batch of `max_size`, 4"));
  CHECK_THAT(error(batching + ", speedup: {4: 2, 2: 1.5}}}\n"), Contains("sizes go up"));
  CHECK_THAT(error(batching + ", speedup: {4: 2}, fixed_share: 50 %}}\n"), Contains("not by both"));
  CHECK_THAT(error("batch_times: {1: 1 ms, 2: 2 ms, source: m}\n" + batching + "}}\n"),
             Contains("the largest batch whose time is known has 2"));
  CHECK_THAT(error("batch_times: {2: 1 ms, source: m}\n"), Contains("sizes begin with 1"));
  CHECK_THAT(error("batch_times: {1: 1 ms, 2: 2 ms}\n"), Contains("has no source"));
  CHECK_THAT(error(batching + ", fixed_share: 50 %}, discipline: shared}\n"),
             Contains("serving.batching: cannot be combined with `discipline: shared`"));
  CHECK_THAT(error("serving: {discipline: priority}\n", "shared"), Contains("the processor has `discipline: shared`"));
  const std::string scaling = "serving: {autoscaling: {interval: 1 s, start_up: 1 s, ";
  CHECK_THAT(error(scaling + "max_hosts: 4}}\n"), Contains("needs either `target_utilisation:` or `target_queue:`"));
  CHECK_THAT(error(scaling + "max_hosts: 1, target_queue: 1}}\n"), Contains("begins with `hosts: 2`"));
  CHECK_THAT(error(scaling + "min_hosts: 4, max_hosts: 3, target_queue: 1}}\n"), Contains("less than `min_hosts`"));
  CHECK_THAT(error("price: {value: 0.68 EUR/h, source: m}\n"), Contains("such as 0.68 USD/h"));
  CHECK_THAT(error("price: 0.68 USD/h\n"), Contains("has no source"));
  CHECK_THAT(error("power: {idle: 100 W, active: 50 W, source: m}\n"), Contains("draws no less when it works"));
  const std::string tenants = "tenants: {rate: 4 /s, work: 500 ms}}\n";
  CHECK_THAT(error("serving: {discipline: priority, " + tenants), Contains("want 2 slots on average of the 2"));
  CHECK_THAT(error("serving: {discipline: shared, " + tenants), Contains("might wait for ever"));
  CHECK(error("serving: {" + tenants) == "no error");  // saturated, but everybody has a turn
  CHECK_THAT(error("serving: {queue: 3}\n"), Contains("queue"));
}

}  // namespace edgecut::serving_test
