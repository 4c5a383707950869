#include "scenario/method_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "config/map.hpp"
#include "scenario/awareness_file.hpp"
#include "scenario/benchmark_file.hpp"
#include "scenario/keys.hpp"
#include "scenario/nominal_file.hpp"
#include "scenario/own_figure.hpp"
#include "scenario/world_file.hpp"

namespace edgecut::scenario {
namespace {

using belief::Method;
using config::Map;
using config::Value;
using partition::Knowledge;
using world::World;

// A map of paths to values, or the path of a file that holds one (beside a title and a source).
Value read_conditions(const Value& settings, Library& library) {
  constexpr auto what_it_is = "must be a map such as {link.uplink: 20 Mbit/s}, or the path of a file with such a map";
  Value conditions = settings;
  if (settings.is_scalar()) {
    conditions = library.catalogue().load(settings, "platforms/benchmarks", "profile");
    std::erase_if(conditions.entries,
                  [](const config::Entry& entry) { return entry.key == "title" || entry.key == "source"; });
  }
  if (!conditions.is_map()) settings.fail(what_it_is);
  return conditions;
}

bool is_same_board(const World& one, const World& other) {
  const auto same = [](const platform::Processor& a, const platform::Processor& b) { return a.name == b.name; };
  return one.device.name == other.device.name &&
         std::ranges::equal(one.device.processors, other.device.processors, same);
}

// Puts another board's processors in the places of the device's own: that of the same name, else the board's first.
void put_in_place(const World& today, World& reference) {
  const auto there = std::exchange(reference.device.processors, {});
  for (const auto& own : today.device.processors) {
    const auto same = std::ranges::find(there, own.name, &platform::Processor::name);
    reference.device.processors.push_back(same == there.end() ? there.front() : *same);
  }
  reference.processors = today.processors;
}

// The scenario without what is said of its own device alone.
Value without_device(const Value& scenario) {
  auto rest = scenario;
  std::erase_if(rest.entries, [](const config::Entry& entry) {
    return entry.key == "processors" || entry.key == "background" || entry.key == "battery";
  });
  return rest;
}

// The world with other settings: what it was when the benchmark was taken.
World read_reference(const Value& scenario, const Value& settings, const World& today, Library& library) {
  Value changed = settings.find("device") == nullptr ? scenario : without_device(scenario);
  if (const auto* device = settings.find("device")) config::set(changed, "device", *device, device->where);
  for (const auto& [path, value, where] : settings.entries) {
    if (is_recorded(path) || path == "device") continue;
    const auto key = path.substr(0, path.find('.'));
    if (std::ranges::find(world_keys(), key) == world_keys().end()) {
      throw config::Error(where, settings.path, config::unknown_name("condition of a benchmark", key, world_keys()));
    }
    if (path.find(".bandwidth") != std::string::npos || path.find(".outages") != std::string::npos) {
      throw config::Error(where, settings.path, "a benchmark is taken while nothing moves; name link.uplink, say");
    }
    config::set(changed, path, share_of_own_figure(value, changed, path, library.catalogue()), where);
  }
  config::Ledger unused;
  Map map(changed, scenario_record());
  auto reference = read_world(map, library, unused);
  if (!is_same_board(today, reference)) put_in_place(today, reference);
  return reference;
}

// Returns the conditions of its benchmark, if it has some.
std::optional<Value> read_knowledge(Map& map, const Value& scenario, const World& today, Library& library,
                                    Method& method) {
  std::optional<Value> conditions;
  if (const auto* settings = map.find_child("benchmarked_at")) {
    conditions = read_conditions(*settings, library);
    method.reference = read_reference(scenario, *conditions, today, library);
    method.recorded = read_recorded(*conditions);
  }
  if (method.knowledge == Knowledge::benchmark) {
    take_from_tables(method.reference ? method.reference->tables : today.tables, method.recorded);
  }
  const auto knowing =
      read_knowing(map, method.reference.has_value(), map.has("adaptive"), method.knowledge == Knowledge::regression);
  if (knowing.awareness.temperature && !today.device.thermal) {
    map.child("temperature").fail("the device has no `thermal:`");
  }
  const auto* constraints = scenario.find("constraints");
  if (knowing.awareness.battery && (constraints == nullptr || constraints->find("lifetime") == nullptr)) {
    map.child("battery").fail("its charge matters to `constraints: {lifetime: ...}` alone, which is not there");
  }
  method.awareness = knowing.awareness;
  if (knowing.reads_charge && constraints != nullptr && constraints->find("lifetime") != nullptr) {
    method.awareness.battery = true;
  }
  method.knows_bandwidth = knowing.awareness.bandwidth == belief::Awareness::Bandwidth::exact;
  return conditions;
}

// How the times of another board are taken for the device's.
void read_transfer(Map& map, const World& today, const std::optional<Value>& conditions, Library& library,
                   Method& method) {
  const bool is_elsewhere = method.reference && method.reference->device.name != today.device.name;
  if (is_elsewhere && method.awareness.measures && method.nominal.world) {
    map.child("decide").fail("a rate that was timed on another board cannot be timed again on this one");
  }
  const auto by = map.find_choice<TransferBy>("transfer");
  if (!by) return;
  const auto& key = map.child("transfer");
  if (!is_elsewhere) key.fail("needs `benchmarked_at: {device: ...}`, another board");
  if (method.knowledge == Knowledge::nominal) key.fail("its times are of a rate, not of layers");
  if (*by == TransferBy::nothing) return;
  const auto* then = conditions ? &*conditions : nullptr;
  method.transfer =
      belief::Transfer{read_nominal(map, *method.reference, then, library), read_nominal(map, today, nullptr, library)};
}

std::optional<belief::ProfileError> read_profile_error(Map& map) {
  const auto* value = map.find_child("profile_error");
  if (value == nullptr) return std::nullopt;
  belief::ProfileError error;
  if (value->is_scalar()) {
    error.sigma = map.get<config::Ratio>("profile_error").value;
    return error;
  }
  map.read("profile_error", [&](Map& entries) {
    error.sigma = entries.get<config::Ratio>("sigma").value;
    error.seed = entries.get<std::uint32_t>("seed");
    error.age = entries.get<double>("age");
    error.drift = entries.get<config::Ratio>("drift").value;
  });
  return error;
}

void read_truth_only(Map& map, const partition::Kind& kind) {
  for (const auto* key : {"benchmarked_at", "bandwidth", "estimator", "probe", "server_load", "temperature", "battery",
                          "decide", "profile_error", "benchmark", "decision", "believes", "sees", "measured"}) {
    if (const auto* value = map.value().find(key)) {
      value->fail(
          fmt::format("'{}' takes no such key: it {}", kind.name,
                      kind.knowledge == Knowledge::truth ? "knows the truth" : "looks at no time or bandwidth"));
    }
  }
}

// What a method's layer times are based on: that of its kind, or what `believes` says.
Knowledge read_believes(Map& map, const World& today, Knowledge of_kind) {
  const auto knowledge = map.find_choice<Knowledge>("believes").value_or(of_kind);
  if (knowledge != Knowledge::constants) return knowledge;
  const auto check = [&](const platform::Processor& processor) {
    if (processor.has_constants) return;
    map.child("believes").fail(fmt::format("'{}' has no three constants in its file", processor.title));
  };
  std::ranges::for_each(today.device.processors, check);
  check(today.cloud.processor);
  if (today.edge) check(today.edge->server.processor);
  return knowledge;
}

// `device_only` stands for `{kind: device_only}`.
Value as_map(const Value& entry) {
  if (!entry.is_scalar()) return entry;
  Value map = entry;
  map.kind = Value::Kind::map;
  map.scalar.clear();
  Value kind = entry;
  kind.path = entry.path + ".kind";
  map.entries = {{"kind", kind, entry.where}};
  return map;
}

// What a method that plans by times believes, sees and spends.
void read_beliefs(Map& map, const Value& scenario, const World& today, Library& library, Method& method) {
  method.knowledge = read_believes(map, today, method.knowledge);
  const auto conditions = read_knowledge(map, scenario, today, library, method);
  if (method.knowledge == Knowledge::nominal || method.kind->knows_rates) {
    method.nominal =
        read_nominal(map, method.reference ? *method.reference : today, conditions ? &*conditions : nullptr, library);
  }
  read_transfer(map, today, conditions, library, method);
  method.effort = read_effort(map);
  method.measuring = read_measuring(map, method.effort);
  for (const auto* key : {"benchmark", "measured"}) {
    if (!method.measures() && map.has(key)) map.child(key).fail(fmt::format("'{}' measures nothing", method.name));
  }
  if (method.awareness.measures && !method.measures()) {
    map.child("decide").fail(fmt::format("'{}' measures nothing that it could measure again", method.name));
  }
  method.profile_error = read_profile_error(map);
  if (method.knowledge == Knowledge::regression && !method.awareness.server_load) {
    method.server_load = map.find<double>("server_load").value_or(1.0);
  }
}

// The oracle looks at each request, at all that there is.
void see_everything(belief::Awareness& awareness) {
  awareness.decide = belief::Awareness::Decide::per_request;
  awareness.bandwidth = belief::Awareness::Bandwidth::exact;
  awareness.speeds = true;
  awareness.temperature = true;
}

Method read_method(const Value& entry, const Value& scenario, const World& today, Library& library,
                   const partition::Setting& setting) {
  const Value value = as_map(entry);
  const auto& kind = partition::kind_of(value);
  return config::read(value, method_record(kind), [&](Map& map) {
    Method method;
    method.kind = &kind;
    map.child("kind");
    if (setting.has_edge && !method.kind->plans_edge) {
      map.child("kind").fail(
          fmt::format("'{}' knows no edge server; leave `edge:` out, or take another", method.kind->name));
    }
    method.name = map.find<std::string>("name").value_or(method.kind->name);
    method.knowledge = method.kind->knowledge;
    if (method.knowledge == Knowledge::nothing || method.knowledge == Knowledge::truth) {
      read_truth_only(map, *method.kind);
      if (method.knowledge == Knowledge::truth) see_everything(method.awareness);
    } else {
      read_beliefs(map, scenario, today, library, method);
    }
    method.partitioner = method.kind->make(map, setting);
    return method;
  });
}

}  // namespace

std::vector<Method> read_methods(const Value& scenario, const Value& list, const World& today, Library& library,
                                 const partition::Setting& setting) {
  if (!list.is_list() || list.items.empty()) {
    const auto text = list.is_scalar() ? fmt::format("[{}]", config::to_yaml(list)) : std::string("[device_only]");
    list.fail("must be a list of at least one partitioner" + (list.is_scalar() ? ", such as " + text : std::string()),
              {.kind = config::Mend::Kind::replace_value, .text = text, .is_guess = !list.is_scalar()});
  }
  std::vector<Method> methods;
  std::set<std::string> names;
  for (const auto& entry : list.items) {
    methods.push_back(read_method(entry, scenario, today, library, setting));
    if (!names.insert(methods.back().name).second) {
      entry.fail(
          fmt::format("a second partitioner called '{}'; give one of them another `name:`", methods.back().name));
    }
  }
  return methods;
}

void set_ages(const std::optional<std::int64_t>& today, std::vector<Method>& methods) {
  for (auto& method : methods) {
    if (!today || !method.recorded.day) continue;
    method.age = static_cast<double>(*today - *method.recorded.day);
    if (*method.age < 0.0) method.recorded.date.fail("the benchmark was taken after the scenario's `date`");
    // A drift without an age of its own is that of the dates.
    auto& error = method.profile_error;
    if (error && error->drift > 0.0 && error->age == 0.0) error->age = *method.age;
  }
}

void read_training(World& today, std::vector<Method>& methods, Library& library) {
  if (std::ranges::none_of(methods, &Method::learns)) return;
  auto training = library.others(today.network->name());
  std::vector<World*> worlds{&today};
  for (auto& method : methods) {
    if (method.reference) worlds.push_back(&*method.reference);
  }
  for (auto* world : worlds) {
    for (const auto* network : training) library.add_measured_times(*world, *network);
    std::erase_if(training, [&](const dnn::Network* network) { return !world->can_run(*network); });
  }
  if (training.empty()) {
    throw config::Error(
        "a method that learns layer times from other networks finds none that was measured on every host");
  }
  for (auto& method : methods) {
    if (method.learns()) method.training = training;
  }
}

}  // namespace edgecut::scenario
