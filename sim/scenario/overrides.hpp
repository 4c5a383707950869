// What a command line sets over a scenario, and its mistakes.
#pragma once

#include <string>
#include <vector>

#include "config/mends.hpp"
#include "config/value.hpp"
#include "scenario/axes.hpp"

namespace edgecut::scenario {

/// A setting given outside the file: a path and its value, which is YAML ("link.uplink", "5 Mbit/s"). Without a path:
/// what was given and is not written PATH=VALUE.
struct Override {
  std::string path;
  std::string value;
};

/// Puts settings over a scenario, in their order, but for those that `mends` takes out. Each has a place of its own, so
/// that config::read_to_the_end() finds the mistakes of all. Throws config::Error.
void apply(const std::vector<Override>& settings, const config::Mends& mends, config::Value& scenario);

/// Throws config::Error of a setting that an axis would overwrite.
void refuse_swept(const std::vector<Override>& settings, const config::Mends& mends, const std::vector<Axis>& axes);

}  // namespace edgecut::scenario
