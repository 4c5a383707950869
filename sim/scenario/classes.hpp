// Requests of several classes: `workload: {classes: [...]}`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/value.hpp"
#include "units/quantity.hpp"

namespace edgecut::scenario {

/// What is planned for by itself: one class of requests on the devices of one group of a fleet.
struct PartDocument {
  std::string group;          // empty: all devices are alike
  std::string request_class;  // empty: all requests are
  config::Value scenario;     // with the part's own keys in their places, and neither `fleet.groups` nor `classes`
  bool joins = false;         // the devices of the part before it
  /// Between two requests of a device, on average, where they are of several classes that all have a rate.
  std::optional<Seconds> period = {};
  bool has_own_cell = false;  // that no other group is in

  /// "cameras", "video", "cameras.video"; empty where it is the only part.
  [[nodiscard]] std::string name() const;
};

/// The parts of a scenario, at least one: group by group, class by class. A class has a `name` and the keys of a
/// workload, and may say network, input, result and deadline instead of what the scenario says. Throws config::Error on
/// anything else, on a second class of a name, and where `workload` has other keys beside `classes`.
std::vector<PartDocument> read_parts(const config::Value& scenario);

}  // namespace edgecut::scenario
