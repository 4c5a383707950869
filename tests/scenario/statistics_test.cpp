// Means with their confidence, and paired savings, from rows made by hand.
#include "sweep/statistics.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scenario/scenario_file.hpp"

namespace edgecut::statistics_test {

namespace {

struct Result {
  std::int64_t replication;
  std::string partitioner;
  double latency;
  double bytes = 100.0;
  bool feasible = true;
  bool saturated = false;
  double violation_rate = 0.0;
  std::int64_t dropped = 0;
  std::optional<double> effort = {};  // seconds
  std::int64_t failed = 0;
};

metrics::Row row(const Result& result) {
  metrics::Row r;
  r.add("point", std::int64_t{0});
  r.add("partitioner", result.partitioner);
  r.add("replication", result.replication);
  r.add("feasible", static_cast<std::int64_t>(result.feasible));
  r.add("cut", std::string("after a"));
  r.add("latency_mean_s", result.feasible ? metrics::Cell(result.latency) : metrics::Cell());
  r.add("energy_inference_J", result.feasible ? metrics::Cell(2.0) : metrics::Cell());
  r.add("energy_device_J", 10.0);
  r.add("up_mean_B", result.feasible ? metrics::Cell(result.bytes) : metrics::Cell());
  r.add("effort_s", result.effort ? metrics::Cell(*result.effort) : metrics::Cell());
  r.add("effort_J", {});
  r.add("saturated", static_cast<std::int64_t>(result.saturated));
  r.add("dropped", result.dropped);
  r.add("failed", result.failed);
  r.add("violation_rate", result.feasible ? metrics::Cell(result.violation_rate) : metrics::Cell());
  return r;
}

std::vector<metrics::Row> rows(const std::vector<Result>& results) {
  std::vector<metrics::Row> list;
  for (const auto& result : results) list.push_back(row(result));
  return list;
}

const Loaded& study() {
  static const Loaded loaded(
      "partitioners: [{kind: oracle, name: base}, {kind: oracle, name: other}]\ncompare: {baseline: base}\n");
  return loaded;
}

metrics::Row saving(const std::vector<Result>& results, const std::string& metric) {
  for (const auto& r : sweep::savings(study().study.comparison().baselines, rows(results))) {
    if (r.text("partitioner") == "other" && r.text("metric") == metric) return r;
  }
  FAIL("no such saving");
  return {};
}

}  // namespace

TEST_CASE("the interval of a mean is Student's t times the standard error") {
  // 1, 2, 3: mean 2, s = 1, s / sqrt(3) = 0.57735; t(0.975, 2 degrees) = 4.302653: 2.484138.
  const auto three = sweep::estimate({1, 2, 3});
  CHECK(three.mean == 2.0);
  CHECK(three.half_width == Approx(2.484138).epsilon(1e-6));
  CHECK(three.count == 3);
  // 2, 4: mean 3, s = sqrt(2), s / sqrt(2) = 1; t(0.975, 1) = 12.706205.
  CHECK(sweep::estimate({2, 4}).half_width == Approx(12.706205).epsilon(1e-7));
  // Ten values 1..10: s^2 = 9.1667, s / sqrt(10) = 0.957427; t(0.975, 9) = 2.262157: 2.165850.
  CHECK(sweep::estimate({1, 2, 3, 4, 5, 6, 7, 8, 9, 10}).half_width == Approx(2.165850).epsilon(1e-6));
}

TEST_CASE("one value has a mean and no interval, none has neither, equal ones have an interval of zero") {
  CHECK(sweep::estimate({5}).mean == 5.0);
  CHECK(std::isnan(sweep::estimate({5}).half_width));
  CHECK(std::isnan(sweep::estimate({}).mean));
  CHECK(sweep::estimate({}).count == 0);
  CHECK(sweep::estimate({4, 4, 4}).half_width == 0.0);
}

TEST_CASE("a saving is paired by replication: the mean of ratios, not the ratio of means") {
  // (10 - 5)/10 = 0.5 and (2 - 1.8)/2 = 0.1: mean 0.3; the ratio of means would be 1 - 6.8/12 = 0.433.
  const auto r = saving({{0, "base", 10}, {1, "base", 2}, {0, "other", 5}, {1, "other", 1.8}}, "latency");
  CHECK(r.number("saving") == Approx(0.3));
  // s = 0.28284, over sqrt(2) = 0.2; x 12.706205.
  CHECK(r.number("saving_half_width") == Approx(2.541241).epsilon(1e-6));
  CHECK(r.number("pairs") == 2);
  CHECK(r.text("baseline") == "base");
}

TEST_CASE("a speed-up is the geometric mean of baseline over method, with an interval of the logarithms") {
  // 10/5 = 2 and 2/1 = 2, 8/1 = 8: (2 x 2 x 8)^(1/3) = 32^(1/3) = 3.174802.
  const std::vector<Result> results{{0, "base", 10}, {1, "base", 2},  {2, "base", 8},
                                    {0, "other", 5}, {1, "other", 1}, {2, "other", 1}};
  const auto r = saving(results, "latency");
  CHECK(r.number("speed_up") == Approx(3.174802).epsilon(1e-6));
  // Logarithms 0.693147, 0.693147, 2.079442: mean 1.155245, s = 0.800378, over sqrt(3) = 0.462098, x 4.302653 = 1.988248;
  // exp(1.155245 - 1.988248) = 0.434742, exp(1.155245 + 1.988248) = 23.184728.
  CHECK(r.number("speed_up_low") == Approx(0.434742).epsilon(1e-5));
  CHECK(r.number("speed_up_high") == Approx(23.184728).epsilon(1e-5));
  CHECK(std::isnan(saving(results, "energy_inference").number("speed_up")));
}

TEST_CASE("a speed-up is of sound pairs alone, and of one pair it has no interval") {
  const auto r = saving({{0, "base", 4}, {1, "base", 9, 100, false}, {0, "other", 5}, {1, "other", 1}}, "latency");
  CHECK(r.number("speed_up") == Approx(0.8));  // 4/5: slower
  CHECK(std::isnan(r.number("speed_up_low")));
  CHECK(std::isnan(r.number("speed_up_high")));
}

TEST_CASE("what is slower than the baseline saves less than nothing") {
  CHECK(saving({{0, "base", 4}, {0, "other", 5}}, "latency").number("saving") == -0.25);
}

TEST_CASE("infeasible replications of either side are left out and counted") {
  const auto r = saving({{0, "base", 10},
                         {1, "base", 10, 100, false},
                         {2, "base", 10},
                         {0, "other", 5},
                         {1, "other", 1},
                         {2, "other", 1, 100, false}},
                        "latency");
  CHECK(r.number("saving") == 0.5);
  CHECK(r.number("pairs") == 1);
  CHECK(r.number("left_out_infeasible") == 2);
  CHECK(r.number("left_out_saturated") == 0);
}

TEST_CASE("saturated replications of either side are left out and counted") {
  const auto r = saving({{0, "base", 10, 100, true, true},
                         {1, "base", 10},
                         {2, "base", 10},
                         {0, "other", 1},
                         {1, "other", 1, 100, true, true},
                         {2, "other", 8}},
                        "latency");
  CHECK(r.number("saving") == Approx(0.2));
  CHECK(r.number("left_out_saturated") == 2);
}

TEST_CASE("replications in which either side truly breaks a limit are left out and counted") {
  const auto r = saving({{0, "base", 10, 100, true, false, 0.01},
                         {1, "base", 10},
                         {2, "base", 10},
                         {0, "other", 1},
                         {1, "other", 1, 100, true, false, 1.0},
                         {2, "other", 7}},
                        "latency");
  CHECK(r.number("saving") == Approx(0.3));
  CHECK(r.number("left_out_violating") == 2);
  CHECK(r.number("pairs") == 1);
}

TEST_CASE("replications in which either side drops requests, or not as many fail in both, are left out and counted") {
  const auto r = saving({{0, "base", 10, 100, true, false, 0.0, 0, {}, 3},  // as many were off
                         {1, "base", 10, 100, true, false, 0.0, 2},
                         {2, "base", 10},
                         {3, "base", 10, 100, true, false, 0.0, 0, {}, 1},
                         {0, "other", 5, 100, true, false, 0.0, 0, {}, 3},
                         {1, "other", 1, 100, true, false, 0.0, 2},
                         {2, "other", 1, 100, true, false, 0.0, 1},
                         {3, "other", 1}},
                        "latency");
  CHECK(r.number("saving") == Approx(0.5));
  CHECK(r.number("pairs") == 1);
  CHECK(r.number("left_out_losing") == 3);
}

TEST_CASE("all methods are compared in the same replications, where each that has a sound pair has one") {
  // Of ten replications `half` finds a plan in the last five, `breaks` keeps its limits in the first seven, `never` never
  // finds one. Sound pairs of all three but `never`: replications 5 and 6. There `other` takes 5 and 6 s of 10, `half` 4,
  // `breaks` 8; over all of their own replications they would save (10 - 4.5) / 10, (10 - 4) / 10 and (10 - 3) / 10.
  std::vector<Result> results;
  for (std::int64_t r = 0; r < 10; ++r) {
    const auto x = static_cast<double>(r);
    results.push_back({r, "base", 10});
    results.push_back({r, "other", 0.0 + x});
    results.push_back({r, "half", r >= 5 ? 4.0 : 0.0, 100, r >= 5});
    results.push_back({r, "breaks", r < 5 ? 1.0 : 8.0, 100, true, false, r >= 7 ? 0.5 : 0.0});
    results.push_back({r, "never", 0.0, 100, false});
  }
  std::ranges::stable_sort(results, {}, &Result::partitioner);
  std::map<std::string, metrics::Row> saved;
  for (const auto& r : sweep::savings({"base"}, rows(results))) {
    if (r.text("metric") == "latency") saved[r.text("partitioner")] = r;
  }
  const auto check = [&](const std::string& name, double saving, int found, int kept, int others, int infeasible) {
    INFO(name);
    const auto& r = saved.at(name);
    CHECK(r.number("saving") == Approx(saving));
    CHECK(r.number("pairs") == 2);
    CHECK(r.number("found") == found);
    CHECK(r.number("kept") == kept);
    CHECK(r.number("broken") == found - kept);
    CHECK(r.number("left_out_others") == others);
    CHECK(r.number("left_out_infeasible") == infeasible);
  };
  check("other", 0.45, 10, 10, 8, 0);
  check("half", 0.6, 5, 5, 3, 5);
  check("breaks", 0.2, 10, 7, 5, 0);
  CHECK(saved.at("breaks").number("left_out_violating") == 3);
  CHECK(saved.at("never").number("pairs") == 0);
  CHECK(saved.at("never").number("left_out_infeasible") == 10);
  CHECK(saved.at("never").number("left_out_others") == 0);
}

TEST_CASE("a replication is left out for one reason, so that pairs and left-out ones add up") {
  const auto r = saving({{0, "base", 10, 100, false, true, 1.0},  // infeasible, saturated and violating
                         {1, "base", 10, 100, true, true, 1.0},   // saturated and violating
                         {2, "base", 10, 0, true, false, 1.0},    // violating, and zero
                         {0, "other", 1},
                         {1, "other", 1},
                         {2, "other", 1}},
                        "bytes_up");
  CHECK(r.number("left_out_infeasible") == 1);
  CHECK(r.number("left_out_saturated") == 1);
  CHECK(r.number("left_out_violating") == 1);
  CHECK(r.number("left_out_zero") == 0);
}

TEST_CASE("where the baseline's figure is zero there is nothing to save: left out and counted") {
  // Device only sends 0 bytes.
  const auto r =
      saving({{0, "base", 10, 0}, {1, "base", 10, 200}, {0, "other", 5, 50}, {1, "other", 5, 50}}, "bytes_up");
  CHECK(r.number("saving") == 0.75);  // (200 - 50) / 200
  CHECK(r.number("left_out_zero") == 1);
}

TEST_CASE("effort is saved as time is, and one that nobody stated is left out and counted") {
  const auto r = saving({{0, "base", 10, 0, true, false, 0.0, 0, 8.0},
                         {1, "base", 10, 0, true, false, 0.0, 0, 8.0},
                         {0, "other", 5, 0, true, false, 0.0, 0, 2.0},
                         {1, "other", 5}},
                        "effort_time");
  CHECK(r.number("saving") == 0.75);  // (8 - 2) / 8
  CHECK(r.number("pairs") == 1);
  CHECK(r.number("left_out_unknown") == 1);
}

TEST_CASE("where every pair is left out the saving is empty, not zero") {
  const auto r = saving({{0, "base", 10, 0}, {0, "other", 5, 50}}, "bytes_up");
  CHECK(std::isnan(r.number("saving")));
  CHECK(r.text("saving").empty());
  CHECK(r.number("pairs") == 0);
}

TEST_CASE("the baseline is not compared with itself, and every other partitioner is, in six metrics") {
  const auto all = sweep::savings(study().study.comparison().baselines, rows({{0, "base", 10}, {0, "other", 5}}));
  REQUIRE(all.size() == 6);
  std::string metrics;
  for (const auto& r : all) {
    CHECK(r.text("partitioner") == "other");
    metrics += r.text("metric") + " ";
  }
  CHECK(metrics == "latency energy_inference energy_device bytes_up effort_time effort_energy ");
}

TEST_CASE("a summary is per point and partitioner, and text that varies is its most frequent value, with its share") {
  auto list = rows({{0, "base", 10}, {1, "base", 20}, {0, "other", 5}});
  const auto summaries = sweep::summarise(list);
  REQUIRE(summaries.size() == 2);
  CHECK(summaries[0].mean("latency_mean_s").mean == 15.0);
  CHECK(summaries[0].common("cut") == "after a");
  CHECK(summaries[1].rows.size() == 1);
  metrics::Row different = row({1, "other", 7});
  metrics::Row changed;
  for (const auto& [name, cell] : different.cells())
    changed.add(name, name == "cut" ? metrics::Cell(std::string("x")) : cell);
  list.push_back(changed);
  CHECK(sweep::summarise(list)[1].common("cut") == "after a (1/2)");
}

}  // namespace edgecut::statistics_test
