#include "scenario/used_figures.hpp"

#include <algorithm>

namespace edgecut::scenario {
namespace {

bool holds(std::string_view path, std::string_view part) {
  return path.find(part) != std::string_view::npos;
}

// "cpu" of "device.processors.cpu.power.active"; empty where the figure is of no processor.
std::string_view processor_in(std::string_view path) {
  constexpr std::string_view before = ".processors.";
  const auto at = path.find(before);
  if (at == std::string_view::npos) return {};
  const auto name = path.substr(at + before.size());
  return name.substr(0, name.find('.'));
}

bool is_of_device(std::string_view path) {
  return path.starts_with("device.") || holds(path, ".device.");
}

}  // namespace

bool uses(const world::Part& part, const std::vector<belief::Method>& methods, std::string_view path) {
  using belief::Method;
  using belief::Nominal;
  const auto& world = part.world;
  const auto any_method = [&](auto holds_for) { return std::ranges::any_of(methods, holds_for); };
  if (path.ends_with(".fit_error")) return false;  // of the constants, told to people alone
  if (path.ends_with(".storage.read")) return part.model_storage.has_value() || world.load_rate.has_value();
  if (path.ends_with(".power.off")) return !part.off.empty() || world.device.battery.has_value();
  if (path.ends_with(".nominal.peak")) {
    return any_method([](const Method& method) { return method.nominal.which == Nominal::Which::peak; });
  }
  if (path.ends_with(".nominal.one_network")) {
    return any_method([](const Method& method) {
      return method.effort.deciding || method.kind->knows_rates || method.knowledge == partition::Knowledge::nominal;
    });
  }
  if (!is_of_device(path)) return true;
  const auto processor = processor_in(path);
  return processor.empty() || std::ranges::any_of(world.processors, [&](std::size_t index) {
           return world.device.processors[index].name == processor;
         });
}

}  // namespace edgecut::scenario
