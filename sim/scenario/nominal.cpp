#include "scenario/nominal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>

#include "platform/board_file.hpp"

namespace edgecut::scenario {
namespace {

using Which = Nominal::Which;

// The first of them that is not planned.
constexpr std::array reference_networks{"resnet50", "mobilenet_v2"};

// Whether a benchmark's conditions say what that key was, or a part of the world that it is in.
bool is_stated(const config::Value* conditions, const std::string& key) {
  if (conditions == nullptr) return false;
  return std::ranges::any_of(conditions->entries, [&](const config::Entry& entry) {
    return key == entry.key || key.starts_with(entry.key + ".");
  });
}

// Nobody else on the processor, nothing that slows it down, and its full clock, unless the benchmark says so.
void set_idle(platform::Processor& processor, const std::string& host, const config::Value* conditions) {
  const auto path = fmt::format("{}.processors.{}.", host, processor.name);
  if (!is_stated(conditions, path + "slowdown")) processor.slowdown = 1.0;
  if (!is_stated(conditions, path + "clock")) processor.clock = 1.0;
  if (!is_stated(conditions, path + "frequency")) platform::set_full_speed(processor);
  if (!is_stated(conditions, path + "interference")) processor.interference = 0.0;
}

World idle_world(World world, const config::Value* conditions) {
  for (auto& processor : world.device.processors) set_idle(processor, "device", conditions);
  set_idle(world.cloud.processor, "cloud", conditions);
  if (world.edge) set_idle(world.edge->server.processor, "edge.server", conditions);
  return world;
}

// Under another name, too, such as that of a user's own import: no two networks have the same work to the last FLOP.
bool is_same(const dnn::Network& network, const dnn::Network& planned) {
  return network.name() == planned.name() || network.total_work() == planned.total_work();
}

const dnn::Network& reference_network(const config::Value* named, const dnn::Network& planned, Library& library) {
  if (named == nullptr) {
    const auto shipped = [&](const char* name) -> auto& {
      return library.network(config::make_scalar(name, "scenarios/networks"));
    };
    if (planned.name() == reference_networks[0]) return shipped(reference_networks[1]);
    const auto& first = shipped(reference_networks[0]);
    return is_same(first, planned) ? shipped(reference_networks[1]) : first;
  }
  const auto& network = library.network(*named);
  if (is_same(network, planned)) {
    named->fail(fmt::format("'{}' is the network that is planned; a nominal rate is that of another", network.name()));
  }
  return network;
}

// `at`: where the method is, or its key `nominal`.
void check_times(const platform::Processor& processor, const dnn::Network& network, const config::Value& at) {
  if (processor.has_constants || processor.layer_times.contains(network.name())) return;
  at.fail(fmt::format(
      "nominal: no table says what '{}' takes on '{}', and its file has no constants; name a network that was measured "
      "on "
      "every processor (nominal: {{this_world: NETWORK}}), or take the rate of the file (nominal: one_network)",
      network.name(), processor.title));
}

}  // namespace

namespace {

// As long as the rates of the files say.
TimedRuns stated_runs(const World& reference, const dnn::Network& network) {
  const auto rates = profile::stated_rates(reference.hosts(), profile::StatedRate::one_network);
  TimedRuns runs;
  for (const auto rate : rates.device) runs.device.push_back(network.total_work() / rate);
  runs.cloud = network.total_work() / rates.cloud;
  if (reference.edge) runs.edge = network.total_work() / rates.edge;
  return runs;
}

}  // namespace

TimedRuns Nominal::runs(const World& reference, std::int64_t replication, const belief::Measuring& how) const {
  if (which != Which::this_world) return stated_runs(reference, *network);
  const auto seed = world->truth_seed + static_cast<std::uint64_t>(replication);
  const auto run = [&](const platform::Processor& processor, const std::string& host) {
    const auto times = profile::true_times(*network, processor, host, world->layer_noise, seed);
    return belief::measure_run(std::accumulate(times.begin(), times.end(), Seconds()), *network, host, how);
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

profile::NominalRates Nominal::rates(const World& reference, std::int64_t replication,
                                     const belief::Measuring& how) const {
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

Nominal read_nominal(config::Map& method, const World& reference, const config::Value* conditions, Library& library) {
  Nominal nominal;
  const auto* value = method.find_child("nominal");
  const config::Value* named = nullptr;
  if (value != nullptr && value->is_map()) {
    config::read(*value, [&](config::Map& map) { named = &map.child("this_world"); });
  } else {
    nominal.which = method.choice_or(
        "nominal", Which::this_world,
        {{"this_world", Which::this_world}, {"one_network", Which::one_network}, {"peak", Which::peak}});
    if (nominal.which == Which::one_network) nominal.network = &reference_network(nullptr, *reference.network, library);
    if (nominal.which != Which::this_world) return nominal;
  }
  nominal.which = Which::this_world;
  const auto& network = reference_network(named, *reference.network, library);
  nominal.world = idle_world(reference, conditions);
  nominal.world->add_measured_times(network, library);
  const auto& at = value == nullptr ? method.value() : *value;
  for (const auto& processor : nominal.world->device.processors) check_times(processor, network, at);
  check_times(nominal.world->cloud.processor, network, at);
  if (nominal.world->edge) check_times(nominal.world->edge->server.processor, network, at);
  nominal.network = &network;
  return nominal;
}

}  // namespace edgecut::scenario
