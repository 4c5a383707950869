#include "sweep/schedule.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <set>

#include "scenario/scenario_file.hpp"
#include "sweep/packed_row.hpp"

namespace edgecut::schedule_test {

namespace {

using sweep::Schedule;

constexpr auto fixed =
    "partitioners: [device_only, oracle]\nsweep: {link.rtt: [5 ms, 20 ms, 40 ms]}\nreplications: 4\n";
constexpr auto until =
    "partitioners: [device_only, oracle]\nsweep: {link.rtt: [5 ms, 20 ms]}\n"
    "replications: {until: {metric: latency_mean_s, half_width: 10 %, min: 4, max: 20}}\n";

double none(const experiment::Run&) {
  return std::numeric_limits<double>::quiet_NaN();
}

std::set<std::string> names(const experiment::Study& study, const std::vector<experiment::Run>& runs) {
  std::set<std::string> found;
  for (const auto& run : runs) found.insert(sweep::name_of(study, run));
  return found;
}

}  // namespace

TEST_CASE("the shards of a sweep are all of it, apart, and keep partitioners together") {
  const Loaded loaded(fixed);
  const auto all = names(loaded.study, Schedule(loaded.study, {}).next(none));
  CHECK(all.size() == 24);  // 3 points x 2 partitioners x 4 replications
  std::set<std::string> joined;
  std::size_t sum = 0;
  for (std::size_t i = 1; i <= 5; ++i) {
    const auto runs = Schedule(loaded.study, {i, 5}).next(none);
    sum += runs.size();
    CHECK(runs.size() % 2 == 0);  // both partitioners of each pair of point and replication
    const auto mine = names(loaded.study, runs);
    joined.insert(mine.begin(), mine.end());
  }
  CHECK(joined == all);
  CHECK(sum == all.size());
}

TEST_CASE("replications go on where a mean is not known well enough") {
  const Loaded loaded(until);
  Schedule schedule(loaded.study, {});
  // Point 0: the same figure each time. Point 1: 1, 2, 1, 2, ...: half-width over mean at n = 4 is
  // 3.182 x 0.57735 / 2 / 1.5 = 0.612, so that twice as many, 8, are played; at 8 it is 2.365 x 0.53452 / sqrt(8) / 1.5 =
  // 0.298: 16; at 16, 2.131 x 0.51640 / 4 / 1.5 = 0.183: 32, but 20 at most.
  const auto metric = [](const experiment::Run& run) {
    return run.point == 0 ? 5.0 : 1.0 + static_cast<double>(run.replication % 2);
  };
  CHECK(schedule.next(metric).size() == 16);  // 2 points x 2 partitioners x 4
  const auto second = schedule.next(metric);
  CHECK(second.size() == 8);
  CHECK(names(loaded.study, second).contains("1/oracle/7"));
  CHECK(schedule.next(metric).size() == 16);  // 8 to 15
  CHECK(schedule.next(metric).size() == 8);   // 16 to 19
  CHECK(schedule.next(metric).empty());
}

TEST_CASE("a partitioner that never has a plan does not keep replications going") {
  const Loaded loaded(until);
  Schedule schedule(loaded.study, {});
  CHECK(schedule.next(none).size() == 16);
  CHECK(schedule.next(none).empty());
}

TEST_CASE("a mean without a figure in any replication is told, but for methods without a plan") {
  const Loaded loaded(
      "partitioners: [device_only, {kind: offline_benchmark, name: none}]\nconstraints: {deadline: 1 us}\n"
      "replications: {until: {metric: lifetime_s, half_width: 10 %, min: 2, max: 20}}\n");  // there is no battery
  const auto rows = run(loaded.study);
  const auto unmet = sweep::widths_not_met(loaded.study, rows);
  REQUIRE(unmet.size() == 1);
  CHECK(unmet[0].partitioner == "device_only");
  CHECK(unmet[0].replications == 0);
}

TEST_CASE("a run is found by its name") {
  const Loaded loaded(fixed);
  for (const auto& run : Schedule(loaded.study, {}).next(none)) {
    const auto found = sweep::run_named(loaded.study, sweep::name_of(loaded.study, run));
    CHECK(found.point == run.point);
    CHECK(found.method == run.method);
    CHECK(found.replication == run.replication);
  }
  for (const auto* name :
       {"", "0", "0/oracle", "3/oracle/0", "0/oracle/4", "0/other/0", "0/oracle/0/0", "a/oracle/0"}) {
    CHECK_THROWS_AS(sweep::run_named(loaded.study, name), config::Error);
  }
}

TEST_CASE("a row that travels from a child loses no digit") {
  const std::vector<metrics::Cell> cells{0.1 + 0.2, std::numeric_limits<double>::denorm_min(), std::int64_t{-7},
                                         std::string("with \"quotes\", commas\nand lines"), std::monostate{}};
  metrics::Row row;
  for (std::size_t i = 0; i < cells.size(); ++i) row.add("column " + std::to_string(i), cells[i]);
  CHECK(sweep::unpack(sweep::pack(row)) == row);
  auto with_table = row;
  with_table.add_table("groups", {row, row});
  CHECK(sweep::unpack(sweep::pack(with_table)) == with_table);
  CHECK_FALSE(sweep::unpack(sweep::pack(row)) == with_table);
}

}  // namespace edgecut::schedule_test
