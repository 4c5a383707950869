#include "scenario/own_figure.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <string_view>

#include "scenario/axes.hpp"
#include "units/text.hpp"

namespace edgecut::scenario {
namespace {

using config::Value;

// Keys that may name a file, and the folder of the shipped ones.
struct Reference {
  std::string_view key;
  std::string_view folder;
};
constexpr std::array<Reference, 6> references{{{"device", "platforms/devices"},
                                               {"cloud", "platforms/clouds"},
                                               {"link", "platforms/links"},
                                               {"edge.server", "platforms/clouds"},
                                               {"edge.link", "platforms/links"},
                                               {"edge.direct_link", "platforms/links"}}};

// The text of a scalar, or of `{value: ..., source: ...}`.
std::optional<std::string> text_of(const Value* figure) {
  if (figure != nullptr && figure->is_map()) figure = figure->find("value");
  if (figure == nullptr || !figure->is_scalar()) return std::nullopt;
  return figure->scalar;
}

std::optional<std::string> own_figure(const Value& scenario, const std::string& path, config::Catalogue& catalogue) {
  for (const auto& [key, folder] : references) {
    if (!holds(key, path) || key == path) continue;
    const auto* reference = config::find_at(scenario, key);
    if (reference == nullptr) return std::nullopt;
    const auto whole = catalogue.load(*reference, folder, key);
    return text_of(config::find_at(whole, path.substr(key.size())));
  }
  return text_of(config::find_at(scenario, path));
}

}  // namespace

Value share_of_own_figure(const Value& value, const Value& scenario, const std::string& path,
                          config::Catalogue& catalogue) {
  const auto share = value.is_scalar() ? units::split_unit(value.scalar) : std::nullopt;
  if (!share || share->unit != "%") return value;
  const auto own = own_figure(scenario, path, catalogue);
  const auto figure = own ? units::split_unit(*own) : std::nullopt;
  if (!figure || figure->unit.empty() || figure->unit == "%") return value;
  auto result = value;
  result.scalar =
      share->number == 100.0 ? *own : fmt::format("{:.12g} {}", figure->number * share->number / 100.0, figure->unit);
  return result;
}

}  // namespace edgecut::scenario
