// Layers of a problem written down in full: seconds, joules and bytes by the places that can run them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/map.hpp"
#include "dnn/network.hpp"

namespace edgecut::problems {

struct ProblemLayers {
  std::unique_ptr<const dnn::Network> network;
  std::vector<std::vector<Seconds>> time;                  // by place, by layer; `plan::never` where it cannot run
  std::vector<std::vector<std::optional<Joules>>> energy;  // likewise, of layers that have joules of their own there
  std::vector<Bytes> output;                               // by layer
};

/// Reads `layers:`. Of `places` the first `own` are where inputs may be: a layer that reads nothing and has no time
/// anywhere else is one, and so is a layer that reads nothing and has no `time` at all (which takes 0 s).
/// `accuracy` is the network's, where it is known. `what` a place is called: "tier", "host". Throws config::Error at what is wrong: names, cycles, a layer that can run
/// nowhere, joules or MACs where the form of problem `counts_work` not.
ProblemLayers read_problem_layers(const config::Value& list, const std::vector<std::string>& names, std::size_t own,
                                  std::string_view what, bool counts_work = false,
                                  std::optional<double> accuracy = std::nullopt);

/// A place's joules by layer: those of its own, else power x time. Empty where there are neither.
std::vector<Joules> joules_by_layer(const ProblemLayers& layers, std::size_t place, Watts power);

/// The place of that name; config::Error with the nearest name where there is none.
std::size_t find_place(const std::vector<std::string>& names, const config::Value& value, std::string_view what);

}  // namespace edgecut::problems
