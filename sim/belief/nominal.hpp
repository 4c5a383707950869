// Where a method's nominal rates come from: the files, or a timed run of another network in the world that it knows.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "belief/measuring.hpp"
#include "profile/profile.hpp"
#include "world/world.hpp"

namespace edgecut::belief {

/// One timed run of a whole network on every processor.
struct TimedRuns {
  std::vector<Seconds> device;  // by processor of the device
  Seconds cloud;
  Seconds edge;  // none without an edge server
};

/// The nominal rates of a method: FLOP of a network over the time of one run of it.
struct Nominal {
  enum class Which : std::uint8_t {
    this_world,   ///< one run of a reference network, on each processor, in the simulated world
    one_network,  ///< as the files say: one run of a network on the real board
    peak,         ///< as the files say: cores x clock x FLOP per cycle
  };
  Which which = Which::one_network;
  /// Where the runs of this_world are timed: the benchmark's world, its processors at their nominal clock, idle and
  /// cool, but for what `benchmarked_at` says.
  std::optional<world::World> world = {};
  const dnn::Network* network = nullptr;  // the reference; null of peak; borrowed

  /// The runs that the rates are from, in one replication; not of peak. `reference`: the world whose files are asked.
  [[nodiscard]] TimedRuns runs(const world::World& reference, std::int64_t replication, const Measuring& how) const;
  [[nodiscard]] profile::NominalRates rates(const world::World& reference, std::int64_t replication,
                                            const Measuring& how) const;
};

}  // namespace edgecut::belief
