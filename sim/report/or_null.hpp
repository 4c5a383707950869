// Figures that may be missing, as JSON: a number or null.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>

#include "units/quantity.hpp"

namespace edgecut::report {

inline nlohmann::ordered_json or_null(const std::optional<double>& value) {
  return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json();
}
inline nlohmann::ordered_json or_null(const std::optional<Seconds>& value) {
  return value ? nlohmann::ordered_json(value->value()) : nlohmann::ordered_json();
}

}  // namespace edgecut::report
