#include "scenario/overrides.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace edgecut::scenario {
namespace {

using config::Mend;
using config::Value;

// The n-th setting is at column n of no line.
config::Location place_of(std::size_t index) {
  return {"--set", 0, static_cast<int>(index) + 1};
}

// A mistake with which the whole setting is left out.
config::Error without(const std::string& what, const Override& setting, const config::Location& place) {
  return {what, place, Mend{Mend::Kind::remove_key, setting.path}};
}

// Lines of lists and maps count settings, as they are told apart by their places.
void move_down(Value& value, int lines) {
  value.where.line += lines;
  for (auto& item : value.items) move_down(item, lines);
  for (auto& entry : value.entries) {
    entry.where.line += lines;
    move_down(entry.value, lines);
  }
}

void apply_one(const Override& setting, const config::Location& place, Value& scenario) {
  try {
    auto value = config::parse_setting(setting.value, place.file, setting.path);
    if (value.is_list() || value.is_map()) {
      move_down(value, place.column - 1);
    } else {
      value.where = place;
    }
    config::set(scenario, setting.path, value, place);
  } catch (const config::Error& error) {
    throw without(error.what(), setting, place);
  }
}

}  // namespace

void apply(const std::vector<Override>& settings, const config::Mends& mends, Value& scenario) {
  for (std::size_t i = 0; i < settings.size(); ++i) {
    const auto& setting = settings[i];
    const auto place = place_of(i);
    if (mends.removes(place, setting.path)) continue;
    if (setting.path.empty()) {
      throw without(
          fmt::format("--set {}: a setting is written PATH=VALUE, such as link.uplink=5Mbit/s", setting.value), setting,
          place);
    }
    apply_one(setting, place, scenario);
  }
  mends.apply_anywhere(scenario);
}

void refuse_swept(const std::vector<Override>& settings, const config::Mends& mends, const std::vector<Axis>& axes) {
  for (std::size_t i = 0; i < settings.size(); ++i) {
    const auto& setting = settings[i];
    const auto found = std::ranges::find_if(axes, [&](const Axis& axis) { return holds(axis.path, setting.path); });
    if (found == axes.end() || mends.removes(place_of(i), setting.path)) continue;
    throw without(fmt::format("--set {}: the scenario's sweep varies {}; --set works on it with `run` and `plan`",
                              setting.path, found->path == setting.path ? "this key" : found->path),
                  setting, place_of(i));
  }
}

}  // namespace edgecut::scenario
