#include "scenario/classes.hpp"

#include <algorithm>
#include <array>

#include "config/map.hpp"
#include "scenario/groups.hpp"
#include "workload/workload.hpp"

namespace edgecut::scenario {
namespace {

using config::Value;

// The keys of a class, beside those of its workload.
constexpr std::array keys_of_class{"network", "input", "result"};

void put_deadline(Value& scenario, const Value& deadline) {
  auto* constraints = scenario.find("constraints");
  if (constraints == nullptr) {
    Value map = deadline;  // where it is written
    map.kind = Value::Kind::map;
    map.scalar.clear();
    map.entries.clear();
    put(scenario, "constraints", map, deadline.where);
    constraints = scenario.find("constraints");
  }
  if (!constraints->is_map()) constraints->fail("must be a map");
  put(*constraints, "deadline", deadline, deadline.where);
}

PartDocument make_part(const Group& group, const Value& entry) {
  if (!entry.is_map()) {
    entry.fail(
        "must be a map such as {name: video, network: mobilenet_v2, arrivals: periodic, rate: 5 /s, requests: 9}");
  }
  const auto* name = entry.find("name");
  if (name == nullptr) entry.fail("needs a `name:`");
  PartDocument part{group.name, config::as<std::string>(*name), group.scenario};
  Value workload = entry;
  workload.entries.clear();
  for (const auto& [key, value, where] : entry.entries) {
    if (key == "name") continue;
    if (key == "deadline") {
      put_deadline(part.scenario, value);
    } else if (std::ranges::find(keys_of_class, key) != keys_of_class.end()) {
      put(part.scenario, key, value, where);
    } else {
      workload.entries.push_back({key, value, where});
    }
  }
  put(part.scenario, "workload", workload, entry.where);
  return part;
}

// All their requests together; none where one class has no rate.
std::optional<Seconds> period_of(const std::vector<PartDocument>& parts) {
  Frequency rate;
  for (const auto& part : parts) {
    const auto period = workload::read_workload(*part.scenario.find("workload")).period();
    if (!period) return std::nullopt;
    rate += 1.0 / *period;
  }
  return 1.0 / rate;
}

std::vector<PartDocument> parts_of(const Group& group) {
  const auto* workload = group.scenario.find("workload");
  const auto* list = workload == nullptr || !workload->is_map() ? nullptr : workload->find("classes");
  if (list == nullptr) return {{group.name, {}, group.scenario}};
  if (!list->is_list() || list->items.empty()) list->fail("must be a list of at least one class of requests");
  for (const auto& entry : workload->entries) {
    if (entry.key == "classes" || entry.key == "source") continue;
    throw config::Error(entry.where, entry.value.path,
                        "each of the `classes` says its own; nothing stands beside them");
  }
  std::vector<PartDocument> parts;
  for (const auto& entry : list->items) {
    parts.push_back(make_part(group, entry));
    const auto same = [&](const PartDocument& other) { return other.request_class == parts.back().request_class; };
    if (std::ranges::count_if(parts, same) > 1) entry.fail("a second class of that name");
    parts.back().joins = parts.size() > 1;
  }
  const auto period = period_of(parts);
  for (auto& part : parts) part.period = period;
  return parts;
}

}  // namespace

std::string PartDocument::name() const {
  return group.empty() || request_class.empty() ? group + request_class : group + "." + request_class;
}

std::vector<PartDocument> read_parts(const Value& scenario) {
  auto groups = read_groups(scenario);
  if (groups.empty()) groups.push_back({{}, scenario, false});
  std::vector<PartDocument> parts;
  for (const auto& group : groups) {
    for (auto& part : parts_of(group)) {
      part.has_own_cell = group.has_own_cell;
      parts.push_back(std::move(part));
    }
  }
  return parts;
}

}  // namespace edgecut::scenario
