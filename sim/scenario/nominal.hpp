// Where a method's nominal rates come from: the files, or a timed run of another network in the world that it knows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "belief/measuring.hpp"
#include "config/map.hpp"
#include "profile/profile.hpp"
#include "scenario/world.hpp"

namespace edgecut::scenario {

/// One timed run of a whole network on every processor.
struct TimedRuns {
  std::vector<Seconds> device;  // by processor of the device
  Seconds cloud;
  Seconds edge;  // none without an edge server
};

/// The key `nominal` of a method.
struct Nominal {
  enum class Which : std::uint8_t {
    this_world,   ///< one run of a reference network, on each processor, in the simulated world
    one_network,  ///< as the files say: one run of a network on the real board
    peak,         ///< as the files say: cores x clock x FLOP per cycle
  };
  Which which = Which::one_network;
  /// Of this_world: where the runs are timed. That of the benchmark; processors at their nominal clock, idle and cool,
  /// but for what `benchmarked_at` says.
  std::optional<World> world = {};
  const dnn::Network* network = nullptr;  // the reference; null of peak; owned by the library

  /// The runs that the rates are from, in one replication; not of peak. `reference`: the world whose files are asked.
  [[nodiscard]] TimedRuns runs(const World& reference, std::int64_t replication, const belief::Measuring& how) const;
  [[nodiscard]] profile::NominalRates rates(const World& reference, std::int64_t replication,
                                            const belief::Measuring& how) const;
};

/// Reads `nominal: this_world | {this_world: NETWORK} | one_network | peak`; the first if it is not given. `reference` is
/// the world of the method's benchmark, `conditions` are its `benchmarked_at`, if it has some. The reference network is
/// ResNet-50, or MobileNetV2 where ResNet-50 is planned. Throws config::Error where a processor has no times of it.
Nominal read_nominal(config::Map& method, const World& reference, const config::Value* conditions, Library& library);

}  // namespace edgecut::scenario
