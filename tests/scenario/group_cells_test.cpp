// Cells of a fleet of groups: its own of a group, or some that are shared.
#include <catch2/catch.hpp>

#include <string>

#include "config/error_of.hpp"
#include "scenario/scenario_file.hpp"

namespace edgecut::group_cells_test {
using Catch::Matchers::Contains;

namespace {

// Everything is sent: 150 kB up at once in each of 3 devices of a group, whose links take more than the cells.
std::string fleet(const std::string& of_fleet, const std::string& kernel = "auto") {
  return "fleet: {" + of_fleet +
         "}\nlink: {kind: lte_2012, rtt: 20 ms, uplink: 50 Mbit/s, downlink: 50 Mbit/s}\n"
         "workload: {arrivals: periodic, rate: 0.001 /s, requests: 1}\ntruth: {layer_noise: 0}\nresult: {size: 1 B}\n"
         "partitioners: [cloud_only]\nkernel: " +
         kernel + "\n";
}

const std::string wide = "{name: a, devices: 3, cell: {uplink: 90 Mbit/s, downlink: 90 Mbit/s}}";
const std::string narrow = "{name: b, devices: 3, cell: {uplink: 0.9 Mbit/s, downlink: 0.9 Mbit/s}}";
const std::string none = "{name: a, devices: 3}";

metrics::Row play(const std::string& text) {
  const Loaded loaded(text);
  return run(loaded.study).front();
}

// The mean time of sending, without the half of the round trip that a message is under way.
double sent(const metrics::Row& row) {
  return row.number("upload_mean_s") - 0.01;
}

}  // namespace

TEST_CASE("each group's own cell is its own, in whatever order the groups are") {
  // 3 x 1.2 Mbit over 0.9 Mbit/s take 4 s, over 90 Mbit/s 0.04 s, in both orders.
  const auto one = play(fleet("groups: [" + wide + ", " + narrow + "]"));
  const auto other = play(fleet("groups: [" + narrow + ", " + wide + "]"));
  CHECK(one.number("latency_mean_s") == Approx(other.number("latency_mean_s")).epsilon(1e-9));
  CHECK(sent(one) == Approx((4.0 + 0.04) / 2).epsilon(1e-9));
  CHECK(one.text("kernel_used") == "reference");
}

TEST_CASE("groups of which one is in a cell and the other in none") {
  // Without a cell: 1.2 Mbit at 50 Mbit/s, 0.024 s.
  const auto second = play(fleet("groups: [" + none + ", " + narrow + "]"));
  CHECK(sent(second) == Approx((0.024 + 4.0) / 2).epsilon(1e-9));
  const auto first = play(fleet("groups: [" + narrow + ", {name: c, devices: 3}]"));
  CHECK(sent(first) == Approx((0.024 + 4.0) / 2).epsilon(1e-9));
}

TEST_CASE("a cell that the fleet names is one for all its groups, but for those with their own") {
  const std::string common = "cell: {uplink: 0.9 Mbit/s, downlink: 0.9 Mbit/s}, groups: [";
  // Six in 0.9 Mbit/s: 8 s. Three there and three in 90 Mbit/s: 4 s and 0.04 s.
  CHECK(sent(play(fleet(common + none + ", {name: c, devices: 3}]", "express"))) == Approx(8.0));
  CHECK(sent(play(fleet(common + "{name: c, devices: 3}, " + wide + "]"))) == Approx(2.02));
}

TEST_CASE("the express kernel is refused where cells make a tree, and only there") {
  const auto refused = Contains("'express' shares no tree of cells");
  CHECK_THAT(error_of([] { Loaded{fleet("groups: [" + wide + ", {name: c, devices: 3}]", "express")}; }), refused);
  CHECK_THAT(error_of([] { Loaded{fleet("groups: [" + wide + ", " + narrow + "]", "express")}; }), refused);
  // Everybody is in x: a star, whatever else there is.
  const std::string cells =
      "cells: [{name: x, uplink: 0.9 Mbit/s, downlink: 1 Mbit/s}, {name: y, uplink: 1 Mbit/s, downlink: 1 Mbit/s}], ";
  const auto row =
      play(fleet(cells + "groups: [{name: a, devices: 1, cell: x}, {name: b, devices: 2, cell: x}]", "express"));
  CHECK(row.text("kernel_used") == "express");
  CHECK(sent(row) == Approx(4.0));
}

TEST_CASE("messages of a group with twice the weight have twice the share") {
  // 3 Mbit/s for three of weight 2 and three of weight 1: 2/3 and 1/3 Mbit/s each. The first are through after 1.8 s; the
  // others have 0.6 Mbit left then, at 1 Mbit/s: 2.4 s.
  const std::string groups =
      "groups: [{name: a, devices: 3, weight: 2}, {name: b, devices: 3}], backhaul: {uplink: 3 Mbit/s, downlink: 3 "
      "Mbit/s}";
  for (const auto* kernel : {"express", "reference"}) {
    CHECK(sent(play(fleet(groups, kernel))) == Approx((1.8 + 2.4) / 2));
  }
  CHECK_THAT(error_of([] { Loaded{fleet("devices: 2, weight: 0")}; }), Contains("weight"));
}

}  // namespace edgecut::group_cells_test
