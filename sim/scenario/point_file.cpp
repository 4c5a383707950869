#include "scenario/point_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "belief/beliefs.hpp"
#include "partition/registry.hpp"
#include "scenario/benchmark_file.hpp"
#include "scenario/classes.hpp"
#include "scenario/constraints_file.hpp"
#include "scenario/encodings.hpp"
#include "scenario/keys.hpp"
#include "scenario/method_file.hpp"
#include "scenario/objective.hpp"
#include "scenario/world_file.hpp"
#include "units/limit.hpp"
#include "units/text.hpp"

namespace edgecut::scenario {
namespace {

using config::Map;
using config::Value;
using world::World;

Bytes read_input(Map& scenario, const dnn::Network& network) {
  return scenario.read("input", [&](Map& map) {
    if (map.choice<InputEncoding>("encoding") == InputEncoding::encoded) return map.get<Bytes>("size");
    if (const auto* size = map.find_child("size")) {
      size->fail(fmt::format("a raw input has the size of the network's input tensor, {}",
                             units::format(network.raw_input())));
    }
    return network.raw_input();
  });
}

Bytes read_result(Map& scenario) {
  return scenario.read("result", [](Map& map) { return map.get<Bytes>("size"); });
}

world::Models read_models(Map& scenario, const World& world) {
  using world::Models;
  const auto models = scenario.choice<Models>("models");
  Bytes weights;
  for (const auto& layer : world.network->layers()) weights += layer.weights;
  if (models == Models::from_device && exceeds(weights, world.device.storage)) {
    scenario.child("models").fail(
        fmt::format("the device is to have all of {}, which takes {}, but has {} of storage free",
                    world.network->name(), units::format(weights), units::format(world.device.storage)));
  }
  return models;
}

// A server that goes by deadlines has some to go by.
void check_deadlines(Map& scenario, const World& world, const plan::Constraints& constraints) {
  if (constraints.deadline) return;
  const auto check = [&](const platform::Cloud& server, const char* key) {
    if (server.serving.order != platform::Order::deadline) return;
    scenario.child(key).fail("`discipline: earliest_deadline` needs `constraints: {deadline: ...}`");
  };
  check(world.cloud, "cloud");
  if (world.edge) check(world.edge->server, "edge");
}

// The rate at which weights are read; none: all are loaded. `true`: as the device's file says.
std::optional<Bandwidth> read_cold_start(Map& scenario, const platform::Device& device) {
  const auto* found = scenario.find_child("cold_start");
  if (found == nullptr) return std::nullopt;
  const auto& value = *found;
  if (!value.is_scalar()) {
    return scenario.read("cold_start", [](Map& entries) { return entries.get<Bandwidth>("storage"); });
  }
  if (!scenario.get<bool>("cold_start")) return std::nullopt;
  if (!device.storage_read) {
    value.fail("the device's file has no `storage.read`, the rate at which weights are loaded; say {storage: 80 MB/s}");
  }
  return device.storage_read;
}

std::vector<world::OffPeriod> read_off(Map& scenario) {
  std::vector<world::OffPeriod> periods;
  const auto* value = scenario.find_child("device_off");
  if (value == nullptr) return periods;
  if (!value->is_list()) value->fail("must be a list of {from: ..., until: ...}");
  scenario.read_each("device_off", [&](Map& map) {
    const world::OffPeriod period{map.get<Seconds>("from"), map.get<Seconds>("until")};
    if (period.until <= period.from) map.value().fail("ends before it begins");
    if (!periods.empty() && period.from < periods.back().until) map.value().fail("begins before the one above it ends");
    periods.push_back(period);
  });
  return periods;
}

workload::Workload read_workload(const Value& value, const World& world, Library& library) {
  auto workload = workload::read_workload(value);
  if (!workload.traces) return workload;
  const auto files = workload.traces->files.size();
  if (files > 1 && files != world.devices) {
    value.fail(fmt::format("file: {} files for {} devices; name one for each, or one for all", files, world.devices));
  }
  for (const auto& path : workload.traces->paths) library.catalogue().note(path);
  return workload;
}

partition::Setting setting_of(const world::Part& part) {
  const auto& world = part.world;
  const auto& encodings = part.encodings;
  partition::Setting setting;
  setting.network = world.network;
  for (const auto index : world.processors) setting.processors.push_back(world.device.processors[index].name);
  setting.has_energy_limit = part.constraints.energy.has_value();
  setting.has_time_limit = part.constraints.deadline || part.workload.period();
  setting.has_edge = world.edge.has_value();
  for (const auto& encoding : encodings) setting.encodings.push_back(encoding.name);
  setting.knows_distortion = !encodings.empty() && std::ranges::none_of(encodings, [](const world::Encoding& encoding) {
    return encoding.distortion.empty();
  });
  return setting;
}

// `warmup:` of a scenario: a share of a device's requests ("10 %", rounded down) or a number of them; null: none.
std::int64_t read_warmup(Map& scenario, std::int64_t requests) {
  const auto* value = scenario.find_child("warmup");
  if (value == nullptr) return 0;
  std::int64_t left_out = 0;
  if (value->is_scalar() && value->scalar.ends_with('%')) {
    const auto share = scenario.get<config::Ratio>("warmup").value;
    left_out = static_cast<std::int64_t>(share * static_cast<double>(requests));
  } else {
    left_out = scenario.get<std::int64_t>("warmup");
  }
  if (left_out >= requests) value->fail("must leave some of the requests of a device: workload.requests says how many");
  return left_out;
}

// What is true of one part, and asked of it.
world::Part read_truth(const PartDocument& document, Map& map, Library& library, config::Ledger& ledger) {
  world::Part part;
  part.group = document.group;
  part.request_class = document.request_class;
  part.joins = document.joins;
  part.has_own_cell = document.has_own_cell;
  part.world = read_world(map, library, ledger);
  part.workload = read_workload(map.child("workload"), part.world, library);
  part.warmup = read_warmup(map, part.workload.requests);
  part.input = read_input(map, *part.world.network);
  part.result = read_result(map);
  auto encodings = read_encodings(map, *part.world.network);
  part.encodings = std::move(encodings.list);
  part.accuracy_sources = std::move(encodings.sources);
  part.objective = read_objective(map);
  const auto period = document.period ? document.period : part.workload.period();
  auto limits = read_constraints(map, part, period);
  part.constraints = std::move(limits.constraints);
  part.lifetime = limits.lifetime;
  check_deadlines(map, part.world, part.constraints);
  part.off = read_off(map);
  part.model_storage = read_cold_start(map, part.world.device);
  part.models = read_models(map, part.world);
  return part;
}

// The keys that say how a point is played, not what it is.
void read_playing(Map& map, Point& point) {
  point.fallback = map.choice<partition::Fallback>("fallback");
  point.kernel = map.choice<kernel::Choice>("kernel");
  point.quantiles = map.choice<Quantiles>("quantiles");
}

// All parts of a scenario have the same keys of how they are played.
void read_part(const PartDocument& document, Library& library, Point& point) {
  config::read(document.scenario, scenario_record(), [&](Map& map) {
    for (const auto& key : study_keys()) map.find_child(key.name);
    auto& part = point.parts.emplace_back(read_truth(document, map, library, point.ledger));
    read_playing(map, point);
    std::optional<std::int64_t> today;
    if (const auto* date = map.find_child("date")) today = read_day(*date);
    auto methods = read_methods(document.scenario, map.child("partitioners"), part.world, library, setting_of(part));
    set_ages(today, methods);
    read_training(part.world, methods, library);
    point.methods.push_back(std::move(methods));
  });
}

void check_number_of_requests(const Value& scenario, const Point& point) {
  const auto requests = world::requests_of(point.parts);
  if (requests <= world::most_requests) return;
  scenario.find("workload")
      ->fail(fmt::format("{} requests of all devices; a run may have {} (requests: of each device)", requests,
                         world::most_requests));
}

void check_kernel(const Value& scenario, const Point& point) {
  if (point.kernel != kernel::Choice::express) return;
  const auto cells = world::cells_of(point.parts);
  if (!world::is_tree(cells.all, cells.of_parts)) return;
  scenario.find("kernel")->fail(
      "'express' shares no tree of cells under a backhaul (`cell:`, `fleet.cells`): take auto or reference");
}

// Who plans anew while a run goes on is left what the whole networks of the other classes leave.
void check_memory(const Point& point) {
  const auto& parts = point.parts;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].world.load_rate) continue;
    const auto others = world::taken_beside(parts, i);
    const auto available = parts[i].world.device.available_memory();
    for (const auto& method : point.methods[i]) {
      if (!belief::varies(parts[i].world, method) || !exceeds(others.memory, available)) continue;
      throw config::Error(fmt::format(
          "partitioners.{}: a method that plans anew while a run goes on is left what the whole networks of the other "
          "classes of `workload.classes` leave, but they take {} of the {} available; let them take turns (`beside: "
          "{{policy: swapped}}`) or take another method",
          method.name, units::format(others.memory), units::format(available)));
    }
  }
}

}  // namespace

Point read_point(const Value& scenario, Library& library) {
  Point point;
  for (const auto& document : read_parts(scenario)) read_part(document, library, point);
  check_memory(point);
  check_number_of_requests(scenario, point);
  check_kernel(scenario, point);
  return point;
}

}  // namespace edgecut::scenario
