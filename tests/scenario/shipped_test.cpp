// What is said of the shipped scenarios of scarce resources, on a few requests each.
#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "scenario/scenario_file.hpp"

namespace edgecut::shipped_test {
using Catch::Matchers::Contains;

namespace {

// The base point of a shipped scenario, once.
struct Shipped {
  scenario::Library library{EDGECUT_SOURCE_DIR};
  experiment::Study study;

  Shipped(const std::string& name, std::vector<scenario::Override> changes)
      : study(scenario::read_study(std::string(EDGECUT_SOURCE_DIR) + "/scenarios/" + name + ".yaml", library,
                                   once(std::move(changes)), false)) {}

  [[nodiscard]] std::map<std::string, metrics::Row> rows() const {
    std::map<std::string, metrics::Row> by_method;
    for (auto& row : run(study)) by_method[row.text("partitioner")] = row;
    return by_method;
  }

 private:
  static std::vector<scenario::Override> once(std::vector<scenario::Override> changes) {
    changes.push_back({"replications", "1"});
    return changes;
  }
};

}  // namespace

TEST_CASE("memory_constrained: VGG-16 does not fit into a Pi Zero 2 W, and every method that may splits it") {
  for (const auto* uplink : {"2 Mbit/s", "18.88 Mbit/s", "50 Mbit/s"}) {
    const Shipped shipped("memory_constrained", {{"workload.requests", "2"}, {"link.uplink", uplink}});
    const auto& world = shipped.study.points().front().front().world;
    CHECK(world.device.name == "raspberry_pi_zero_2w");
    REQUIRE(world.network->name() == "vgg16");
    const auto all = static_cast<double>(world.network->size() - 1);  // but for the input
    for (const auto& [method, row] : shipped.rows()) {
      INFO(method << " at " << uplink);
      if (method == "device_only") {
        CHECK(row.number("feasible") == 0);
        CHECK(row.number("failed") == 2);
        CHECK_THAT(row.text("infeasible_because"),
                   Catch::Matchers::StartsWith("device memory ") && Contains(" > 312 MB"));
        continue;
      }
      CHECK(row.number("feasible") == 1);
      CHECK(row.text("infeasible_because").empty());
      CHECK(row.number("layers_on_device") > 0);
      CHECK(row.number("layers_on_device") < all);
      CHECK(row.number("head_memory_B") <= world.device.available_memory().value());
      CHECK(row.number("completed") == 2);
    }
  }
}

TEST_CASE(
    "heterogeneous_fleet: fifty devices of eight kinds in one cell, where planning for each kind beats one plan for "
    "all") {
  const Shipped shipped("heterogeneous_fleet", {{"workload.requests", "4"}});
  std::set<std::string> kinds;
  std::size_t devices = 0;
  for (const auto& part : shipped.study.points().front().parts()) {
    kinds.insert(part.world.device.name);
    devices += part.world.devices;
    CHECK(part.world.cell == 0U);
    CHECK(part.world.cells.size() == 1);
  }
  CHECK(kinds.size() == 8);
  CHECK(devices == 50);
  const auto rows = shipped.rows();
  for (const auto& [method, row] : rows) {
    INFO(method);
    CHECK(row.number("requests") == 50 * 4);
    CHECK(row.number("completed") == 50 * 4);
    CHECK(row.number("utilisation_cell_up") <= 1.0);
  }
  const auto latency = [&](const char* method) { return rows.at(method).number("latency_mean_s"); };
  CHECK(latency("offline_rerun") < latency("device_only"));
  CHECK(latency("offline_rerun") < latency("cloud_only"));
  CHECK(latency("oracle") <= latency("offline_rerun") * 1.01);
  // Some kinds send and others do not.
  std::set<std::string> cuts;
  for (const auto& group : rows.at("offline_rerun").table("groups")) cuts.insert(group.text("cut"));
  CHECK(cuts.contains("cloud only"));
  CHECK(cuts.contains("device only"));
}

TEST_CASE(
    "battery_lifetime: without a tail sending lasts longest, with LTE's tail staying does, and who keeps the limit "
    "lasts") {
  // A twentieth of the battery and of the lifetime: the same power is left for an inference.
  const auto lifetimes = [](const std::string& link) {
    const Shipped shipped("battery_lifetime", {{"battery.capacity", "0.5 Wh"},
                                               {"constraints.lifetime", "720 s"},
                                               {"workload.requests", "120"},
                                               {"link.kind", link}});
    std::map<std::string, double> by_method;
    for (const auto& [method, row] : shipped.rows()) {
      CHECK(row.number("devices_empty") == 1);
      by_method[method] = row.number("lifetime_s");
    }
    return by_method;
  };
  const auto silent = lifetimes("lte_2012");
  CHECK(silent.at("cloud_only") > silent.at("device_only"));
  CHECK(silent.at("offline_rerun") == silent.at("cloud_only"));
  CHECK(silent.at("fewest_joules") == silent.at("cloud_only"));
  CHECK(silent.at("bandwidth_specific") == silent.at("device_only"));  // which is in time, whatever it costs
  const auto tail = lifetimes("lte_2012_rrc");
  CHECK(tail.at("device_only") > 1.2 * tail.at("cloud_only"));
  CHECK(tail.at("offline_fastest") == tail.at("cloud_only"));
  CHECK(tail.at("offline_fastest") < 720.0);
  for (const auto* method : {"offline_rerun", "resource_aware_board", "oracle"}) {
    INFO(method);
    CHECK(tail.at(method) >= 720.0);
    CHECK(silent.at(method) >= 720.0);
  }
}

}  // namespace edgecut::shipped_test
