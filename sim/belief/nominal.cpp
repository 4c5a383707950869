#include "belief/nominal.hpp"

#include <numeric>
#include <string>

namespace edgecut::belief {
namespace {

using world::World;

// Runs that take as long as the rates of the files say.
TimedRuns stated_runs(const World& reference, const dnn::Network& network) {
  const auto rates = profile::stated_rates(reference.hosts(), profile::StatedRate::one_network);
  TimedRuns runs;
  for (const auto rate : rates.device) runs.device.push_back(network.total_work() / rate);
  runs.cloud = network.total_work() / rates.cloud;
  if (reference.edge) runs.edge = network.total_work() / rates.edge;
  return runs;
}

}  // namespace

TimedRuns Nominal::runs(const World& reference, std::int64_t replication, const Measuring& how) const {
  if (which != Which::this_world) return stated_runs(reference, *network);
  const auto seed = world->truth_seed + static_cast<std::uint64_t>(replication);
  const auto run = [&](const platform::Processor& processor, const std::string& host) {
    const auto times = profile::true_times(*network, processor, host, world->layer_noise, seed);
    return measure_run(std::accumulate(times.begin(), times.end(), Seconds()), *network, host, how);
  };
  TimedRuns runs;
  for (const auto& processor : world->device.processors) {
    runs.device.push_back(run(processor, profile::name_of(world->device, processor)));
  }
  const auto of_server = [&](const platform::Cloud& server, profile::Server as) {
    return run(server.processor, profile::name_of(server, as));
  };
  runs.cloud = of_server(world->cloud, profile::Server::cloud);
  if (world->edge) runs.edge = of_server(world->edge->server, profile::Server::edge);
  return runs;
}

profile::NominalRates Nominal::rates(const World& reference, std::int64_t replication, const Measuring& how) const {
  if (which != Which::this_world) {
    return profile::stated_rates(reference.hosts(),
                                 which == Which::peak ? profile::StatedRate::peak : profile::StatedRate::one_network);
  }
  const auto runs = this->runs(reference, replication, how);
  profile::NominalRates rates;
  for (const auto time : runs.device) rates.device.push_back(network->total_work() / time);
  rates.cloud = network->total_work() / runs.cloud;
  if (world->edge) rates.edge = network->total_work() / runs.edge;
  return rates;
}

}  // namespace edgecut::belief
