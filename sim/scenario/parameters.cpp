#include "scenario/parameters.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace edgecut::scenario {
namespace {

using config::Value;
using Origin = Parameter::Origin;

Origin origin_of(const Value& value) {
  return value.where.file == "--set" ? Origin::setting : Origin::scenario;
}

void collect(const Value& value, std::vector<Parameter>& list) {
  if (value.is_scalar()) {
    list.push_back({value.path, value.scalar, origin_of(value)});
  } else if (value.is_map()) {
    for (const auto& entry : value.entries) collect(entry.value, list);
  } else if (!value.items.empty() && std::ranges::all_of(value.items, &Value::is_scalar)) {
    std::vector<std::string> texts;
    for (const auto& item : value.items) texts.push_back(item.scalar);
    list.push_back({value.path, fmt::format("[{}]", fmt::join(texts, ", ")), origin_of(value.items.front())});
  } else {
    for (const auto& item : value.items) collect(item, list);
  }
}

}  // namespace

std::string_view name(Origin origin) {
  switch (origin) {
    case Origin::scenario:
      return "scenario";
    case Origin::setting:
      return "--set";
    case Origin::fallback:
      break;
  }
  return "default";
}

const std::vector<Fallback>& fallbacks() {
  static const std::vector<Fallback> table{
      {"processors", "the first"},
      {"fleet", "one, no backhaul"},
      {"background", "none"},
      {"battery", "as the device's file says"},
      {"beside", "nothing"},
      {"cold_start", "all are loaded"},
      {"models", "resident"},
      {"fallback", "device_only"},
      {"edge", "none"},
      {"encodings", "as they are"},
      {"objective", "latency"},
      {"constraints", "none"},
      {"truth", "0.15, seed"},
      {"date", "none"},
      {"device_off", "none"},
      {"compare", "none"},
      {"replications", "1"},
      {"warmup", "0"},
      {"seed", "1"},
      {"kernel", "reference"},
      {"quantiles", "auto"},
  };
  return table;
}

std::vector<Parameter> parameters(const Value& scenario) {
  std::vector<Parameter> list;
  for (const auto& entry : scenario.entries) {
    if (entry.key != "question" && entry.key != "sweep") collect(entry.value, list);
  }
  for (const auto& fallback : fallbacks()) {
    if (scenario.find(fallback.key) != nullptr) continue;
    list.push_back({std::string(fallback.key), std::string(fallback.value), Origin::fallback});
  }
  return list;
}

}  // namespace edgecut::scenario
