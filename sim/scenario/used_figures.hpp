// Which figures of the files that a scenario names have a part in its results.
#pragma once

#include <string_view>
#include <vector>

#include "belief/method.hpp"
#include "world/part.hpp"

namespace edgecut::scenario {

/// Whether the figure of that path ("device.processors.cpu.power.active"), of the part's own device or of what all
/// share, has a part in the results of the methods.
bool uses(const world::Part& part, const std::vector<belief::Method>& methods, std::string_view path);

}  // namespace edgecut::scenario
