// "50 %" where a figure of the world is wanted: of what the scenario says it is.
#pragma once

#include <string>

#include "config/catalogue.hpp"
#include "config/value.hpp"

namespace edgecut::scenario {

/// A percentage as a share of the figure that a scenario has at `path` ("link.uplink"), in its own file or in a shipped
/// one that it names: 50 % of 20 Mbit/s are 10 Mbit/s. The value as it is where it is no percentage, where the figure
/// is a ratio itself (truth.layer_noise) and where there is none.
config::Value share_of_own_figure(const config::Value& value, const config::Value& scenario, const std::string& path,
                                  config::Catalogue& catalogue);

}  // namespace edgecut::scenario
