#include "belief/learned.hpp"

#include <algorithm>

#include "profile/regression.hpp"

namespace edgecut::belief {

profile::Profile learned(const std::vector<const dnn::Network*>& training, const world::World& world,
                         std::int64_t replication, const Measuring& how) {
  std::vector<profile::Profile> seen;
  for (const auto* network : training) {
    seen.push_back(measure(world.truth(*network, replication), *network, world.hosts(), how));
  }
  const auto predict = [&](const platform::Processor& host, auto times_of) {
    const bool has_tables = std::ranges::any_of(
        training, [&](const dnn::Network* network) { return host.layer_times.contains(network->name()); });
    std::vector<profile::Sample> samples;
    for (std::size_t i = 0; i < training.size(); ++i) {
      if (has_tables && !host.layer_times.contains(training[i]->name())) continue;
      samples.push_back({training[i], &times_of(seen[i])});
    }
    return profile::TypeRegression(samples).predict(*world.network);
  };
  profile::Profile profile;
  for (std::size_t p = 0; p < world.device.processors.size(); ++p) {
    profile.device.push_back(
        predict(world.device.processors[p], [&](const profile::Profile& times) -> auto& { return times.device[p]; }));
  }
  profile.cloud = predict(world.cloud.processor, [](const profile::Profile& times) -> auto& { return times.cloud; });
  if (world.edge) {
    profile.edge =
        predict(world.edge->server.processor, [](const profile::Profile& times) -> auto& { return times.edge; });
  }
  return profile;
}

}  // namespace edgecut::belief
