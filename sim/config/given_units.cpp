#include "config/given_units.hpp"

#include <fmt/format.h>

#include <string>

namespace edgecut::config {
namespace {

void read_one(const Value& value, const std::optional<units::Dimension>& dimension, bool or_ratio, GivenUnits& units) {
  const auto& text = as<std::string>(value);
  const auto unit = text.empty() || text == "1" ? spelled_unit("share") : spelled_unit(text);
  const auto wanted = units::describe(dimension.value_or(time_dimension));
  if (!unit) {
    value.fail(fmt::format("'{}' is not the unit of {}{}", text, wanted, dimension ? ", nor of a time" : ""));
  }
  if (!unit->doubt.empty()) value.fail(fmt::format("'{}' may be {}: write one of them", text, unit->doubt));
  const bool is_time = unit->dimension == time_dimension;
  const bool is_value =
      dimension && (unit->dimension == *dimension || (or_ratio && unit->dimension == units::Dimension{}));
  if (!is_time && !is_value) {
    value.fail(fmt::format("'{}' is not the unit of {}{}", text, wanted, dimension ? ", nor of a time" : ""));
  }
  auto& place = is_time ? units.time : units.value;
  if (place) value.fail(fmt::format("a second unit of {}", is_time ? "the times" : "the values"));
  place = *unit;
}

}  // namespace

GivenUnits read_given_units(Map& map, const std::optional<units::Dimension>& dimension, bool or_ratio) {
  GivenUnits units;
  const Value* value = map.find_child("unit");
  if (value == nullptr) return units;
  if (!value->is_list()) {
    read_one(*value, dimension, or_ratio, units);
  } else {
    for (const auto& item : value->items) read_one(item, dimension, or_ratio, units);
  }
  return units;
}

}  // namespace edgecut::config
